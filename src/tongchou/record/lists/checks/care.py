"""Durations: of intensive care, of a ventilator, of a coma; days of nursing."""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.days import bounds, ordered, within_stay
from tongchou.record.lists.checks.finding import numbered, problem
from tongchou.record.lists.sheet import Known, Sheet, is_before, minutes, spelled, text

_SECTION = "icuinfo"
_IN, _OUT, _SUM = "scs_cutd_inpool_time", "scs_cutd_exit_time", "scs_cutd_sum_dura"
_BEFORE = "pwcry_bfadm_coma_dura"
_WITHIN = ("vent_used_dura", "pwcry_afadm_coma_dura")
_LEVELS = ("spga_nurscare_days", "lv1_nurscare_days", "scd_nurscare_days", "lv3_nurscare_days")
_DAY = 24 * 60
_TOLERANCE = 1
"""Minutes: in and out may have been rounded."""


def durations(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N364: days/hours/minutes. N366: no longer than the stay, counted by days where times are not given."""
    longest = _longest(sheet, known)
    for field in (_BEFORE, *_WITHIN):
        given = text(sheet.info, field)
        if not given:
            continue
        length = minutes(given)
        if length is None:
            yield problem("N364", sheet, field, value=given[:20])
        elif field in _WITHIN and longest is not None and length > longest:
            yield problem("N366", sheet, field, given=given[:20])


def _longest(sheet: Sheet, known: Known) -> int | None:
    """Minutes from admission to discharge, days counted whole."""
    admitted, left = bounds(sheet, known)
    if left is None or not known.stay:
        return None
    return (left.toordinal() - admitted.toordinal() + 1) * _DAY


def intensive(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N357: in before out, within the stay. N364, N365: the sum is what lies between. N395: no two at once."""
    taken = []
    for number, row in numbered(sheet, _SECTION):
        at = {"section": _SECTION, "row": number}
        begin, end, given = row.get(_IN), row.get(_OUT), text(row, _SUM)
        if begin is None or end is None:
            continue
        yield from ordered(sheet, row, _IN, _OUT, _SECTION, number)
        if known.stay:
            yield from within_stay(sheet, known, row, _IN, _OUT, _SECTION, number)
        if any(is_before(begin, other_end) and is_before(other_begin, end) for other_begin, other_end in taken):
            yield problem("N395", sheet, _IN, **at)
        taken.append((begin, end))
        length, between = minutes(given), round((end - begin).total_seconds() / 60)
        if given and length is None:
            yield problem("N364", sheet, _SUM, **at, value=given[:20])
        elif length is not None and between >= 0 and abs(length - between) > _TOLERANCE:
            yield problem("N365", sheet, _SUM, **at, given=given, expected=spelled(between))


def nursing(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N393: days of nursing are no more than the stay has."""
    given = sum(sheet.info.get(name) or 0 for name in _LEVELS)
    if known.stay and known.discharged is not None:
        length = (known.discharged - known.admitted).days + 1
        if given > length:
            yield problem("N393", sheet, _LEVELS[0], given=given, expected=length)
