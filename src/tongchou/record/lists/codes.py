"""Tables of codes that are closed: what a list says there must be one of these. All others are open, since provinces
add to them. The codes are those of the Hunan edition of the interface specification (V1.1.27)."""

from __future__ import annotations

CLOSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "gend": ("gend", ("0", "1", "2", "9")),
    "adm_way": ("adm_way", ("0", "1", "2", "3", "9")),
    "dscg_way": ("dscg_way", ("1", "2", "3", "4", "5", "9")),
    "trt_type": ("trt_type", ("10", "21", "22", "30")),
    "ipt_med_type": ("ipt_med_type", ("1", "2")),
    "hi_setl_lv": ("hi_setl_lv", ("1", "2", "3")),
    "hi_paymtd": ("hi_paymtd", ("1", "2", "3", "4", "5", "6", "9")),
    "days_rinp_flag_31": ("days_rinp_flag_31", ("1", "2")),
    "nwb_adm_type": ("nwb_adm_type", ("1", "2", "3", "4", "9")),
    "diag_type": ("diag_type", ("1", "2", "3")),
    "maindiag_flag": ("maindiag_flag", ("0", "1")),
    "adm_cond_type": ("adm_cond_type", ("1", "2", "3", "4")),
    "oprn_oprt_type": ("oprn_oprt_type", ("1", "2")),
    "scs_cutd_ward_type": ("icu_type", ("1", "2", "3", "4", "5", "6", "9")),
}
"""Field → its table, and the codes of it."""


def plain(field: str, code: str) -> str:
    """A code without the zeros that some software writes before it: 01 is 1. One of an open table stays as it is."""
    if field not in CLOSED or code in CLOSED[field][1]:
        return code
    return code.lstrip("0") or "0"
