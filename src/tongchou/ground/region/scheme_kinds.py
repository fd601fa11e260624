"""What may be declared of a scheme as a whole: guards of a claim, visits, grants, waiting, rules of items."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from tongchou.ground.region.layer_kinds import Rounding
from tongchou.ground.region.scalars import Count, Fact, Money, Period, Share, When, refusal


class ClaimGuard(Fact):
    """A claim that is refused, reduced, or served by another benefit."""

    when: When
    do: Literal["refuse", "reduce", "redirect"]
    pay: Share | None = None
    to: str | None = None
    because: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> ClaimGuard:
        if (self.pay is not None) != (self.do == "reduce") or (self.to is not None) != (self.do == "redirect"):
            raise refusal("R127")
        return self


class Grant(Fact):
    """A payment or credit that is a formula of facts: allowance, subsidy, account credit, make-up dues."""

    amount: Money
    to: Literal["person", "account", "contribution", "fund", "employer"]
    when: When | None = None
    rounding: Rounding = Rounding()


class Exclusion(Fact):
    """Lines that are fully self-paid."""

    when: When


class FirstPay(Fact):
    """先行自付: a share of the line, or only of the unit price above `above` (yuan)."""

    when: When
    rate: Share
    above: Money | None = None


class PriceLimit(Fact):
    when: When
    at_most: Money  # yuan a unit


class Package(Fact):
    """包干: in-scope expense counts up to a price for each period; the excess is the hospital's or the person's."""

    when: When
    price: Money
    per: Period
    each: str | None = None
    excess: Literal["hospital", "person"]


class Divert(Fact):
    """Lines settled under another kind of visit, such as lines outside a special disease's scope."""

    when: When
    to: str


class Waiting(Fact):
    """等待期: cover begins so long after a date of the spell, or on the first of the month that is reached.

    `starts: month` is the 次月起 of decrees: one month after payment, from its first day (WAIT-04).
    """

    when: When | None = None
    months: Count | None = None
    days: Count | None = None
    after: str
    end_of_month: Literal["clamp", "next_day"] = "clamp"
    starts: Literal["day", "month"] = "day"

    @model_validator(mode="after")
    def _one_length(self) -> Waiting:
        if (self.months is None) == (self.days is None):
            raise refusal("R128")
        return self


class Visits(Fact):
    """The layers that serve one kind of visit, in order; `visits.住院: [pool]` is the usual way to write it."""

    layers: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return raw if isinstance(raw, dict) and "layers" in raw else {"layers": raw}
