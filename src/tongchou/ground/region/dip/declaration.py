"""What a region declares of its DIP catalogue and of the assignment of cases; every key, none more.

National defaults are in `regions/dip/national.yaml`, observed orders of assignment in `regions/dip/orders`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from tongchou.ground.region.dip.scalars import Codes, Day, Part, Whole, Word
from tongchou.ground.region.scalars import Fact, refusal

Treatment = Literal["related", "therapeutic", "diagnostic", "conservative"]
TREATMENTS: tuple[str, ...] = ("related", "therapeutic", "diagnostic", "conservative")
"""The four treatment classes, that of the most far-reaching operation first: an operation related to the disease
(surgery), a therapeutic one, a diagnostic one, none."""
Kind = Literal["core", "basic", "comprehensive"]
KINDS: tuple[str, ...] = ("core", "basic", "comprehensive")
Chapter = Literal["chapter"]


class Range(Fact):
    """Numbers between two ends, each told whether it belongs: `above` and `under` do not."""

    at_least: Part | None = None
    above: Part | None = None
    at_most: Part | None = None
    under: Part | None = None

    @model_validator(mode="after")
    def _two_ends(self) -> Self:
        low, high = (self.at_least, self.above), (self.at_most, self.under)
        if all(end is None for end in (*low, *high)) or None not in low or None not in high:
            raise refusal("D304")
        return self


class Conditions(Fact):
    """What a case must be like; all that are written must hold. A number that is not known satisfies no condition.

    `days` of stay; `weight` in grams; `cci`, the comorbidity index; `since_previous`, days since the same person left
    the same institution with the same diagnosis; `stay_ratio`, `cost_ratio`, the case's days and cost by the mean of
    its group; `group_mortality`, deaths by cases of its group; `record_score` of the case's record.
    """

    age: Range | None = None
    age_days: Range | None = None
    days: Range | None = None
    weight: Range | None = None
    icu_hours: Range | None = None
    cci: Range | None = None
    since_previous: Range | None = None
    record_score: Range | None = None
    stay_ratio: Range | None = None
    cost_ratio: Range | None = None
    group_mortality: Range | None = None
    outcome: tuple[Word, ...] | None = None
    sex: tuple[Word, ...] | None = None
    complication: tuple[Literal["none", "CC", "MCC"], ...] | None = None
    treatment: tuple[Treatment, ...] | None = None
    principal: tuple[Codes, ...] | None = None
    any_diagnosis: tuple[Codes, ...] | None = None
    other_diagnosis: tuple[Codes, ...] | None = None
    operation: tuple[Codes, ...] | None = None


OF_GROUP = ("stay_ratio", "cost_ratio", "group_mortality")
"""What is asked of a case and its group together."""


class PreGroup(Conditions):
    """A group that is formed before the catalogue, for cases of any diagnosis."""

    group: Word
    title: Word


class Key(Fact):
    """What makes two cases alike: so many characters of the principal diagnosis (the point not counted), and all its
    operations as a set, or the main one with those related operations that raise the cost."""

    diagnosis_characters: Annotated[Whole, Field(ge=3, le=10)]
    operations: Literal["all", "main and related"]


class Related(Fact):
    """An operation of these classes beside the main one forms a group of its own where it `raises` the mean cost by
    more than so much."""

    classes: tuple[Treatment, ...] = Field(min_length=1)
    raises: Part


class Core(Fact):
    """From how many cases on a key is a core group: `cases`, or between `least` and `most` as many as still put the
    share `coverage` of cases in core groups."""

    cases: Annotated[Whole, Field(ge=1)] | None = None
    coverage: Part | None = None
    least: Annotated[Whole, Field(ge=1)] | None = None
    most: Annotated[Whole, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_coverage = (self.coverage, self.least, self.most)
        if (self.cases is None) == (self.coverage is None) or (self.cases is None) != (None not in by_coverage):
            raise refusal("D305")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise refusal("D304")
        return self


def _level(raw: Any) -> Any:
    return raw if raw == "chapter" else _whole_level(raw)


def _whole_level(raw: Any) -> Any:
    if raw in ("1", "2", "3", "4", 1, 2, 3, 4):
        return int(raw)
    raise refusal("D303", value=str(raw), known="3, 2, 1, chapter")


Level = Annotated[Any, BeforeValidator(_level)]
"""So many leading characters of a diagnosis, or its `chapter`."""


class Comprehensive(Fact):
    """Where the cases of small keys go: with their treatment class to the first of these levels at which there are
    `cases` of them; the last level takes what is left."""

    levels: tuple[Level, ...] = Field(min_length=1)
    cases: Annotated[Whole, Field(ge=1)]


class Interval(Fact):
    """The optimum interval: the narrowest that holds this `share` of a group's cases, of the cost alone or of cost and
    days of stay, each by itself."""

    share: Part
    of: Literal["cost", "cost and days"]

    @model_validator(mode="after")
    def _a_share(self) -> Self:
        if not 0 < self.share <= 1:
            raise refusal("D304")
        return self


class Trimming(Fact):
    """Which cases of a group count for its mean: those between two percentiles, within so many times the distance of
    the quartiles from them, or in the optimum `interval`; both ends count."""

    percentiles: tuple[Part, Part] | None = None
    quartiles: Part | None = None
    interval: Interval | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.percentiles, self.quartiles, self.interval)) != 1:
            raise refusal("D305")
        if self.percentiles is not None and not 0 <= self.percentiles[0] < self.percentiles[1] <= 1:
            raise refusal("D304")
        return self


class Variation(Fact):
    """The largest coefficient of variation of a core group, and what becomes of one above it."""

    limit: Part
    above: Literal["report", "comprehensive"]


class Value(Fact):
    """Points by the mean cost of all cases, by that of a `benchmark` group, or by a `quota` table of fixed amounts for
    the groups in it."""

    by: Literal["mean", "benchmark", "quota"]
    benchmark: Word | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.by == "benchmark") != (self.benchmark is not None):
            raise refusal("D305")
        return self


class Catalogue(Fact):
    """How the catalogue is built. `years` from the oldest on; `weighting`: each year's mean by its weight (`years`; one
    without a case counts nowhere), or each case by that of its year (`cases`). `overall`: whether the mean of all
    cases is of those that count for their group's mean only (`kept`). `points` of a group that costs the mean.
    `separate`: parts of the cost with points of their own."""

    years: tuple[Annotated[Whole, Field(ge=1990, le=2199)], ...] = Field(min_length=1)
    year_weights: tuple[Annotated[Whole, Field(ge=1)], ...]
    weighting: Literal["years", "cases"]
    key: Key
    related: Related
    core: Core
    comprehensive: Comprehensive
    trimming: Annotated[Trimming | None, BeforeValidator(lambda raw: None if raw == "none" else raw)]
    overall: Literal["all", "kept"]
    variation: Variation
    value: Value
    points: Annotated[Whole, Field(ge=1)]
    separate: tuple[Literal["drugs", "consumables"], ...] = ()
    decimals: Annotated[Whole, Field(le=6)]
    rounding: Literal["half_up", "half_even", "down", "up"]
    died: tuple[Word, ...]
    pre_groups: tuple[PreGroup, ...] = ()
    excluded_diagnoses: tuple[Codes, ...] = ()

    @model_validator(mode="after")
    def _years_have_weights(self) -> Self:
        if len(self.years) != len(self.year_weights) or list(self.years) != sorted(set(self.years)):
            raise refusal("D307", years=len(self.years), weights=len(self.year_weights))
        return self


class TypeOrder(Fact):
    """`type_order`: kind and treatment together, as `core related`; `kind_order`, `treatment_order`: one of them.
    What is not named comes last."""

    type_order: tuple[Word, ...] | None = None
    kind_order: tuple[Kind, ...] | None = None
    treatment_order: tuple[Treatment, ...] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        said = [order for order in (self.type_order, self.kind_order, self.treatment_order) if order is not None]
        known = {f"{kind} {treatment}" for kind in KINDS for treatment in TREATMENTS}
        if len(said) != 1:
            raise refusal("D305")
        for word in self.type_order or ():
            if word not in known:
                raise refusal("D303", value=word, known="core related, basic therapeutic, comprehensive conservative …")
        return self


CRITERIA: tuple[str, ...] = (
    "most_operations",
    "nearest_cost",
    "higher_points",
    "lower_points",
    "higher_points_if_operated",
    "longest_diagnosis",
    "comprehensive_if_unmatched",
)


def _criterion(raw: Any) -> Any:
    if raw in CRITERIA:
        return raw
    raise refusal("D303", value=str(raw), known="、".join((*CRITERIA, "{type_order: …}")))


Criterion = Annotated[
    Annotated[str, BeforeValidator(_criterion), Tag("word")] | Annotated[TypeOrder, Tag("order")],
    Discriminator(lambda raw: "order" if isinstance(raw, dict | TypeOrder) else "word"),
]


class Assignment(Fact):
    """How a case finds its group. `order`: by which criteria, one after the other, one of several groups is chosen.

    `operations`: whether a group takes a case that has other operations beside its own (`contained`) or not (`exact`).
    `comprehensive`: whether comprehensive groups are looked for beside the others (`always`) or only where there is no
    other (`otherwise`). `conservative_takes`: cases of which treatment may be in a group without operations.
    `fallback`: the empty group (no points) that takes what finds none. `reference`: which mean a case is measured by,
    the weighted one or that of the `last` year, of the `same` level of institution or of `all`.
    """

    preset: Word | None = Field(default=None, alias="as")
    order: tuple[Criterion, ...] = Field(min_length=1)
    operations: Literal["contained", "exact"]
    comprehensive: Literal["always", "otherwise"]
    levels: tuple[Level, ...]
    conservative_takes: tuple[Treatment, ...] = Field(min_length=1)
    fallback: Word | None = None
    reference_year: Literal["weighted", "last"]
    reference_level: Literal["same", "all"]


class AuxiliaryClass(Conditions):
    """One class of an auxiliary catalogue. `factor`: declared instead of computed."""

    title: Word | None = None
    factor: Part | None = None


class Auxiliary(Fact):
    """One auxiliary catalogue: a case has the first of its classes whose conditions hold, or none. `of`: the cases it
    is about. `per`: one factor for all groups, or one for each group with `cases` of the class; else that of all.
    `about`: how ill somebody is, or what an institution did (`conduct`), whose factor stands beside the others'."""

    title: Word
    about: Literal["illness", "conduct"] = "illness"
    of: Conditions = Conditions()
    classes: dict[Word, AuxiliaryClass] = Field(min_length=1)
    per: Literal["all", "group"]
    cases: Annotated[Whole, Field(ge=1)]


class Tables(Fact):
    """The CSV tables beside the declaration. `complications`: a folder with mcc.csv, cc.csv and exclusion.csv as a DRG
    scheme has them."""

    operations: str
    chapters: str
    complications: str | None = None
    comorbidities: str | None = None
    basic: str | None = None
    quota: str | None = None


class Declaration(Fact):
    """A whole declaration. `cites`: from which document a setting is, by its path."""

    base: Word | None = None
    title: Word
    source: Word
    evidence: Literal["source", "unverified", "fictional"]
    valid_from: Day | None = None
    valid_through: Day | None = None
    tables: Tables
    catalogue: Catalogue
    assignment: Assignment
    auxiliary: dict[Word, Auxiliary] = Field(default_factory=dict)
    combine: Literal["largest", "product"]
    cites: dict[Word, Word] = Field(default_factory=dict)


class Preset(Fact):
    """An order of assignment observed somewhere: what it sets of `assignment`, and where it is from."""

    title: Word
    source: Word
    evidence: Literal["source", "unverified", "fictional"]
    assignment: dict[str, Any]
