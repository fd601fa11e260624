"""Days and times: in order, past, and those of the visit that was settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from tongchou.ground.dates import age_on
from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.finding import INFO, everything, problem, shown
from tongchou.record.lists.sheet import Known, Row, Sheet, is_before

_OF_INFO = ("adm_time", "dscg_time", "setl_begn_date", "setl_end_date")
_FIRST_YEAR = 1850
_TOLERANCE = timedelta(minutes=10)
"""By which clocks of institutions may be ahead of ours."""


def order(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N357: admission, discharge; begin and end of what was settled. N358: what is to come."""
    yield from ordered(sheet, sheet.info, "adm_time", "dscg_time")
    yield from ordered(sheet, sheet.info, "setl_begn_date", "setl_end_date")
    for field in _OF_INFO:
        given = sheet.info.get(field)
        if given is not None and is_before(known.now + _TOLERANCE, given):
            yield problem("N358", sheet, field, given=shown(given))


def readable(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N101: no day of a list is before anybody's birth."""
    for section, number, row in everything(sheet):
        for field, value in row.items():
            if isinstance(value, date) and value.year < _FIRST_YEAR:
                yield problem("N101", sheet, field, section=section, row=number, value=shown(value), what="时间")


def ordered(
    sheet: Sheet, row: Row, first: str, then: str, section: str = INFO, number: int | None = None
) -> Iterator[Problem]:
    """N357 where one field of a row is before another."""
    early, late = row.get(first), row.get(then)
    if early is not None and late is not None and is_before(late, early):
        yield _wrong(sheet, then, section, number, sheet.label(first), early, sheet.label(then), late)


def within_stay(
    sheet: Sheet, known: Known, row: Row, begin: str, end: str, section: str, number: int
) -> Iterator[Problem]:
    """N357 for what begins before the admission or ends after the discharge."""
    admitted, left = bounds(sheet, known)
    began = row.get(begin)
    ended = row.get(end) or began
    if began is not None and is_before(began, admitted):
        yield _wrong(sheet, begin, section, number, sheet.label("adm_time"), admitted, sheet.label(begin), began)
    if ended is not None and left is not None and is_before(left, ended):
        yield _wrong(sheet, end, section, number, sheet.label(end), ended, sheet.label("dscg_time"), left)


def _wrong(
    sheet: Sheet, field: str, section: str, number: int | None, earlier: str, early: date, later: str, late: date
) -> Problem:
    told = {"earlier": earlier, "early": shown(early), "later": later, "late": shown(late)}
    return problem("N357", sheet, field, section=section, row=number, **told)


def bounds(sheet: Sheet, known: Known) -> tuple[date | datetime, date | datetime | None]:
    """From when to when somebody was in: as the list says, else as the visit was registered."""
    return sheet.info.get("adm_time") or known.admitted, sheet.info.get("dscg_time") or known.discharged


def stay(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N359: admission and discharge are on the days of the visit."""
    if not known.stay:
        return
    for field, expected in (("adm_time", known.admitted), ("dscg_time", known.discharged)):
        given = sheet.info.get(field)
        if given is not None and expected is not None and given.date() != expected:
            yield problem("N359", sheet, field, given=given.date(), expected=expected)


def counted(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N391: age and days that are not what the dates tell. N396: a settled period outside of the stay."""
    if not known.stay:
        return
    info, age = sheet.info, age_on(known.born, known.admitted)
    if info.get("age") and abs(info["age"] - Decimal(age)) > 1:
        yield problem("N391", sheet, "age", given=info["age"], expected=age)
    if known.discharged is None:
        return
    length = max(1, (known.discharged - known.admitted).days)
    if info.get("act_ipt_days") and abs(info["act_ipt_days"] - length) > 1:
        yield problem("N391", sheet, "act_ipt_days", given=info["act_ipt_days"], expected=length)
    begin, end = info.get("setl_begn_date"), info.get("setl_end_date")
    if begin is not None and end is not None and not known.admitted <= begin <= end <= known.discharged:
        told = {"given": f"{begin}–{end}", "expected": f"{known.admitted}–{known.discharged}"}
        yield problem("N396", sheet, "setl_begn_date", **told)
