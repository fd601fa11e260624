"""A stay, from admission to discharge, with an interim settlement, returns, and everything taken back."""

from datetime import date
from typing import Any

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.look import LOOK
from tests.faces.gateway.test_outpatient import CARD, person
from tongchou.record.base import clock
from tongchou.record.filings.models import Filing
from tongchou.record.settlement.models import Event
from tongchou.record.visits.models import Visit

FEES = date(2026, 3, 21)


def admitted(at: Hospital, psn: str, number: str = "ZY1", **also: Any) -> dict[str, str]:
    given = {"psn_no": psn, "insutype": "310", "med_type": "2101", "ipt_no": number, "begntime": "2026-03-20 08:00:00"}
    said = at.ask("2401", {"mdtrtinfo": {**given, **also}, "diseinfo": [diagnosis("K80.101")]})
    return {"psn_no": psn, "mdtrt_id": said["result"]["mdtrt_id"]}


def diagnosis(code: str, **also: Any) -> dict[str, Any]:
    plain = {"diag_type": "1", "maindiag_flag": "1", "diag_srt_no": 1, "diag_code": code, "diag_name": "胆囊结石"}
    return {**plain, **also}


def fee(stay: dict[str, str], number: str, code: str, count: float, price: float, **also: Any) -> dict[str, Any]:
    return {
        **stay,
        "feedetl_sn": number,
        "fee_ocur_time": "2026-03-20 10:00:00",
        "medins_list_codg": code,
        "det_item_fee_sumamt": round(count * price, 2),
        "cnt": count,
        "pric": price,
        **also,
    }


def final(at: Hospital, stay: dict[str, str], **also: Any) -> Any:
    asked = {**stay, "insutype": "310", "acct_used_flag": "0", **also}
    trial = at.ask("2303", {"data": asked})["setlinfo"]
    return at.ask("2304", {"data": asked | {"medfee_sumamt": trial["medfee_sumamt"]}})["setlinfo"]


def test_a_stay(hospital: Hospital) -> None:
    stay = admitted(hospital, person(hospital))
    lines = [fee(stay, "1", "L12", 10, 86.4), fee(stay, "2", "L12", -2, 86.4, init_feedetl_sn="1")]
    split = hospital.ask("2301", {"feedetail": lines})["result"]
    assert [(one["feedetl_sn"], one["preselfpay_amt"], one["inscp_scp_amt"]) for one in split] == [
        ("1", 43.2, 820.8),
        ("2", -8.64, -164.16),
    ]
    assert hospital.refused("2304", {"data": {**stay, "insutype": "310"}}) == "V207"
    with clock.at(FEES):
        hospital.ask("2402", {"dscginfo": {**stay, "endtime": "2026-03-21"}, "diseinfo": [diagnosis("K80.101")]})
        settled = final(hospital, stay)
        assert settled["medfee_sumamt"] == 691.2
        assert settled["clr_type"] == "21"
        rows = hospital.ask("5202", {"data": stay})["diseinfo"]
        assert [(row["inout_diag_type"], row["diag_code"]) for row in rows] == [("1", "K80.101"), ("2", "K80.101")]
        hospital.ask("2305", {"data": {**stay, "setl_id": settled["setl_id"]}})
        hospital.ask("2405", {"data": stay})
        hospital.ask("2302", {"data": [{**stay, "feedetl_sn": "0000"}]})
        hospital.ask("2404", {"data": stay})
    assert Visit.objects.within(LOOK).get().state == "cancelled"


def test_an_interim_settlement_leaves_the_rest(hospital: Hospital) -> None:
    stay = admitted(hospital, person(hospital))
    hospital.ask("2301", {"feedetail": [fee(stay, "1", "L12", 10, 86.4)]})
    first = final(hospital, stay, mid_setl_flag="1")
    hospital.ask("2301", {"feedetail": [fee(stay, "2", "L12", 10, 86.4)]})
    with clock.at(FEES):
        hospital.ask("2402", {"dscginfo": {**stay, "endtime": "2026-03-21"}})
        last = final(hospital, stay)
    assert first["medfee_sumamt"] == last["medfee_sumamt"] == 864
    assert first["act_pay_dedc"] + last["act_pay_dedc"] == 900  # the deductible is taken once a stay


@pytest.mark.parametrize(("code", "word"), [("1", "普通"), ("2", "急诊")])
def test_a_field_of_the_region_tells_a_fact(hospital: Hospital, code: str, word: str) -> None:
    admitted(hospital, person(hospital), ipt_type=code)
    assert Visit.objects.within(LOOK).get().facts["入院方式"] == word
    assert Filing.objects.within(LOOK).filter(type="住院登记").exists()


def test_a_field_of_the_region_in_a_code_that_is_none(hospital: Hospital) -> None:
    given = {"psn_no": person(hospital), "insutype": "310", "med_type": "2101", "ipt_no": "Z", "ipt_type": "9"}
    assert hospital.refused("2401", {"mdtrtinfo": given}) == "N112"
    assert not Visit.objects.within(LOOK).exists()


def test_admission_data_are_put_right(hospital: Hospital) -> None:
    stay = admitted(hospital, person(hospital, CARD))
    changed = [diagnosis("K80.200"), diagnosis("E11.900", diag_srt_no=2, maindiag_flag="0")]
    hospital.ask("2403", {"adminfo": {**stay, "adm_bed": "7"}, "diseinfo": changed})
    rows = hospital.ask("5202", {"data": stay})["diseinfo"]
    assert [(row["diag_srt_no"], row["diag_code"]) for row in rows] == [(1, "K80.200"), (2, "E11.900")]
    two_mains = [diagnosis("E11.900", diag_srt_no=2)]
    assert hospital.refused("2403", {"adminfo": stay, "diseinfo": two_mains}) == "V223"
    found = hospital.ask("5201", {"data": {**stay}})["mdtrtinfo"]
    assert (found[0]["adm_bed"], found[0]["inhosp_stas"], found[0]["med_type"]) == ("7", "1", "2101")
    assert len(hospital.ask("5303", {"data": {"begntime": "2026-03-01", "endtime": "2026-03-31"}})["data"]) == 1


def discharged(at: Hospital, stay: dict[str, str], endtime: str) -> None:
    at.ask("2402", {"dscginfo": {**stay, "endtime": endtime}, "diseinfo": [diagnosis("K80.101")]})


@pytest.mark.parametrize("at", ["H43010000001", "H44030000001"])
@pytest.mark.parametrize("endtime", ["2026-03-21", "2026-03-21 09:30:00", "2026-03-21 14:00:00"])
def test_readmission_on_the_day_of_discharge(hospital: Hospital, at: str, endtime: str) -> None:
    """The same hospital or another one; the stay before is settled after it, as registered as it was."""
    psn, other = person(hospital), Hospital(at, "430100")
    stay = admitted(hospital, psn)
    hospital.ask("2301", {"feedetail": [fee(stay, "1", "L12", 10, 86.4)]})
    with clock.at(FEES):
        discharged(hospital, stay, endtime)
        again = admitted(other, psn, "ZY2", begntime="2026-03-21 14:00:00")
        settled = final(hospital, stay)
        assert settled["medfee_sumamt"] == 864
        event = Event.objects.within(LOOK).get(visit__number="ZY1")
        assert "已登记" in str(event.claim["facts"]["住院登记"])
        assert again["mdtrt_id"] != stay["mdtrt_id"]
        running = Filing.objects.within(LOOK).filter(type="住院登记", state="approved")
        assert [one.during.lower for one in running] == [FEES]


def test_a_stay_that_overlaps_is_refused(hospital: Hospital) -> None:
    """Whether the one before goes on, ended at a later hour of the day, or on a later day."""
    psn = person(hospital)
    given = {"psn_no": psn, "insutype": "310", "med_type": "2101", "ipt_no": "ZY2", "begntime": "2026-03-21 14:00:00"}
    stay = admitted(hospital, psn)
    with clock.at(FEES):
        assert hospital.refused("2401", {"mdtrtinfo": given}) == "F010"
        discharged(hospital, stay, "2026-03-21 15:00:00")
        assert hospital.refused("2401", {"mdtrtinfo": given}) == "F010"
        admitted(hospital, psn, "ZY2", begntime="2026-03-21 15:00:00")
        assert hospital.refused("2401", {"mdtrtinfo": given | {"ipt_no": "ZY3"}}) == "F010"


def test_a_discharge_is_not_undone_once_another_stay_began(hospital: Hospital) -> None:
    psn = person(hospital)
    stay = admitted(hospital, psn)
    with clock.at(FEES):
        discharged(hospital, stay, "2026-03-21")
        again = admitted(Hospital("H44030000001", "430100"), psn, "ZY2", begntime="2026-03-21 14:00:00")
        assert hospital.refused("2405", {"data": stay}) == "F010"
        Hospital("H44030000001", "430100").ask("2404", {"data": again})
        hospital.ask("2405", {"data": stay})


def test_two_stays_of_one_day(hospital: Hospital) -> None:
    """A stay of hours leaves the whole day, and was registered on it."""
    psn = person(hospital)
    stay = admitted(hospital, psn)
    hospital.ask("2301", {"feedetail": [fee(stay, "1", "L12", 10, 86.4)]})
    discharged(hospital, stay, "2026-03-20 11:00:00")
    admitted(hospital, psn, "ZY2", begntime="2026-03-20 12:00:00")
    assert final(hospital, stay)["medfee_sumamt"] == 864
    event = Event.objects.within(LOOK).get(visit__number="ZY1")
    assert "已登记" in str(event.claim["facts"]["住院登记"])
