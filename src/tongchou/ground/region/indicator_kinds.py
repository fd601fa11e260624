"""What may be declared in `indicators/` and `plan/`: figures that are watched, and what a plan promises of them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tongchou.ground.region.headers import Day
from tongchou.ground.region.scalars import Count, Fact, Number, refusal

CaseColumn = Literal[
    "kind", "level", "place", "scheme", "referral", "filing", "disease", "option", "outcome", "sex",
    "principal_diagnosis", "other_diagnoses", "procedures",
]  # fmt: skip
LineColumn = Literal["item", "class", "fee_kind", "national_code", "hospital_code"]
Listed = Annotated[tuple[str, ...], Field(min_length=1)]
Cases = dict[CaseColumn, Listed]


class MonthsOfCover(Fact):
    """基金可支付月数: how many months of benefits a surplus pays for, and below how many a warning goes out.

    A month of benefits is the average of the last 12 months, of the calendar year, or the last month alone.
    """

    surplus: str
    spending: str
    month: Literal["average of the last 12 months", "average of the year", "last month"]
    warns_below: Count


class Taken(Fact):
    """What is counted or added up of cases (visits and stays; the bills of one stay are one case).

    `where`: columns and their words, of codes the beginning; all must hold, and one of `any`. `facts`: the same of the
    region's own facts. `lines`: only these lines add up, only cases with such a line count. `repeats_within`: only
    cases that follow one of the same person and institution within so many days.
    """

    take: Literal["cases", "people", "days", "total_fee", "fund", "person", "line_amount"]
    where: Cases = Field(default_factory=dict)
    any: tuple[Cases, ...] = ()
    facts: dict[str, Listed] = Field(default_factory=dict)
    lines: dict[LineColumn, Listed] = Field(default_factory=dict)
    repeats_within: Count | None = None


class Indicator(Fact):
    """协议指标: a numerator over a denominator (over 1 where there is none), of institutions and periods.

    `of`: the cases both are about. `as` growth: over the same period a year before, less 1.
    """

    unit: Literal["share", "yuan", "days", "times"]
    of: Cases = Field(default_factory=dict)
    above: Taken
    below: Taken | None = None
    shown: Literal["level", "growth"] = Field(default="level", alias="as")


class Agreed(Fact):
    """What the agreement asks of the indicator of the same name: at most or at least so much; may differ by level."""

    at_most: Number | None = None
    at_least: Number | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise refusal("R219")
        return self


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


INDICATOR_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "months.*": (MonthsOfCover, True),
    "indicator.*": (Indicator, True),
    "agreed.*": (Agreed, True),
}
"""Kinds of facts of `indicators/`: the model, and whether the address ends with a name of its own."""
PLAN_KINDS: dict[str, tuple[type[Fact], bool]] = {"target.*": (Target, True)}
"""Kinds of facts of `plan/`."""
