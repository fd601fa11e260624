"""Totals over days, the month's application for clearing."""

from typing import Any

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_outpatient import begun, line, person

DAYS = {"stmt_begndate": "2026-03-20", "stmt_enddate": "2026-03-20"}


def settled(at: Hospital, number: str = "MZ1") -> dict[str, Any]:
    visit = begun(at, person(at), number)
    at.ask("2204", {"feedetail": [line(visit, "1", "L1", 2, 12.5)]})
    asked = {**visit, "chrg_bchno": "B1", "medfee_sumamt": 25, "acct_used_flag": "1", "insutype": "310"}
    return {**at.ask("2207", {"data": asked})["setlinfo"], **visit}


def totals(count: int, total: float, account: float) -> dict[str, Any]:
    figures = {"medfee_sumamt": total, "fund_pay_sumamt": 0, "acct_pay": account, "fixmedins_setl_cnt": count}
    return {"insutype": "310", "clr_type": "11", "setl_optins": "430100", **DAYS, **figures}


def test_totals_agree_or_say_what_does_not(hospital: Hospital) -> None:
    settled(hospital)
    assert hospital.ask("3201", {"data": totals(1, 25, 25)})["stmtinfo"] == {
        "setl_optins": "430100",
        "stmt_rslt": "0",
        "stmt_rslt_dscr": "",
    }
    found = hospital.ask("3201", {"data": totals(2, 30, 25)})["stmtinfo"]
    assert found["stmt_rslt"] == "1"
    assert found["stmt_rslt_dscr"] == "笔数:中心 1,机构 2;医疗费总额:中心 25.00,机构 30.00"
    assert hospital.ask("3201", {"data": totals(0, 0, 0) | {"clr_type": "21"}})["stmtinfo"]["stmt_rslt"] == "0"
    assert hospital.ask("3201", {"data": {"insutype": "310", **DAYS}})["stmtinfo"]["stmt_rslt"] == "0"


def test_a_cancelled_settlement_counts_with_both_rows(hospital: Hospital) -> None:
    one = settled(hospital)
    hospital.ask("2208", {"data": {name: one[name] for name in ("psn_no", "mdtrt_id", "setl_id")}})
    assert hospital.ask("3201", {"data": totals(2, 0, 0)})["stmtinfo"]["stmt_rslt"] == "0"
    only = totals(1, -25, -25) | {"refd_setl_flag": "1"}
    assert hospital.ask("3201", {"data": only})["stmtinfo"]["stmt_rslt"] == "0"


def test_another_institution_has_totals_of_its_own(hospital: Hospital) -> None:
    settled(hospital)
    other = Hospital("H44030000001", "430100")
    assert other.ask("3201", {"data": totals(0, 0, 0)})["stmtinfo"]["stmt_rslt"] == "0"


def test_a_month_is_applied_for_once(hospital: Hospital) -> None:
    settled(hospital)
    month = {
        "clr_type": "11",
        "setlym": "202603",
        "psntime": 1,
        "medfee_sumamt": 25,
        "fund_appy_sum": 0,
        "acct_pay": 25,
    }
    assert hospital.refused("3203", {"data": month | {"medfee_sumamt": 26}}) == "M304"
    made = hospital.ask("3203", {"data": month})["result"]["clr_appy_evt_id"]
    assert hospital.ask("3203", {"data": month})["result"]["clr_appy_evt_id"] == made
    assert hospital.refused("3203", {"data": month | {"psntime": 2}}) == "M305"
    assert hospital.ask("3204", {"data": {"clr_appy_evt_id": made}}) is None
    assert hospital.ask("3203", {"data": month})["result"]["clr_appy_evt_id"] != made
    assert hospital.refused("3203", {"data": month | {"setlym": "2026-13"}}) == "N101"
    assert hospital.refused("3203", {"data": month | {"setlym": "202612"}}) == "M301"
