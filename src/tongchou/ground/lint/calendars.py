"""Working days that nobody can count: a clock in a year whose holidays are not declared."""

from __future__ import annotations

from datetime import date

from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.eras import supported
from tongchou.ground.region.filing_kinds import FilingType


def check_calendars(desk: Desk) -> None:
    """Every year in which a clock counts working days has its holidays, as far as the folder is supported."""
    calendar = desk.pack.vocabulary.calendar
    declared = {day.year for day in (*calendar.holidays, *calendar.working_weekends)}
    first, last = supported(desk.pack)
    for fact in desk.pack.facts:
        if not isinstance(fact.value, FilingType):
            continue
        clocks = (fact.value.filed_within, fact.value.decided_within)
        if not any(clock is not None and clock.of == "workdays" for clock in clocks):
            continue
        start = max(first, fact.from_date)
        ends = [day for day in (last, fact.through) if day is not None and day < date.max]
        end = min(ends, default=start)  # without an end its first year
        for year in range(start.year, end.year + 1):
            if year not in declared and desk.once("W312", year):
                desk.report(fact.place, "W312", address=fact.address, year=year)
