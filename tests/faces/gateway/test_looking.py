"""What an institution may look up: its own visits, and of a person what holds everywhere."""

from typing import Any

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_outpatient import begun, line, person

OTHER = "H44030000001"


def settled(at: Hospital, amount: float = 3000) -> dict[str, Any]:
    visit = begun(at, person(at))
    at.ask("2204", {"feedetail": [line(visit, "1", "L1", amount / 12.5, 12.5), line(visit, "2", "L3", 1, 30)]})
    asked = {**visit, "chrg_bchno": "B1", "acct_used_flag": "1", "insutype": "310"}
    return {**at.ask("2207", {"data": asked})["setlinfo"], **visit}


def test_a_settlement_is_read_back(hospital: Hospital) -> None:
    one = settled(hospital)
    numbers = {name: one[name] for name in ("psn_no", "mdtrt_id", "setl_id")}
    found = hospital.ask("5203", {"data": numbers})
    names = {"psn_part_amt": "psn_pay", "psn_cash_pay": "cash_payamt"}
    for name in ("medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "psn_cash_pay", "acct_pay", "setl_time"):
        assert found["setlinfo"][names.get(name, name)] == one[name]
    assert found["setlinfo"]["fixmedins_name"] == "测试医院"
    lines = hospital.ask("5204", {"data": numbers})
    assert [(row["feedetl_sn"], row["det_item_fee_sumamt"], row["fulamt_ownpay_amt"]) for row in lines] == [
        ("1", 3000, 0),
        ("2", 30, 30),
    ]
    cum = hospital.ask("5206", {"data": {"psn_no": one["psn_no"], "cum_ym": ""}})["cuminfo"]
    assert cum
    assert all(row["cum"] > 0 for row in cum)
    items = {row["polItemCode"]: row for row in hospital.ask("100001", {name: one[key] for name, key in (
        ("psn_No", "psn_no"), ("setl_Id", "setl_id"), ("mdtrt_Id", "mdtrt_id"))})}  # fmt: skip
    assert items["101"]["selfPayAmt"] == 30
    assert items["S001"]["selfPayAmt"] == one["act_pay_dedc"]
    assert sum(row["fundPayAmt"] for code, row in items.items() if code[0] == "C") == one["hifp_pay"]


def test_the_visits_of_a_person(hospital: Hospital) -> None:
    one = settled(hospital)
    period = {"begntime": "2026-03-01", "endtime": "2026-03-31"}
    found = hospital.ask("5201", {"data": {"psn_no": one["psn_no"], "med_type": "11", **period}})["mdtrtinfo"]
    assert [row["mdtrt_id"] for row in found] == [one["mdtrt_id"]]
    assert not hospital.ask("5201", {"data": {"psn_no": one["psn_no"], "med_type": "21", **period}})["mdtrtinfo"]
    assert not Hospital(OTHER, "430100").ask("5201", {"data": {"psn_no": one["psn_no"], **period}})["mdtrtinfo"]


@pytest.mark.parametrize("infno", ["5202", "5203", "5204", "2208", "2205", "2202", "2206", "100001"])
def test_anothers_visit_is_out_of_reach(hospital: Hospital, infno: str) -> None:
    one = settled(hospital)
    numbers = {name: one[name] for name in ("psn_no", "mdtrt_id", "setl_id")}
    given: dict[str, Any] = {"data": {**numbers, "chrg_bchno": "B1", "insutype": "310"}}
    if infno == "100001":
        given = {"psn_No": one["psn_no"], "setl_Id": one["setl_id"], "mdtrt_Id": one["mdtrt_id"]}
    assert Hospital(OTHER, "430100").refused(infno, given) in ("N111", "N118")


def test_a_visit_of_somebody_else(hospital: Hospital) -> None:
    one = settled(hospital)
    numbers = {"psn_no": person(hospital, "999999195709230024"), "mdtrt_id": one["mdtrt_id"]}
    assert hospital.refused("5202", {"data": numbers}) == "N114"


def test_drugs_of_special_diseases_wherever_they_were_bought(hospital: Hospital) -> None:
    psn = person(hospital, "999999195709230024")
    data = hospital.ask("2201", {"data": {"psn_no": psn, "insutype": "310", "ipt_otp_no": "MZ9"}})["data"]
    visit = {"psn_no": psn, "mdtrt_id": data["mdtrt_id"]}
    hospital.ask("2203", {"mdtrtinfo": {**visit, "med_type": "14", "dise_codg": "M03900"}, "diseinfo": []})
    hospital.ask("2204", {"feedetail": [line(visit, "1", "L1", 2, 12.5)]})
    asked = {**visit, "chrg_bchno": "B1", "insutype": "310", "med_type": "14"}
    assert hospital.ask("2207", {"data": asked})["setlinfo"]["clr_type"] == "14"
    other = Hospital(OTHER, "430100")
    found = other.ask("5205", {"data": {"psn_no": psn, "begntime": "2026-01-01"}})["feedetail"]
    assert [(row["medins_list_codg"], row["fixmedins_code"], row["med_type"]) for row in found] == [
        ("L1", "H43010000001", "14")
    ]
    for first, last, times in (("0001-01-01", "9999-12-31", 1), ("9999-12-31", "9999-12-31", 0)):
        asked = {"psn_no": psn, "begntime": first, "endtime": last}
        assert len(other.ask("5205", {"data": asked})["feedetail"]) == times


def test_reviews_find_nothing_without_rules(hospital: Hospital) -> None:
    patient = {"patn_id": "1", "patn_name": "测试", "gend": "1", "brdy": "1990-01-01", "fsi_encounter_dtos": []}
    assert hospital.ask("3101", {"data": {"trig_scen": "2", "patient_dtos": [patient]}}) == {"result": []}
    assert hospital.refused("3102", {"data": {}}) == "N105"
    warn = {"warn_type": "1", "warns": [{"warn_rslt_id": "W1", "dspo_way": "1", "dspo_way_rea": "病情需要"}]}
    assert hospital.refused("3103", {"data": warn}) == "N128"
