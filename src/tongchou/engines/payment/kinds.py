"""What may be declared about paying institutions: the addresses of a clearing declaration and their models.

The form is that of a region's other files: articles that set addresses, each citing its document.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tongchou.engines.payment.methods import BANDED, METHODS, POINTS, SETTINGS, Method, Setting, Words
from tongchou.engines.payment.money_kinds import (
    Assessment,
    Capitation,
    Clearing,
    Limits,
    Lump,
    PerDiem,
    Prepayment,
    Rate,
    Sharing,
    SpecialCases,
    Split,
    Standard,
    YearWeights,
)
from tongchou.ground.region.scalars import Count, Fact, Money, Number, Share, Times, refusal


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


class Adjustment(Fact):
    """Points of a group × (1 + `plus`) × `times`: support of an institution and its assessment, columns `factor_…` of
    the institutions (Anhui: final = (initial + initial × support) × assessment)."""

    plus: str | None = None
    times: str | None = None


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
    "adjustment": (Adjustment, ()),
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
