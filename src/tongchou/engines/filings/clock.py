"""Clocks: so many days from the day after an event, calendar days or working days by the region's holidays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tongchou.ground.dates import Calendar, days_after
from tongchou.ground.errors import fail
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.filing_kinds import DecidedWithin, FiledWithin
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.values import number

_LONGEST = 3_660  # days or months; far beyond any decree, and dates stay within the calendar


def deadline(pack: Pack, clock: FiledWithin | DecidedWithin, after: date, facts: Facts, address: str) -> date | None:
    """The last day of a clock that an event starts: the day after is the first that counts (BEN-11, BEN-12). None for
    不限.

    A working day is Monday to Friday without the declared holidays, with the weekends that are worked. Raises F014
    where working days run into a year whose holidays the pack does not declare, F016 for a length that is no number
    of days.
    """
    count = whole(address, clock.days, facts)
    if count is None:
        return None
    if clock.of == "calendar days":
        return after + timedelta(days=count)
    try:
        return days_after(after, count, declared_calendar(pack)) if count else after
    except LookupError:
        raise fail("F014", year=_first_unknown(pack, after)) from None


def declared_calendar(pack: Pack) -> Calendar:
    """The region's calendar, which answers for the years that it declares days of and for no other."""
    calendar = pack.vocabulary.calendar
    years = {day.year for day in (*calendar.holidays, *calendar.working_weekends)}
    return Calendar(calendar.holidays, calendar.working_weekends, years)


def whole(address: str, value: Any, facts: Facts) -> int | None:
    """A declared number of days or months; None for 不限. Raises F016 for a part of one, below nothing, or beyond
    ten years of days."""
    found = number(address, value, facts)
    if found is None:
        return None
    if found.denominator != 1 or not 0 <= found <= _LONGEST:
        raise fail("F016", type=address, value=found)
    return int(found)


def _first_unknown(pack: Pack, after: date) -> int:
    known = declared_calendar(pack).years or ()
    year = (after + timedelta(days=1)).year
    while year in known:
        year += 1
    return year
