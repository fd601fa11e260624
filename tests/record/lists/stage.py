"""A stay that was settled, and a list for it that nothing is wrong with."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.record.settlement.stage import hospital, retired, treated
from tongchou.record.base import clock
from tongchou.record.lists.sheet import Known, Sheet
from tongchou.record.orgs.models import Organisation
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle

at = datetime.fromisoformat
"""A moment of the region's clock, without its zone."""
MAY, TODAY = date(2025, 5, 10), date(2025, 6, 3)
LEFT = date(2025, 5, 15)
FUNDS = {"310100": 8_000_00, "310200": 500_00}

INFO: dict[str, Any] = {
    "psn_no": "1", "mdtrt_id": "1", "setl_id": "1", "medcasno": "BA1", "ntly": "CHN", "prfs": "27", "adm_way": "2",
    "trt_type": "10", "adm_time": at("2025-05-10 09:00"), "dscg_time": at("2025-05-15 10:00"), "dscg_caty": "A04",
    "dscg_way": "1", "bill_code": "1", "bill_no": "1", "biz_sn": "1", "days_rinp_flag_31": "1", "chfpdr_code": "D1",
    "setl_begn_date": MAY, "setl_end_date": LEFT, "medins_fill_dept": "医保办", "medins_fill_psn": "某",
}  # fmt: skip
DIAGNOSIS = {
    "diag_type": "1", "diag_code": "K80.101", "diag_name": "胆囊结石", "adm_cond_type": "1", "maindiag_flag": "1",
}  # fmt: skip
OPERATION = {
    "oprn_oprt_type": "1", "oprn_oprt_name": "胆囊切除", "oprn_oprt_code": "51.2300", "anst_way": "1",
    "oper_dr_code": "D1", "anst_dr_code": "D2", "oprn_oprt_begntime": at("2025-05-12 10:00"),
    "oprn_oprt_endtime": at("2025-05-12 11:10"), "anst_begntime": at("2025-05-12 09:45"),
    "anst_endtime": at("2025-05-12 11:20"),
}  # fmt: skip
INTENSIVE = {
    "scs_cutd_ward_type": "4", "scs_cutd_inpool_time": at("2025-05-12 12:00"),
    "scs_cutd_exit_time": at("2025-05-14 01:24"), "scs_cutd_sum_dura": "1/13/24",
}  # fmt: skip
OF_PERSON = {
    "psn_name": "甲", "gend": "2", "brdy": date(1960, 1, 1), "naty": "1", "patn_cert_type": "01", "certno": "X1",
    "coner_name": "乙", "patn_rlts": "10", "coner_addr": "某地", "coner_tel": "1", "hi_type": "310",
    "insuplc": "999900",
    "psn_selfpay": Decimal(400), "psn_ownpay": Decimal(1100), "acct_pay": Decimal(500), "psn_cashpay": Decimal(1000),
    "hi_paymtd": "1", "hsorg": "中心", "hsorg_opter": "某",
}  # fmt: skip
"""What the full form repeats."""
ITEM = {
    "med_chrgitm": "01", "amt": Decimal(10_000), "claa_sumfee": Decimal(9_000), "clab_amt": Decimal(0),
    "fulamt_ownpay_amt": Decimal(1_000), "oth_amt": Decimal(0),
}  # fmt: skip
LABELS = {"adm_time": "入院时间", "dscg_time": "出院时间", "prfs": "职业"}


def paid(funds: dict[str, int]) -> list[dict[str, Any]]:
    """`payinfo` of what funds paid."""
    return [{"fund_pay_type": code, "fund_payamt": Decimal(fen).scaleb(-2)} for code, fen in funds.items()]


def sheet(*, full: bool = False, rows: dict[str, Any] | None = None, **info: Any) -> Sheet:
    """A list with one thing or another said otherwise."""
    plain = {"diseinfo": [DIAGNOSIS], "oprninfo": [OPERATION], "payinfo": paid(FUNDS)}
    if full:
        plain["iteminfo"] = [ITEM]
        plain["oprninfo"] = [OPERATION | {"oprn_oprt_date": date(2025, 5, 12), "oper_dr_name": "医"}]
    said = {**INFO, **(OF_PERSON if full else {}), **info}
    return Sheet(full=full, info=said, rows={**plain, **(rows or {})}, labels=LABELS)


def known(**other: Any) -> Known:
    """What the record knows of the stay."""
    plain = {
        "stay": True, "admitted": MAY, "discharged": LEFT, "born": date(1960, 1, 1), "sex": "女", "name": "甲",
        "certificates": frozenset({"X1"}), "funds": FUNDS, "main": frozenset({"K80.101"}),
        "amounts": {"medfee_sumamt": 10_000_00, "fulamt_ownpay_amt": 1_000_00, "acct_pay": 500_00,
                    "psn_cash_pay": 1_000_00},
        "now": at("2025-06-03 12:00"),
    }  # fmt: skip
    return Known(**{**plain, **other})


def settled(city: Organisation) -> Event:
    """A stay of 10,000 yuan, discharged and settled."""
    visit = treated(hospital(city), retired(city), MAY, 10_000_00)
    visit.discharged_at = clock.now()
    visit.save()
    return settle(visit_id=visit.pk)
