"""What may be declared in `payment/clearing/`: how institutions are paid and a year of theirs is cleared.

The files are a region's other ones but for the scheme: a clearing is of the whole region, and its rules name schemes
themselves (`by scheme`, `schemes`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tongchou.ground.region.care_kinds import Cares
from tongchou.ground.region.clearing_money import (
    Assessment,
    Capitation,
    Clearing,
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
from tongchou.ground.region.headers import ArticleFile
from tongchou.ground.region.methods import BANDED, METHODS, POINTS, SETTINGS, Method, Setting, Words
from tongchou.ground.region.scalars import Count, Fact, Money, Number, Share, Times, refusal

EVERY: Literal["*"] = "*"
"""Where a scheme would stand in the address of what is declared for the whole region."""


class ClearingFile(ArticleFile):
    """Articles of the whole region. `title`, `evidence`: of a file that stands by itself, without `sources.yaml`."""

    scheme: Literal["*"] = EVERY
    title: str | None = None
    evidence: str | None = None


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


class PastYear(Fact):
    """A past year of a method: what its cases cost, the points they would have had, and the weight of the year."""

    cost: Money
    points: Number
    weight: Count


class Price(Fact):
    """How a point gets its price: in the year-end form from the budget (`settlement`), in the budget form from the
    weighted cost and points of `past` years (`budget`), or as declared beforehand (`fixed`).

    `scope`: what has a price of its own. `basis`: whether a point pays the fund's part, or the whole cost, from which
    what the person and other payers paid is taken. `ratio`: the payment ratio between the two; what was really paid
    where it is not written. `decimals` of yuan to which the price is rounded down; exact without.
    """

    form: Literal["settlement", "budget", "fixed"]
    scope: tuple[Literal["scheme", "month", "insured_place"], ...] = ("scheme",)
    basis: Literal["fund", "total"] = "fund"
    ratio: Share | None = None
    decimals: Count | None = None
    fixed: Money | None = None
    past: tuple[PastYear, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.form == "fixed") != (self.fixed is not None) or (self.form == "budget") != bool(self.past):
            raise refusal("Y115")
        return self


STATUSES = ("special", "excluded_by_stay", "ungrouped", "qy", "zero_points", "few_cases", "incomplete")
"""Statuses with a path of their own, in the order in which they are asked; after them come the bands."""

CLEARING_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "care": (Cares, False),
    "routes": (Routes, False),
    "points": (Points, False),
    "bands.*": (Bands, True),
    "path.*": (Path, True),
    "stays": (Stays, False),
    "readmission": (Readmission, False),
    "few_cases": (FewCases, False),
    "day_points.*": (DayPoints, True),
    "hospital_factor": (HospitalFactor, False),
    "adjustment": (Adjustment, False),
    "auxiliary": (Auxiliary, False),
    "price.*": (Price, True),
    "rate": (Rate, False),
    "standard.*": (Standard, True),
    "per_diem.*": (PerDiem, True),
    "capitation.*": (Capitation, True),
    "lump.*": (Lump, True),
    "sharing.*": (Sharing, True),
    "split.*": (Split, True),
    "special_cases.*": (SpecialCases, True),
    "prepayment": (Prepayment, False),
    "assessment": (Assessment, False),
    "clearing": (Clearing, False),
    "year_weights.*": (YearWeights, True),
}
"""Kinds of facts of `payment/clearing/`: the model, and whether the address ends with a name of its own."""

NAMES: dict[str, tuple[str, ...]] = {
    "bands.*": BANDED,
    "path.*": STATUSES,
    "price.*": POINTS,
    "sharing.*": METHODS,
    "split.*": SETTINGS,
    "special_cases.*": METHODS,
    "year_weights.*": ("catalogue",),
}
"""Kinds whose name is one of these; of the others it is the region's own word (a disease, a community)."""
