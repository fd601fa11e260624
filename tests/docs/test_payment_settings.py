"""Every choice of payment that must be a region's has a place where it is declared, and every place is there."""

import re
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from tests.docs.pages import DOCS, tables
from tongchou.engines.grouping import files as scheme_files
from tongchou.engines.grouping.load import _KEYS
from tongchou.engines.grouping.weighting import Weighting
from tongchou.engines.payment.cases import PATHS
from tongchou.engines.payment.table_columns import COLUMNS
from tongchou.ground.region.clearing_kinds import CLEARING_KINDS as KINDS
from tongchou.ground.region.clearing_kinds import NAMES
from tongchou.ground.region.dip.declaration import Declaration

PAGE = DOCS / "reference" / "payment-settings.md"
SETTINGS = tables(PAGE)["settings"]


def inside(annotation: Any) -> list[type[BaseModel]]:
    """The models that a field may hold, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in inside(part)]


def is_there(model: type[BaseModel], path: list[str]) -> bool:
    """Whether a path of keys leads to a field, through lists and tables of models too."""
    if not path:
        return True
    for field in model.model_fields:
        if field == path[0] or model.model_fields[field].alias == path[0]:
            models = inside(model.model_fields[field].annotation)
            return len(path) == 1 or any(is_there(one, path[1:]) for one in models)
    lists = [one for field in model.model_fields.values() for one in inside(field.annotation)]
    return any(path[0] in one.model_fields for one in lists)


def declared(place: str) -> bool:
    file, _, key = place.partition(": ")
    if file == "scheme.toml":
        return key in _KEYS
    if file.endswith(".csv"):
        return key in scheme_files.COLUMNS[file.removesuffix(".csv")]
    if file == "dip.yaml":
        return is_there(Declaration, key.split("."))
    if file == "weights.yaml":
        return is_there(Weighting, key.split("."))
    if file == "clearing.yaml":
        head, *rest = key.split(".")
        if head in KINDS:
            return is_there(KINDS[head][0], rest)
        names = NAMES.get(f"{head}.*")
        return (names is None or rest[0] in names) and is_there(KINDS[f"{head}.*"][0], rest[1:])
    return key in COLUMNS[file]


def test_every_place_is_there() -> None:
    wrong = [
        (what, place) for _, what, cell in SETTINGS for place in re.findall(r"`([^`]+)`", cell) if not declared(place)
    ]
    assert wrong == []


def test_a_place_that_is_not_there_is_found() -> None:
    wrong = ["scheme.toml: newborns", "dip.yaml: catalogue.core.share", "clearing.yaml: path.qy.lost"]
    wrong += ["clearing.yaml: path.unknown", "budget: share", "mdc.csv: qy", "clearing.yaml: bands.dip.above"]
    assert [place for place in wrong if declared(place)] == []


def test_no_choice_is_left_out(shared: Path) -> None:
    text = (shared / "reference" / "payment.md").read_text("utf-8").split("\n## 14.", 1)[1].split("\n## 15.", 1)[0]
    listed: dict[str, list[str]] = {}
    for head, items in re.findall(r"^- ([\w ]+): (.+)\.$", text, re.MULTILINE):
        listed[head] = re.split(r", (?![^(]*\))", items)
    told: dict[str, list[str]] = {}
    for of, what, _ in SETTINGS:
        told.setdefault(of, []).append(what)
    assert told == listed


def test_every_status_has_one_path(shared: Path) -> None:
    paths = [cell.strip("`") for _, cell in tables(PAGE)["statuses"]]
    assert set(paths) <= set(PATHS)
    text = (shared / "reference" / "payment.md").read_text("utf-8")
    (named,) = re.findall(r"^Case status to model: (.+?)\.", text, re.MULTILINE)
    assert {word.strip() for word in named.split(",")} <= {row[0] for row in tables(PAGE)["statuses"]}
