"""What may be declared about paying institutions: the addresses of a clearing declaration and their models.

The form is that of a region's other files: articles that set addresses, each citing its document.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tongchou.ground.region.headers import Day
from tongchou.ground.region.scalars import Count, Fact, Money, Number, Share, Times, refusal

Method = Literal[
    "dip", "drg_points", "drg_rate", "per_disease", "per_diem", "capitation", "quota", "service", "lump"
]  # fmt: skip
METHODS: tuple[str, ...] = Method.__args__  # type: ignore[attr-defined]
POINTS = ("dip", "drg_points")
"""Methods whose price follows from a budget and everybody's points."""
BANDED = (*POINTS, "drg_rate")
"""Methods that compare a case's cost with a mean or standard."""
Setting = Literal["inpatient", "outpatient"]
SETTINGS: tuple[str, ...] = Setting.__args__  # type: ignore[attr-defined]
Words = Annotated[tuple[str, ...], Field(min_length=1)]


class Route(Fact):
    """Settlements that a method pays; of what is not written, all."""

    method: Method
    setting: Setting
    care: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()


class Routes(Fact):
    """Which method pays what: the first route that fits."""

    routes: Annotated[tuple[Route, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return {"routes": raw} if isinstance(raw, list) else raw


class Points(Fact):
    """How case points are written: decimals (at most 4) and rounding; `cost_of_one`: the mean cost of one point, where
    a path makes points of cost."""

    decimals: Count
    rounding: Literal["half_up", "down", "up"] = "half_up"
    cost_of_one: Money | None = None


class Band(Fact):
    """A range of cost ÷ reference: up to and including `upto`, or `below` it; the last one has no end."""

    status: Literal["low", "normal", "high", "extremely_high"]
    below: Times | None = None
    upto: Times | None = None
    factor: Number
    review: Literal["needed", "none"] = "none"


class Bands(Fact):
    """Deviation bands, the lowest first. Every figure may differ by level (`by level`) or scheme."""

    bands: Annotated[tuple[Band, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return {"bands": raw} if isinstance(raw, list) else raw

    @model_validator(mode="after")
    def _ends(self) -> Self:
        for i, band in enumerate(self.bands):
            ends = (band.below is not None) + (band.upto is not None)
            if ends != (i < len(self.bands) - 1):
                raise refusal("Y112", value=band.status)
        return self


class Path(Fact):
    """How a case of a status is paid: by its group (× `factor`, at most `at_most` of the group's points), at `cost`
    (what the fund was charged, in money), by `points` made of its cost, or `nothing`; less `loss`."""

    pays: Literal["group", "cost", "points", "nothing"]
    factor: Number | None = None
    at_most: Share | None = None
    loss: Share | None = None
    review: Literal["needed", "none"] = "none"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.factor is not None) != (self.pays == "group") or (self.at_most is not None and self.pays != "group"):
            raise refusal("Y113")
        return self


class Stays(Fact):
    """Stays that grouping does not pay: of so many days or fewer, of so many or more."""

    upto: Count | None = None
    at_least: Count | None = None


class Readmission(Fact):
    """The same person, group and (with `institution`) institution again within so many days of leaving: the earlier
    stay keeps `factor` of its points. `exempt`: words of care that do not count (radiotherapy, chemotherapy)."""

    within: Count
    where: Literal["institution", "region"]
    factor: Share
    exempt: tuple[str, ...] = ()
    review: Literal["needed", "none"] = "none"


class FewCases(Fact):
    """Groups of fewer cases in the year than this."""

    below: Count


class DayPoints(Fact):
    """Points of a day in hospital of stays of this kind of care, paid out of the points budget."""

    points: Number


class HospitalFactor(Fact):
    """The factor of an institution: its parts (columns `factor_…` of the institutions) weighted, or added to the basic
    one. `same_price`: groups that are paid alike everywhere (primary-care diseases)."""

    combine: Literal["weighted", "sum", "given"]
    parts: dict[str, Share] = Field(default_factory=dict)
    decimals: Count
    at_least: Times | None = None
    at_most: Times | None = None
    same_price: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _parts(self) -> Self:
        if (self.combine == "given") == bool(self.parts):
            raise refusal("Y114")
        return self


class Auxiliary(Fact):
    """Which columns `auxiliary_…` of the groups correct a case, and whether the largest counts or their product."""

    names: Words
    combine: Literal["largest", "product"]


class Price(Fact):
    """How a point gets its price: in the year-end form from the budget, or as declared beforehand (`fixed`).

    `scope`: what has a price of its own. `basis`: whether a point pays the fund's part, or the whole cost, from which
    what the person and other payers paid is taken. `ratio`: the payment ratio between the two; what was really paid
    where it is not written. `decimals` of yuan to which the price is rounded down; exact without.
    """

    form: Literal["settlement", "fixed"]
    scope: tuple[Literal["scheme", "month", "insured_place"], ...] = ("scheme",)
    basis: Literal["fund", "total"] = "fund"
    ratio: Share | None = None
    decimals: Count | None = None
    fixed: Money | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.form == "fixed") != (self.fixed is not None):
            raise refusal("Y115")
        return self


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
    """Yuan for a signed person and month; `package`: the services it pays for (words of care)."""

    fee: Money
    package: tuple[str, ...] = ()


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


class Limits(Fact):
    """How the limits of institutions follow from past years: their weighted cost × the tilt of their level."""

    tilt: Times


class SpecialCases(Fact):
    """Cases reviewed on application: at most this part of the institution's cases of the method."""

    at_most: Share


class Prepayment(Fact):
    """The month's cash. `share` of what the month earned is paid; `deposit` is kept back; `clearing_reserve` of the
    year's limit is kept for clearing; the rest over twelve months is the month's limit, and what is above it waits.
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
    """The year's clearing: settlement lists that came after `lists_by` wait for the next one; it ends by `ends_by`."""

    year: Count
    lists_by: Day
    ends_by: Day | None = None
    rounding: Literal["half_up", "down", "up"] = "half_up"


class YearWeights(Fact):
    """Weights of past years, the oldest first."""

    weights: Annotated[tuple[Count, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        return {"weights": raw} if isinstance(raw, list) else raw


STATUSES = ("special", "excluded_by_stay", "ungrouped", "qy", "zero_points", "few_cases", "incomplete")
"""Statuses with a path of their own, in the order in which they are asked; after them come the bands."""

KINDS: dict[str, tuple[type[Fact], tuple[str, ...] | None]] = {
    "routes": (Routes, ()),
    "points": (Points, ()),
    "bands.*": (Bands, BANDED),
    "path.*": (Path, STATUSES),
    "stays": (Stays, ()),
    "readmission": (Readmission, ()),
    "few_cases": (FewCases, ()),
    "day_points.*": (DayPoints, None),
    "hospital_factor": (HospitalFactor, ()),
    "auxiliary": (Auxiliary, ()),
    "price.*": (Price, POINTS),
    "rate": (Rate, ()),
    "standard.*": (Standard, None),
    "per_diem.*": (PerDiem, None),
    "capitation.*": (Capitation, None),
    "lump.*": (Lump, None),
    "sharing.*": (Sharing, METHODS),
    "split.*": (Split, SETTINGS),
    "limits.*": (Limits, SETTINGS),
    "special_cases.*": (SpecialCases, METHODS),
    "prepayment": (Prepayment, ()),
    "assessment": (Assessment, ()),
    "clearing": (Clearing, ()),
    "year_weights.*": (YearWeights, ("catalogue", "limits")),
}
"""Addresses: their model, and the names that may follow; None: any name of the declaration's own."""
