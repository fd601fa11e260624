"""When a levy is due: a day of the year, or a day of a month counted from the one it is for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.ground.region.contribution_kinds import Due
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.values import finite, value_of


def due_rule(in_force: Iterable[Declared], levy: str) -> Declared | None:
    """The rule that says when a levy is due, if any does."""
    return next((f for f in in_force if f.kind == "due.*" and levy in value_of(f, Due).of), None)


def due_on(in_force: Iterable[Declared], levy: str, day: date, facts: Facts) -> date | None:
    """The last day on which the levy of the month (or year) of `day` is paid in time; None when nothing is declared."""
    declared = due_rule(in_force, levy)
    if declared is None:
        return None
    due = value_of(declared, Due)
    if due.by is not None:
        return date(day.year, *due.by)
    months, of_month = (int(finite(declared.address, n, facts)) for n in (due.months, due.day))
    try:
        first = add_months(day.replace(day=1), months, "clamp")
        last = (add_months(first, 1, "clamp") - first).days
        return first.replace(day=min(of_month, last))
    except ValueError:
        raise fail("C006", address=declared.address, reason=str(of_month)) from None
