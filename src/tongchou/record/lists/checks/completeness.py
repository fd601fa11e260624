"""What a list cannot do without, and what it should have."""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.finding import INFO, numbered, problem
from tongchou.record.lists.sheet import Known, Sheet, text

_BOTH = (
    "ntly", "prfs", "bill_code", "bill_no", "biz_sn", "setl_begn_date", "setl_end_date", "medins_fill_dept",
    "medins_fill_psn",
)  # fmt: skip
_TRIMMED = ("psn_no", *_BOTH)
_FULL = (
    "psn_name", "gend", "brdy", "naty", "patn_cert_type", "certno", "coner_name", "hi_type", "insuplc",
    "psn_selfpay", "psn_ownpay", "acct_pay", "psn_cashpay", "hi_paymtd", "hsorg", "hsorg_opter", *_BOTH,
)  # fmt: skip
_OF_STAYS = ("dscg_caty",)
_CONTACT = ("patn_rlts", "coner_addr", "coner_tel")
_ROWS = {
    "diseinfo": ("diag_type", "diag_code", "diag_name", "maindiag_flag"),
    "oprninfo": ("oprn_oprt_type", "oprn_oprt_name", "oprn_oprt_code", "oper_dr_code"),
    "icuinfo": ("scs_cutd_ward_type", "scs_cutd_inpool_time", "scs_cutd_exit_time", "scs_cutd_sum_dura"),
    "payinfo": ("fund_pay_type", "fund_payamt"),
    "iteminfo": ("med_chrgitm", "amt"),
}
_TRIMMED_ROWS = {"diseinfo": ("adm_cond_type",)}
_FULL_ROWS = {"oprninfo": ("oprn_oprt_date", "oper_dr_name")}
_RECOMMENDED = ("adm_way", "trt_type", "adm_time", "dscg_time", "dscg_way", "chfpdr_code")
_REFERRED = ("2", "3")
_COMES_BACK = "2"


def needed(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N355: what the table of the form marks as required; of a contact person all or nothing."""
    names = list(_FULL if sheet.full else _TRIMMED)
    if known.stay:
        names += [name for name in _OF_STAYS if not sheet.full]
    if text(sheet.info, "coner_name"):
        names += _CONTACT
    yield from (problem("N355", sheet, name) for name in names if sheet.info.get(name) is None)
    more = _FULL_ROWS if sheet.full else _TRIMMED_ROWS
    for section, fields in _ROWS.items():
        fields += more.get(section, ())
        for number, row in numbered(sheet, section):
            for name in fields:
                if row.get(name) is None:
                    yield problem("N355", sheet, name, section=section, row=number)


def recommended(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N385: what grouping and review look for in a stay, and what other answers ask for."""
    info = sheet.info
    names = list(_RECOMMENDED) if known.stay else []
    if text(info, "dscg_way") in _REFERRED:
        names.append("acp_medins_name")
    if text(info, "days_rinp_flag_31") == _COMES_BACK:
        names.append("days_rinp_pup_31")
    yield from (problem("N385", sheet, name, section=INFO) for name in names if info.get(name) is None)
    for number, row in numbered(sheet, "oprninfo"):
        if row.get("anst_way") is not None and row.get("anst_dr_code") is None:
            yield problem("N385", sheet, "anst_dr_code", section="oprninfo", row=number)
