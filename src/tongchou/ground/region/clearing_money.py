"""What may be declared about money: standards and rates, sharing, the split of a budget, cash, clearing."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tongchou.ground.region.care_kinds import Lines
from tongchou.ground.region.headers import Day
from tongchou.ground.region.methods import Method, Words
from tongchou.ground.region.scalars import Count, Fact, Money, Number, Share, Times, refusal

Fund = Literal["ratio", "minus", "all"]
"""How the fund's part of a standard follows: (standard − full self-pay − first self-pay − deductible) × the case's
ratio; what the person and other payers did not pay of it; all of it."""


class Rate(Fact):
    """DRG by rate: yuan for a weight of 1."""

    price: Money
    fund: Fund


class Standard(Fact):
    """A fixed standard for a disease: who enters (`groups`), and the cost ratios beyond which a case leaves it and is
    paid by service."""

    groups: Words
    standard: Money
    fund: Fund
    leaves_below: Share | None = None
    leaves_above: Times | None = None


class Phase(Fact):
    upto: Count | None = None
    price: Money


class PerDiem(Fact):
    """Yuan a day, by phases of a stay."""

    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    fund: Fund

    @model_validator(mode="after")
    def _ends(self) -> Self:
        for i, phase in enumerate(self.phases):
            if (phase.upto is not None) != (i < len(self.phases) - 1):
                raise refusal("Y112", value=f"phases {i + 1}")
        return self


class Capitation(Fact):
    """Yuan for a signed person and month; `package`: the lines it pays for (基本医疗服务包), by their columns."""

    fee: Money
    package: tuple[Lines, ...] = ()


class Lump(Fact):
    """A lump budget of a medical community: yuan for a person of it and year; what the fund paid for them elsewhere
    counts against it. Its members share it as the fund was charged by them."""

    fee: Money


class SharedBand(Fact):
    upto: Share | None = None
    pays: Share


class Compensation(Fact):
    """Reasonable overrun: where cases grew by more than `growth_above` over last year, so much of what is left."""

    growth_above: Share
    pays: Share


class Sharing(Fact):
    """Surplus kept and overrun shared, by bands of the standard: of each band so much goes to the institution.

    `surplus_at_most`: of the standard. `no_surplus_above`: an indicator of the institution beyond which none is kept.
    """

    surplus: Annotated[tuple[SharedBand, ...], Field(min_length=1)]
    overrun: Annotated[tuple[SharedBand, ...], Field(min_length=1)]
    surplus_at_most: Share | None = None
    no_surplus_above: Share | None = None
    compensates: Compensation | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        for name, bands in (("surplus", self.surplus), ("overrun", self.overrun)):
            if any((band.upto is not None) != (i < len(bands) - 1) for i, band in enumerate(bands)):
                raise refusal("Y112", value=name)
        return self


class Split(Fact):
    """One budget over settings (`outpatient` and `inpatient` apart) and, inside one, over methods: what is paid
    `first`, what a share is kept for; the methods left share the rest."""

    share: Share | None = None
    first: tuple[Method, ...] = ()
    methods: dict[Method, Share] = Field(default_factory=dict)
    reserve: Share | None = None


class SpecialCases(Fact):
    """Cases reviewed on application: at most this part of the institution's cases of the method."""

    at_most: Share


class Prepayment(Fact):
    """The month's cash. `share` of what the month earned is paid; `deposit` is kept back; `clearing_reserve` of the
    year's quota is kept for clearing; the rest over twelve months is the month's limit, and what is above it waits.
    `revolving`: of the year's limit, advanced at its beginning."""

    share: Share
    deposit: Share
    clearing_reserve: Share
    revolving: Share
    over_limit: Literal["deferred", "paid"]


class Returned(Fact):
    at_least: Number
    returns: Share


class Assessment(Fact):
    """How much of the deposit a score brings back, the best first; a score below all brings nothing back.
    `unassessed`: without a score."""

    returns: Annotated[tuple[Returned, ...], Field(min_length=1)]
    unassessed: Share


class Clearing(Fact):
    """The year's clearing: settlement lists that came after `lists_by` wait for the next one; it ends by `ends_by`.
    `feedback`: working days for which institutions may object to preliminary groups."""

    year: Count
    lists_by: Day
    ends_by: Day | None = None
    feedback: Count | None = None
    rounding: Literal["half_up", "down", "up"] = "half_up"


class YearWeights(Fact):
    """Weights of past years, the oldest first."""

    weights: Annotated[tuple[Count, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return {"weights": raw} if isinstance(raw, list) else raw
