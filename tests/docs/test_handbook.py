"""The handbook documents every key of every model, every allowed word and every address, and nothing else."""

import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from tests.docs.pages import DOCS, pages, plain, tables
from tongchou.engines.benefits import case_claims, cases
from tongchou.ground.catalogue import CATALOGUE
from tongchou.ground.grouping_messages import MESSAGES
from tongchou.ground.region import contribution_kinds, headers, model
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.methods import METHODS
from tongchou.ground.region.scalars import Fact
from tongchou.ground.region.vocabulary import STANDARD_FACTS

ENGLISH = DOCS / "handbook"
LANGUAGES = [ENGLISH, ENGLISH / "zh"]

INSIDE = {
    "Fact": "the base of all models",
    "Span": "the base of Support and Effective",
    "Take": "written as a text; section 7 gives its form",
    "Takes": "written as a text or a list of texts",
}
"""Models no reader writes as a mapping."""


def models() -> dict[str, type[BaseModel]]:
    found = {
        name: value
        for room in (headers, model, contribution_kinds)
        for name, value in vars(room).items()
        if isinstance(value, type) and issubclass(value, Fact) and name not in INSIDE
    }
    assert set(found) >= {"RegionFile", "Article", "Case", "Deductible", "Package"}
    return found


def documented(folder: Path, kind: str) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for page in sorted(folder.glob("*.md")):
        for name, rows in tables(page, kind).items():
            assert name not in found, f"{name} stands twice"
            found[name] = rows
    return found


def words_of(annotation: Any) -> set[str]:
    """Every word of a choice, however deep."""
    if get_origin(annotation) is Literal:
        return {word for word in get_args(annotation) if isinstance(word, str)}
    return {word for inner in get_args(annotation) for word in words_of(inner)}


def folders() -> list[Path]:
    return [folder for folder in LANGUAGES if pages(f"{folder.relative_to(DOCS)}/*.md")]


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_every_model_has_its_table(folder: Path) -> None:
    assert set(documented(folder, "keys")) - {"Highest"} == set(models())


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
@pytest.mark.parametrize("name", sorted(models()))
def test_a_table_lists_the_keys_of_its_model_and_their_words(folder: Path, name: str) -> None:
    rows = {plain(row[0]): " ".join(row) for row in documented(folder, "keys")[name]}
    fields = {field.alias or key: field for key, field in models()[name].model_fields.items()}
    assert set(rows) == set(fields)
    for key, field in fields.items():
        missing = {word for word in words_of(field.annotation) if f"`{word}`" not in rows[key]}
        assert missing == set(), f"{name}.{key}"


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_required_keys_are_marked(folder: Path) -> None:
    for name, rows in documented(folder, "keys").items():
        fields = {field.alias or key: field for key, field in models().get(name, Fact).model_fields.items()}
        if any(len(row) != 3 for row in rows):
            assert not any(field.is_required() for field in fields.values()), f"{name} has required keys"
            continue
        for row in rows:
            field = fields.get(plain(row[0]))
            if field is not None and row[1] in ("", "yes", "是"):
                assert field.is_required() == bool(row[1]), f"{name}.{row[0]}"


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_every_address_and_every_fact_is_documented(folder: Path) -> None:
    marked = documented(folder, "table")
    assert {plain(row[0]) for row in marked["layer-kinds"]} == set(model.LAYER_KINDS)
    assert {plain(row[0]) for row in marked["scheme-kinds"]} == set(model.SCHEME_KINDS)
    assert {plain(row[0]) for row in marked["contribution-kinds"]} == set(model.CONTRIBUTION_KINDS)
    assert {plain(row[0]) for row in marked["filing-kinds"]} == set(model.FILING_KINDS)
    assert {plain(row[0]) for row in marked["interface-kinds"]} == set(model.INTERFACE_KINDS)
    assert {plain(row[0]) for row in marked["reckoned-kinds"]} == set(model.RECKONED)
    assert {plain(row[0]) for row in marked["month-kinds"]} == set(model.MONTH_KINDS)
    assert {plain(row[0]) for row in marked["negotiation-kinds"]} == set(model.NEGOTIATION_KINDS)
    assert {plain(row[0]): plain(row[1]) for row in marked["bases"]} == BASIS_FACT
    (facts,) = documented(folder, "facts").values()
    kinds = {"词": "word", "数": "number", "日期": "date", "列表": "list"}
    assert {plain(row[0]): kinds.get(row[1], row[1]) for row in facts} == STANDARD_FACTS


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_every_rule_of_clearing_is_documented_with_its_keys_and_words(folder: Path) -> None:
    rows = {plain(row[0]): row for row in documented(folder, "table")["clearing-kinds"]}
    assert set(rows) == set(model.CLEARING_KINDS)
    for kind, (value, _) in model.CLEARING_KINDS.items():
        _, keys, means = rows[kind]
        listed = [(key, star == "*") for key, star in re.findall(r"`(\w+)`(\*?)", keys)]
        assert sorted(listed) == sorted(keys_of(value)), kind
        words = {w for key, field in value.model_fields.items() if key != "first" for w in words_in(field.annotation)}
        words -= set(METHODS) if kind == "split.*" else set()
        assert {word for word in words if f"`{word}`" not in means} == set(), kind


def keys_of(value: type[BaseModel]) -> list[tuple[str, bool]]:
    """The keys of a model and of those inside, each once for each list of keys, and whether they are required."""
    own = [(field.alias or key, field.is_required()) for key, field in value.model_fields.items()]
    inner = {one for field in value.model_fields.values() for one in models_in(field.annotation)}
    return own + [key for one in inner for key in keys_of(one)]


def models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {one for inner in get_args(annotation) for one in models_in(inner)}


def words_in(annotation: Any) -> set[str]:
    """The words of a choice, those of the models inside as well."""
    inside = {w for one in models_in(annotation) for f in one.model_fields.values() for w in words_in(f.annotation)}
    return words_of(annotation) | inside


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_the_words_of_cases_are_documented(folder: Path) -> None:
    marked = documented(folder, "table")
    lines = {word for row in marked["line-words"] for word in re.findall(r"`(\w+)`", row[0])}
    assert lines == case_claims._LINE_KEYS
    assert {plain(row[0]) for row in marked["claim-words"]} == case_claims._NOT_FACTS - {"entitlements"}
    shown = {word for row in marked["figures"] for word in re.findall(r"`LAYER\.(\w+)`", row[0])}
    assert set(cases.LAYER_FIGURES) <= shown


def test_the_cell_addresses_are_those_of_main_numbers() -> None:
    text = (ENGLISH / "sources.md").read_text("utf-8")
    named = text.partition("the main number of")[2].partition("; a band table")[0]
    assert set(re.findall(r"`([\w.]+)`", named)) == {kind.removesuffix(".*") for kind in model.MAIN_NUMBER}


def test_the_step_and_the_handbook_number_alike() -> None:
    text = (ENGLISH / "step.md").read_text("utf-8")
    assert text.startswith("# 2. ")
    assert re.findall(r"^## 2\.(\d)", text, re.MULTILINE) == list("012345678")


GROUPING = {code for code in MESSAGES if code[0] == "W"}
"""Findings about grouping schemes, which have a page of their own."""


def test_every_finding_about_a_scheme_is_documented() -> None:
    (table,) = [rows for name, rows in tables(DOCS / "how-to" / "group-discharges.md").items() if name == "findings"]
    assert {row[0] for row in table} == GROUPING


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_every_finding_of_lint_is_documented(folder: Path) -> None:
    findings = {code for code in CATALOGUE if code[0] in "LW"} - GROUPING
    assert {plain(row[0]) for row in documented(folder, "table")["findings"]} == findings
