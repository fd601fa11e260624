"""Operations: one main one, within the stay, under anaesthesia from before to after."""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.days import ordered, within_stay
from tongchou.record.lists.checks.finding import INFO, numbered, problem
from tongchou.record.lists.codes import plain
from tongchou.record.lists.sheet import Known, Row, Sheet, is_before, text

_SECTION = "oprninfo"


def is_main(row: Row) -> bool:
    return plain("oprn_oprt_type", text(row, "oprn_oprt_type")) == "1"


def main(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N363."""
    count = sum(map(is_main, sheet.rows(_SECTION)))
    if sheet.rows(_SECTION) and count != 1:
        yield problem("N363", sheet, "oprn_oprt_type", section=_SECTION, count=count)


def times(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N357 for what ends before it begins or lies outside the stay, N358 for what is to come, N367 for an anaesthesia
    that does not cover the operation."""
    for number, row in numbered(sheet, _SECTION):
        begin = "oprn_oprt_begntime" if row.get("oprn_oprt_begntime") else "oprn_oprt_date"
        yield from ordered(sheet, row, begin, "oprn_oprt_endtime", _SECTION, number)
        yield from ordered(sheet, row, "anst_begntime", "anst_endtime", _SECTION, number)
        if known.stay:
            yield from within_stay(sheet, known, row, begin, "oprn_oprt_endtime", _SECTION, number)
        pairs = ((begin, "anst_begntime"), ("anst_endtime", "oprn_oprt_endtime"))
        if any(row.get(one) and row.get(other) and is_before(row[one], row[other]) for one, other in pairs):
            yield problem("N367", sheet, "anst_begntime", section=_SECTION, row=number)


def counted(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N392: numbers of codes that are not what is listed. N398: a main operation without its time."""
    for field, section in (("diag_code_cnt", "diseinfo"), ("oprn_oprt_code_cnt", _SECTION)):
        given = sheet.info.get(field)
        if given and given != len(sheet.rows(section)):
            yield problem("N392", sheet, field, section=INFO, given=given, expected=len(sheet.rows(section)))
    for number, row in numbered(sheet, _SECTION):
        if is_main(row) and not (row.get("oprn_oprt_begntime") or row.get("oprn_oprt_date")):
            yield problem(
                "N398", sheet, "oprn_oprt_begntime", section=_SECTION, row=number, value=text(row, "oprn_oprt_code")
            )
