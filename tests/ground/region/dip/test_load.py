"""Declarations: the shipped ones are sound and cited, and every fault of one has its code and its line."""

from pathlib import Path
from typing import Any

import pytest

from tests.engines.dip.stage import NINGHE, declared, dip_of, ninghe
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.dip.declaration import Declaration, Preset
from tongchou.ground.region.dip.files import shipped, shipped_orders
from tongchou.ground.region.dip.load import load_dip
from tongchou.ground.region.text import read_document
from tongchou.ground.region.validate import validate

YEARS = "catalogue:\n  years: [2023, 2024, 2025]\n"


def faults(folder: Path) -> list[tuple[str, str, int | None]]:
    with pytest.raises(ProblemError) as refused:
        load_dip(folder)
    return [(one.code, Path(one.place.file or "").name, one.place.line) for one in refused.value.problems]


@pytest.mark.parametrize("name", sorted(shipped_orders()))
def test_a_shipped_order_is_a_preset_with_its_source(tmp_path: Path, name: str) -> None:
    file = shipped_orders()[name]
    document = read_document(file, str(file))
    preset = validate(Preset, document.data, document)
    assert document.problems == []
    assert preset is not None
    assert (bool(preset.source), preset.evidence) == (True, "source")
    assert dip_of(tmp_path, f"assignment: {{as: {name}}}").said.assignment.preset == name


def test_the_national_defaults_and_their_citations(tmp_path: Path) -> None:
    """The payment reference, 14: year weights 1:2:7, 15 cases; a key of four characters; related from +10 % on."""
    dip = dip_of(tmp_path)
    said = dip.said.catalogue
    assert said.year_weights == (1, 2, 7)
    assert (said.core.cases, said.key.diagnosis_characters, said.key.operations) == (15, 4, "all")
    assert (said.related.raises * 10, said.variation.limit, said.points, said.decimals) == (1, 1, 1000, 4)
    cited = read_document(shipped("national"), "national").data["cites"]
    assert {"catalogue.year_weights", "catalogue.core", "catalogue.key", "catalogue.related"} <= set(cited)
    assert [one for one in dip.said.cites if one.startswith("auxiliary.")] == ["auxiliary.age"]


def test_what_a_region_says_stands_before_its_base() -> None:
    said = ninghe().said
    assert said.catalogue.trimming is not None
    assert (said.catalogue.core.cases, said.assignment.preset) == (15, "tangshan")
    assert list(said.auxiliary) == ["age", "severity", "tumour", "comorbidity", "intensive-care", "conduct"]
    assert len(ninghe().mcc) == 6
    assert load_dip(NINGHE / "dip.yaml").hash == ninghe().hash


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{YEARS}  core: {{cases: 0.5}}", "D303"),
        (f"{YEARS}  related: {{classes: [related], raises: 0.1}}", "D302"),
        (f"{YEARS}  related: {{classes: [related], raises: 1/0}}", "D303"),
        (f"{YEARS}  cores: {{cases: 15}}", "R102"),
        (f"{YEARS}  core: {{coverage: 95%}}", "D305"),
        (f"{YEARS}  core: {{coverage: 95%, least: 20, most: 10}}", "D304"),
        (f"{YEARS}  core: {{cases: 5, coverage: 95%, least: 2, most: 10}}", "D305"),
        (f"{YEARS}  trimming: {{percentiles: [97.5%, 2.5%]}}", "D304"),
        (f"{YEARS}  trimming: {{interval: {{share: 0%, of: cost}}}}", "D304"),
        (f"{YEARS}  trimming: {{percentiles: [1%, 2%], quartiles: 1}}", "D305"),
        (f"{YEARS}  value: {{by: benchmark}}", "D305"),
        (f"{YEARS}  value: {{by: quota}}", "D308"),
        (f"{YEARS}  year_weights: [1, 2]", "D307"),
        (f"{YEARS}  year_weights: [0, 2, 7]", "R106"),
        (f"{YEARS}  weighting: all", "R104"),
        (f"{YEARS}  comprehensive: {{levels: [5], cases: 1}}", "D303"),
        (f"{YEARS}  excluded_diagnoses: [甲]", "D303"),
        ("catalogue: {years: [2025, 2024, 2023]}", "D307"),
        ("assignment: {as: nowhere}", "D306"),
        ("assignment: {as: tangshan, order: [best]}", "D303"),
        ("assignment: {as: tangshan, order: [{type_order: [core big]}]}", "D303"),
        ("assignment: {as: tangshan, order: [{type_order: [core related], kind_order: [core]}]}", "D305"),
        ("valid_from: 2025-02-30", "D303"),
        ("valid_from: soon", "D303"),
        ("auxiliary: {a: {title: 甲, per: all, cases: 1, classes: {x: {age: {}}}}}", "D304"),
        ("auxiliary: {a: {title: 甲, per: all, cases: 1, classes: {x: {age: {above: 1, at_least: 2}}}}}", "D304"),
        ("auxiliary: {a: {title: 甲, per: all, cases: 1, classes: {x: {complication: [CC]}}}}", "D308"),
        (f"{YEARS}  pre_groups: [{{group: X, title: 甲, stay_ratio: {{above: 2}}}}]", "D315"),
        ("without: [auxiliary.height]", "D306"),
        ("without: [title]", "D306"),
        ("cites: {catalogue.colour: 第一条}", "D314"),
        ("base: nowhere", "D306"),
        ("tables: {basic: nowhere.csv}", "D310"),
        ("title: ' 试 '", "D303"),
    ],
)
def test_a_fault_has_its_code_and_its_line(tmp_path: Path, text: str, code: str) -> None:
    declared(tmp_path, text)
    found = faults(tmp_path)
    assert [one for one, _, _ in found] == [code], found
    file = (tmp_path / "dip.yaml").read_text("utf-8").splitlines()
    line = found[0][2]
    assert line is not None
    # The years and their weights are at odds with each other: the section is told.
    word = "catalogue" if "weights: [1, 2]" in text else text.strip().splitlines()[-1].strip().split(":")[0]
    assert word in file[line - 1], (line, file)


@pytest.mark.parametrize(
    ("table", "content", "finding"),
    [
        ("operations", "operation,class,title\n,surgery,\n", ["D309", "D312"]),
        ("operations", "operation,class,title\n36,related,\n", ["D312"]),
        ("operations", "operation,class,title\n,related,\n36,related,\n36,diagnostic,\n", ["D313"]),
        ("operations", "code,class,title\n", ["D311"]),
        ("operations", "operation,class,title\n,related\n", ["D311"]),
        ("chapters", "from,to,title\nB99,A00,\n", ["D309"]),
        ("comorbidities", "condition,weight,diagnosis\nheart,x,I21\n", ["D309"]),
        ("basic", "diagnosis,operations,title\nJ18.9,A/B,\n", ["D309"]),
        ("quota", "group,amount\nJ18.9:,12.345\n", ["D309"]),
        ("quota", "group,amount\nJ18.9:,0\n", ["D309"]),
        ("quota", 'group,amount\n"J18.9:,1\n', ["D310"]),
    ],
)
def test_a_fault_of_a_table(tmp_path: Path, table: str, content: str, finding: list[str]) -> None:
    declared(tmp_path, f"tables: {{{table}: {table}.csv}}", **{table: content})
    found = faults(tmp_path)
    assert [code for code, _, _ in found] == finding
    assert {file for _, file, _ in found} == {f"{table}.csv"}


def test_files_that_are_no_declaration(tmp_path: Path) -> None:
    assert faults(tmp_path) == [("D301", "dip.yaml", None)]
    (tmp_path / "dip.yaml").write_text("- 1\n", "utf-8")
    assert faults(tmp_path) == [("D301", "dip.yaml", 1)]
    (tmp_path / "dip.yaml").write_bytes(b"\xff")
    assert faults(tmp_path) == [("R002", "dip.yaml", 1)]


def test_every_setting_of_the_reference_can_be_said() -> None:
    """The payment reference, 14, under catalogue and assignment."""
    models: Any = {name: field.annotation for name, field in Declaration.model_fields.items()}
    catalogue = set(models["catalogue"].model_fields)
    assert {
        "key", "years", "year_weights", "trimming", "core", "related", "variation", "pre_groups", "excluded_diagnoses",
        "value", "decimals", "rounding",
    } <= catalogue  # fmt: skip
    assignment = set(models["assignment"].model_fields)
    assert {"order", "levels", "fallback", "comprehensive"} <= assignment
