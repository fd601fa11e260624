"""A visit of a day, from the card on the counter to the money, and back."""

from datetime import date
from typing import Any

import pytest

from tests.faces.gateway.hospital import Hospital
from tongchou.faces.gateway.handlers.persons import years

CARD = "430000199001011010"
SCOPE = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


def person(at: Hospital, card: str = CARD) -> str:
    """The number of who holds a card."""
    return str(at.ask("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": card}})["baseinfo"]["psn_no"])


def begun(at: Hospital, psn: str, number: str = "MZ1", insutype: str = "310") -> dict[str, str]:
    """An ordinary visit: registered, described."""
    given = {"psn_no": psn, "insutype": insutype, "ipt_otp_no": number}
    visit = {"psn_no": psn, "mdtrt_id": at.ask("2201", {"data": given})["data"]["mdtrt_id"]}
    assert at.ask("2203", {"mdtrtinfo": {**visit, "med_type": "11"}, "diseinfo": []}) is None
    return visit


def line(visit: dict[str, str], number: str, code: str, count: float, price: float, **also: Any) -> dict[str, Any]:
    return {
        **visit,
        "feedetl_sn": number,
        "chrg_bchno": "B1",
        "fee_ocur_time": "2026-03-20 09:00:00",
        "medins_list_codg": code,
        "det_item_fee_sumamt": round(count * price, 2),
        "cnt": count,
        "pric": price,
        **also,
    }


def test_a_visit_is_settled_and_settled_back(hospital: Hospital) -> None:
    visit = begun(hospital, person(hospital))
    lines = [line(visit, "1", "L1", 20, 12.5), line(visit, "2", "L2", 3, 21.3), line(visit, "3", "L3", 1, 30)]
    split = hospital.ask("2204", {"feedetail": lines})["result"]
    assert [(one["feedetl_sn"], one["chrgitm_lv"], one["inscp_scp_amt"]) for one in split] == [
        ("1", "01", 250),
        ("2", "02", 60.7),
        ("3", "03", 0),
    ]
    asked = {**visit, "chrg_bchno": "B1", "medfee_sumamt": 343.9, "acct_used_flag": "1", "insutype": "310"}
    trial = hospital.ask("2206", {"data": asked})["setlinfo"]
    assert (trial["setl_id"], trial["setl_time"], trial["clr_way"], trial["balc"]) == (None, "", "", 226.1)
    settled = hospital.ask("2207", {"data": asked | {name: trial[name] for name in SCOPE}})["setlinfo"]
    assert {name: settled[name] for name in (*SCOPE, "acct_pay", "psn_cash_pay", "balc")} == {
        name: trial[name] for name in (*SCOPE, "acct_pay", "psn_cash_pay", "balc")
    }
    assert settled["medfee_sumamt"] == sum(settled[name] for name in SCOPE) == 343.9
    back = hospital.ask("2208", {"data": {**visit, "setl_id": settled["setl_id"]}})["setlinfo"]
    for one in (settled, back):  # where somebody is insured, where care was given, who clears
        assert [one[name] for name in ("insu_admdvs", "mdtrtarea_admdvs", "clr_optins")] == ["430100"] * 3
    assert (trial["insu_admdvs"], trial["mdtrtarea_admdvs"], trial["clr_optins"]) == ("430100", "430100", "")
    assert back["setl_id"] != settled["setl_id"]
    assert (back["medfee_sumamt"], back["acct_pay"], back["balc"]) == (-343.9, -313.9, 540)
    assert back["pdn_cash_pay"] == back["psn_cash_pay"] == -30
    assert hospital.ask("2205", {"data": {**visit, "chrg_bchno": "0000"}}) is None
    assert hospital.ask("2202", {"data": {**visit, "ipt_otp_no": "MZ1"}}) is None


def test_what_does_not_agree_is_not_settled(hospital: Hospital) -> None:
    visit = begun(hospital, person(hospital))
    hospital.ask("2204", {"feedetail": [line(visit, "1", "L1", 2, 12.5)]})
    asked = {**visit, "chrg_bchno": "B1", "medfee_sumamt": 25, "acct_used_flag": "0", "insutype": "310"}
    assert hospital.refused("2206", {"data": asked | {"medfee_sumamt": 25.02}}) == "N113"
    assert hospital.ask("2206", {"data": asked | {"medfee_sumamt": 25.01}})["setlinfo"]["medfee_sumamt"] == 25
    assert hospital.refused("2207", {"data": asked | {"inscp_scp_amt": 20}}) == "N113"
    assert hospital.refused("2207", {"data": asked | {"chrg_bchno": "B2"}}) == "V103"
    assert hospital.refused("2207", {"data": asked | {"acct_used_flag": "7"}}) == "N112"


def test_the_same_message_is_answered_once(hospital: Hospital) -> None:
    visit = begun(hospital, person(hospital))
    hospital.ask("2204", {"feedetail": [line(visit, "1", "L1", 2, 12.5)]})
    asked = {**visit, "chrg_bchno": "B1", "medfee_sumamt": 25, "insutype": "310"}
    message = hospital.envelope("2207", {"data": asked})
    first = hospital.send(message)
    assert first["infcode"] == 0
    assert hospital.send(message) == first
    assert "[N109]" in hospital.send(message | {"input": {"data": asked | {"acct_used_flag": "1"}}})["err_msg"]
    assert hospital.refused("2207", {"data": asked}) == "V103"  # with a new number there is nothing left to settle


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1990-01-01", "2026-01-01", "36.0"),
        ("1990-01-01", "2025-12-31", "35.9"),
        ("1990-01-01", "2026-07-01", "36.4"),
        ("1990-01-01", "2026-07-03", "36.5"),
        ("2004-02-29", "2025-02-28", "20.9"),
        ("2004-02-29", "2025-03-01", "21.0"),
        ("2026-03-20", "2026-03-20", "0.0"),
    ],
)
def test_an_age_has_tenths(born: str, day: str, age: str) -> None:
    assert str(years(date.fromisoformat(born), date.fromisoformat(day))) == age


def test_a_person_is_told_with_the_tenths_of_the_age(hospital: Hospital) -> None:
    """A settlement tells whole years, as those that were logged do."""
    said = hospital.ask("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": CARD}})
    assert (said["baseinfo"]["brdy"], said["baseinfo"]["age"]) == ("1990-01-01", 36.2)
