"""Terms in working days, by the calendar that a pack declares."""

from __future__ import annotations

from datetime import date, timedelta

from tongchou.engines.filings.clock import declared_calendar
from tongchou.ground.dates import days_after
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack


def working_days_after(pack: Pack, told: date, days: int) -> date:
    """The last of so many working days; the day after they were told is the first. Raises M417 for a year whose
    holidays the region does not declare."""
    calendar = declared_calendar(pack)
    try:
        return days_after(told, days, calendar)
    except LookupError:
        year = (told + timedelta(days=1)).year
        raise fail("M417", year=year if year not in (calendar.years or ()) else year + 1) from None
