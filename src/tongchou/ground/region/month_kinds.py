"""What may be declared of an institution's month in `payment/`: what is paid of it, kept back, put off and advanced,
and how long a deduction may be appealed against."""

from __future__ import annotations

from typing import Literal

from tongchou.ground.region.contribution_kinds import Names
from tongchou.ground.region.scalars import Count, Fact, Share


class MonthlyPayment(Fact):
    """月预付: of what was reviewed `paid` is paid, and of that `deposit` kept as 质量保证金 until the year is cleared.

    `reserve` of the year's quota is kept for clearing; a twelfth of the rest is the month's, counted by itself or from
    the year's beginning; what lies above waits (`deferred`) or is paid. `of`: the kinds of the agreement's budget that
    make the quota, all where none is named. `advance`: of the quota, at the beginning of the year (周转金).
    """

    paid: Share
    deposit: Share
    reserve: Share
    counted: Literal["month", "cumulative"]
    over: Literal["deferred", "paid"]
    of: Names = ()
    advance: Share


class DeductionAppeal(Fact):
    """申诉: so many working days from the day after an institution was told what is deducted."""

    working_days: Count


MONTH_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "month": (MonthlyPayment, False),
    "month.appeal": (DeductionAppeal, False),
}
"""Kinds of facts of `payment/`: the model, and whether the address ends with a name of its own."""
