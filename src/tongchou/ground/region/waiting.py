"""等待期: from which day a spell's cover counts, by the region's waiting rules.

Rules WAIT-01 … WAIT-05. The end of a month is an explicit choice of the declaration (`end_of_month`).
"""

from __future__ import annotations

from datetime import date, timedelta

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.model import Waiting
from tongchou.ground.region.number import Literal
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.values import finite, holds, value_of

_MONTH = 31
_FOREVER = 1_000_000
"""Days, for a waiting period whose length is not a plain number."""


def cover_start(rules: list[Declared], facts: Facts) -> tuple[date, Declared] | None:
    """The latest first day of cover among the rules that hold, with its rule; None when none says anything.

    A rule speaks only when the date it counts from is known: a claim that brings no spell is taken as covered, which
    is what a region with `entitlement: assumed` declares.
    """
    found: tuple[date, Declared] | None = None
    for rule in rules:
        value = value_of(rule, Waiting)
        if not facts.has(value.after) or not holds(rule, facts):
            continue
        start = _first_day(rule, value, facts)
        if found is None or start > found[0]:
            found = start, rule
    return found


def _first_day(rule: Declared, value: Waiting, facts: Facts) -> date:
    after: date = facts(value.after)
    try:
        if value.months is not None:
            reached = add_months(after, int(finite(rule.address, value.months, facts)), value.end_of_month)
        else:
            reached = after + timedelta(days=int(finite(rule.address, value.days, facts)))
    except (ValueError, OverflowError):
        raise fail("C006", address=rule.address, reason=f"{after} + {rule.raw}") from None
    return reached if value.starts == "day" else reached.replace(day=1)


def longest(rule: Declared) -> int:
    """Days after which a waiting period is over, whatever the month."""
    value = value_of(rule, Waiting)
    months, days = value.months, value.days
    if isinstance(months, Literal) and months.value is not None:
        return int(months.value + 1) * _MONTH
    return int(days.value) + 1 if isinstance(days, Literal) and days.value is not None else _FOREVER
