"""What may be declared in `indicators/` and `plan/`: figures that are watched, and what a plan promises of them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from tongchou.ground.region.headers import Day
from tongchou.ground.region.scalars import Count, Fact, Number, refusal


class MonthsOfCover(Fact):
    """基金可支付月数: how many months of benefits a surplus pays for, and below how many a warning goes out.

    A month of benefits is the average of the last 12 months, of the calendar year, or the last month alone.
    """

    surplus: str
    spending: str
    month: Literal["average of the last 12 months", "average of the year", "last month"]
    warns_below: Count


class Target(Fact):
    """规划指标: what is to be reached by a day — above a figure, at least a figure, or in words."""

    title: str
    unit: str
    starts: str  # where it stood, as the plan prints it
    by: Day
    above: Number | None = None
    at_least: Number | None = None
    words: str | None = None
    property: Literal["binding", "expected"]

    @model_validator(mode="after")
    def _one_goal(self) -> Self:
        if sum(goal is not None for goal in (self.above, self.at_least, self.words)) != 1:
            raise refusal("R217")
        return self


INDICATOR_KINDS: dict[str, tuple[type[Fact], bool]] = {"months.*": (MonthsOfCover, True)}
"""Kinds of facts of `indicators/`: the model, and whether the address ends with a name of its own."""
PLAN_KINDS: dict[str, tuple[type[Fact], bool]] = {"target.*": (Target, True)}
"""Kinds of facts of `plan/`."""
