"""The tables of the pages on DIP, computed with the code they describe; the declaration of the how-to is one."""

import re
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

from tests.docs.pages import DOCS, blocks, tables
from tests.engines.dip.stage import case, declared, dip_of, read_of
from tests.engines.dip.test_assigning import written
from tongchou.engines.dip.assigning import Assigner
from tongchou.engines.dip.building import build
from tongchou.engines.dip.choosing import COST
from tongchou.ground.money import yuan
from tongchou.ground.region.dip.declaration import (
    CRITERIA,
    Assignment,
    Auxiliary,
    Catalogue,
    Conditions,
    Declaration,
    Tables,
)
from tongchou.ground.region.dip.files import shipped_orders
from tongchou.ground.region.dip.load import load_dip
from tongchou.ground.sums import decimal
from tongchou.ground.trimming import counting

CATALOGUE, ASSIGNMENT = (DOCS / "algorithms" / f"dip-{name}.md" for name in ("catalogue", "assignment"))


def test_the_catalogue(tmp_path: Path) -> None:
    page = tables(CATALOGUE)
    rows = [
        case(int(number), dx, px.split(), int(fee) * 100, year=int(year))
        for number, year, dx, px, fee in page["discharges"]
    ]
    said = "catalogue: {years: [2023, 2024, 2025], core: {cases: 3}, comprehensive: {levels: [3, chapter], cases: 2}}"
    built = build(dip_of(tmp_path, said), read_of(rows).cases)
    assert yuan(built.mean) == "8983.33"
    found = [
        [
            one.shape.code,
            one.shape.kind,
            " ".join(map(str, one.cases)),
            yuan(one.mean),
            decimal(one.cv, 4),
            decimal(one.rw, 4),
        ]
        for one in built.groups
    ]
    assert found == page["groups"]


def test_drugs_and_consumables(tmp_path: Path) -> None:
    page = tables(CATALOGUE)
    fees = {int(number): (int(drugs) * 100, int(consumables) * 100) for number, drugs, consumables in page["fees"]}
    rows = []
    for number, year, dx, px, fee in page["discharges"]:
        drugs, consumables = fees.get(int(number), (None, None))
        more = {"drug_fee": drugs, "consumable_fee": consumables}
        rows.append(case(int(number), dx, px.split(), int(fee) * 100, year=int(year), **more))
    said = (
        "catalogue: {years: [2023, 2024, 2025], core: {cases: 3}, comprehensive: {levels: [3, chapter], cases: 2}, "
        "separate: [drugs, consumables]}"
    )
    built = build(dip_of(tmp_path, said), read_of(rows).cases)
    listed = {row[0] for row in page["parts"]}
    assert [
        [one.group, one.part, str(one.cases), yuan(one.mean) if one.part != "rest" else "", decimal(one.rw, 4)]
        for one in built.parts
        if one.group in listed
    ] == page["parts"]


@pytest.mark.parametrize(("of", "column"), [("cost", 3), ("cost and days", 4)])
def test_the_optimum_interval(tmp_path: Path, of: str, column: int) -> None:
    page = tables(CATALOGUE)["stays"]
    said = f"catalogue: {{years: [2025], year_weights: [1], trimming: {{interval: {{share: 70%, of: {of}}}}}}}"
    dip = dip_of(tmp_path, said)
    fee, days = (np.array([int(row[at]) for row in page]) for at in (1, 2))
    kept = counting(dip.said.catalogue.trimming, np.zeros(len(page), np.int64), fee * 100, days)
    assert [["no", "yes"][int(one)] for one in kept] == [row[column] for row in page]


@pytest.mark.parametrize("city", sorted(shipped_orders()))
def test_the_assignment(tmp_path: Path, city: str) -> None:
    page = tables(ASSIGNMENT)
    lines = [",".join((*row[:5], f"{row[5]}00", row[6])) for row in page["groups"]]
    chapters = "from,to,title\nJ00,J99,呼吸\n"
    declared(tmp_path / "declaration", "tables: {chapters: chapters.csv}", chapters=chapters)
    text = (tmp_path / "declaration" / "dip.yaml").read_text("utf-8") + f"assignment: {{as: {city}}}\n"
    assigner = Assigner(written(tmp_path, text, *lines))
    head = ["tangshan", "hubei-13", "jingmen", "yichang", "jingzhou", "xiaogan"]
    rows = [case(at, row[0], row[1].split(), int(row[2]) * 100) for at, row in enumerate(page["cases"])]
    found = assigner.assign(read_of(rows)).table["group"].to_pylist()
    assert found == [row[3 + head.index(city)] for row in page["cases"]]


def test_every_criterion_is_on_the_page() -> None:
    text = ASSIGNMENT.read_text("utf-8")
    assert COST in CRITERIA
    assert [
        name for name in (*CRITERIA, "type_order", "kind_order", "treatment_order") if f"`{name}`" not in text
    ] == []
    assert [name for name in shipped_orders() if f"| `{name}` |" not in text] == []


def test_the_declaration_of_the_how_to(tmp_path: Path) -> None:
    (block,) = [one for one in blocks(DOCS / "how-to" / "build-a-dip-catalogue.md") if one.language == "yaml"]
    (tmp_path / "dip.yaml").write_text(block.text, "utf-8")
    assert load_dip(tmp_path).said.title == "试点市病种目录"


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("declaration", Declaration),
        ("tables", Tables),
        ("catalogue", Catalogue),
        ("assignment", Assignment),
        ("auxiliary", Auxiliary),
        ("conditions", Conditions),
    ],
)
def test_every_setting_is_on_the_page(name: str, model: type[BaseModel]) -> None:
    rows = tables(DOCS / "reference" / "dip.md")[name]
    told = {word for row in rows for word in re.findall(r"`(\w+)`", row[0])}
    assert told == {field.alias or key for key, field in model.model_fields.items()}
