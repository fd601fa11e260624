"""How the weights of a scheme's groups are measured (权重测算): every choice declared in `weights.yaml`, with the
document it is from or marked as a reading. National defaults are in `regions/drg/national.yaml`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from tongchou.engines.grouping.files import table_rows
from tongchou.engines.grouping.weights import WEIGHT
from tongchou.ground.errors import Problem, ProblemError, fail
from tongchou.ground.region.dip.declaration import Trimming
from tongchou.ground.region.dip.scalars import Day, Part, Whole, Word
from tongchou.ground.region.scalars import Fact, refusal
from tongchou.ground.region.text import Document, read_document
from tongchou.ground.region.validate import validate
from tongchou.ground.shipped import regions_dir

FILE = "weights.yaml"
GIVEN = ("drg", "weight", "why")
"""The columns of the table of weights that are given."""


class Unevenness(Fact):
    """The largest coefficient of variation of a group, and what becomes of one above it: it is told, or weighed as one
    with too few cases."""

    limit: Part
    above: Literal["report", "few"]


class Scale(Fact):
    """What a weight of 1 is: `mean`, the mean cost of all cases; `cases`, so that cases × weight sum to the cases of
    the declared years (`all`) or of the `last` one; `benchmark`, the mean of one group."""

    to: Literal["mean", "cases", "benchmark"]
    of: Literal["all", "last"] | None = None
    benchmark: Word | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.to == "cases") != (self.of is not None) or (self.to == "benchmark") != (self.benchmark is not None):
            raise refusal("D305")
        return self


class Weighting(Fact):
    """A whole declaration. `years` from the oldest on; `weighting`: each year's mean by its weight (`years`; one
    without a case counts nowhere), or each case by that of its year (`cases`). `overall`: whether the mean of all cases
    is of those that count for their group's mean only (`kept`). `cases`: from how many on a group is weighed by itself;
    `few`: how a smaller one is, the first that can. `given`: a table of weights beside the declaration. `cites`: of a
    setting the document it is from; one that is a reading says so."""

    base: Word | None = None
    title: Word
    source: Word
    evidence: Literal["source", "unverified", "fictional"]
    valid_from: Day | None = None
    years: tuple[Annotated[Whole, Field(ge=1990, le=2199)], ...] = Field(min_length=1)
    year_weights: tuple[Annotated[Whole, Field(ge=1)], ...]
    weighting: Literal["years", "cases"]
    trimming: Annotated[Trimming | None, BeforeValidator(lambda raw: None if raw == "none" else raw)]
    overall: Literal["all", "kept"]
    cases: Annotated[Whole, Field(ge=1)]
    few: tuple[Literal["given", "siblings", "adrg"], ...]
    variation: Unevenness
    scale: Scale
    decimals: Annotated[Whole, Field(le=6)]
    rounding: Literal["half_up", "half_even", "down", "up"]
    given: Word | None = None
    cites: dict[Word, Word] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(self.years) != len(self.year_weights) or list(self.years) != sorted(set(self.years)):
            raise refusal("D307", years=len(self.years), weights=len(self.year_weights))
        if ("given" in self.few) != (self.given is not None):
            raise refusal("D305")
        return self


SETTINGS = (
    "years", "year_weights", "weighting", "trimming", "overall", "cases", "few", "variation", "scale", "decimals",
    "rounding",
)  # fmt: skip
"""What is chosen, and so cited."""


@dataclass(frozen=True)
class Declared:
    """A declaration with the weights it gives: of a group its weight as text. `hash` stands for both."""

    said: Weighting
    given: dict[str, str]
    hash: str
    content: bytes


def load_weighting(path: Path) -> Declared:
    """A declaration, or the one in a folder, what it builds on put before its own. Raises the R problems of the file;
    D131 for none, D141 for a choice without a source, D306 for another base, D314 for a citation of no setting, D104,
    D106, D109, D112 for the weights that it gives."""
    file = path / FILE if path.is_dir() else path
    document = read_document(file, str(file))
    _stop(document)
    if not isinstance(document.data, dict):
        raise fail("D131", document.place(), file=file)
    data = _over_base(document)
    said = validate(Weighting, data, document)
    _stop(document)
    assert said is not None
    if strange := [key for key in said.cites if key not in SETTINGS]:
        raise ProblemError(*(Problem("D314", document.place("cites", key), {"value": key}) for key in strange))
    if silent := [key for key in SETTINGS if key not in said.cites]:
        raise ProblemError(*(Problem("D141", document.place(key), {"value": key}) for key in silent))
    digest = hashlib.sha256(str(sorted(data.items())).encode())
    given: dict[str, str] = {}
    if said.given is not None:
        table = file.parent / said.given
        given = _given(table)
        digest.update(table.read_bytes())
    return Declared(said, given, digest.hexdigest()[:16], file.read_bytes())


def _over_base(document: Document) -> dict[str, Any]:
    """What is declared; a choice made here is cited here, not by what the base says of its own."""
    own: dict[str, Any] = document.data
    if "base" not in own:
        return own
    file = regions_dir() / "drg" / f"{own['base']}.yaml"
    if own["base"] != "national":
        raise fail("D306", document.place("base"), value=own["base"], known="national")
    below = read_document(file, str(file))
    _stop(below)
    cites = {key: cite for key, cite in below.data["cites"].items() if key not in own}
    told = own.get("cites", {})
    return {**below.data, **own, "cites": {**cites, **told} if isinstance(told, dict) else told}


def _given(file: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    problems = []
    for line in table_rows(file, "given", GIVEN):
        drg, weight, _ = (cell.strip() for cell in line.cells)
        if not WEIGHT.fullmatch(weight):
            problems.append(Problem("D106", line.place, {"column": "weight", "value": weight, "known": "1.25"}))
        if drg in found:
            problems.append(Problem("D112", line.place, {"value": drg}))
        found[drg] = weight
    if problems:
        raise ProblemError(*problems)
    return found


def _stop(document: Document) -> None:
    if document.problems:
        raise ProblemError(*document.problems)
