"""The published vectors that concern the catalogue, and the real discharges that are at hand."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.engines.dip.stage import case, dip_of, read_of
from tongchou.engines.dip.assigning import Assigner
from tongchou.engines.dip.building import build
from tongchou.engines.dip.catalogue import read_catalogue
from tongchou.engines.dip.reading import read_files
from tongchou.engines.dip.writing import write_catalogue
from tongchou.engines.lake.synpuf import import_synpuf
from tongchou.ground.sums import decimal

ALL_CORE = "catalogue: {years: [2023, 2024, 2025], core: {cases: 1}}"


def vector(shared: Path, name: str) -> dict[str, Any]:
    listed = json.loads((shared / "examples" / "payment.json").read_text("utf-8"))
    return next(one for one in listed if one["id"] == name)


def test_the_key(shared: Path, tmp_path: Path) -> None:
    one = vector(shared, "dip-key-1")
    dip = dip_of(tmp_path, ALL_CORE)
    rows = [case(1, one["given"]["principal"], one["given"]["procedures"])]
    (group,) = build(dip, read_of(rows).cases).groups
    assert group.shape.diagnosis == one["expected"]["dx_key"]
    assert group.shape.operations.split("+") == one["expected"]["proc_keys"]


def test_the_weighted_mean(shared: Path, tmp_path: Path) -> None:
    one = vector(shared, "dip-year-weights-1")
    rows = [
        case(year, fee=cost * 100, year=year)
        for year, cost in zip((2023, 2024, 2025), one["given"]["costs"], strict=True)
    ]
    dip = dip_of(tmp_path, ALL_CORE)
    assert list(dip.said.catalogue.year_weights) == one["given"]["weights"]
    (group,) = build(dip, read_of(rows).cases).groups
    assert Fraction(group.mean, 100) == Fraction(one["expected"]["weighted_avg"])


def test_the_points(shared: Path, tmp_path: Path) -> None:
    """A group of mean 15,000 yuan where all cases cost 12,000: 1,250 points."""
    one = vector(shared, "dip-rw-1")
    rows = [case(1, "J18.900", fee=one["given"]["group_avg"] * 100), case(2, "K35.800", fee=900_000)]
    built = build(dip_of(tmp_path, ALL_CORE), read_of(rows).cases)
    assert built.mean == one["given"]["all_avg"] * 100
    points = {group.shape.diagnosis: decimal(group.rw, 4) for group in built.groups}
    assert Fraction(points["J18.9"]) == Fraction(one["expected"]["points_x1000"])
    assert Fraction(points["J18.9"]) / 1000 == Fraction(one["expected"]["points_ratio"])


@pytest.fixture(scope="module")
def stays(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DE-SynPUF as canonical tables."""
    source, out = shared / "data" / "discharges", tmp_path_factory.mktemp("synpuf")
    import_synpuf(
        source / "desynpuf_inpatient.csv.gz", source / "desynpuf_beneficiaries_2008_sample1.csv.gz", out / "tables"
    )
    return out / "tables"


AMERICAN = """without: [auxiliary.severity, auxiliary.tumour, tables.comorbidities]
tables: {chapters: chapters.csv}
catalogue: {years: [2008, 2009, 2010], trimming: {percentiles: [2.5%, 97.5%]}}
"""
NINE = (
    "001-139 140-239 240-279 280-289 290-319 320-389 390-459 460-519 520-579 580-629 630-679 680-709 710-739 740-759 "
    "760-779 780-799 800-999 E00-E99 V00-V99"
)
"""The chapters of ICD-9-CM."""


def test_a_hundred_thousand_real_discharges(stays: Path, tmp_path: Path) -> None:
    """Every row is somewhere, and the figures are those of the documentation."""
    chapters = "from,to,title\n" + "".join(f"{span.replace('-', ',')},\n" for span in NINE.split())
    dip = dip_of(tmp_path / "said", AMERICAN, chapters=chapters)
    read = read_files([stays])
    built = build(dip, read.cases)
    assert (read.rows, len(read.faulty)) == (102_825, 128)
    placed = sum(built.counted[kind] for kind in ("pre", "core", "basic", "comprehensive"))
    assert placed + built.counted["outside"] + built.counted["excluded"] + built.counted["unplaced"] == len(read.cases)
    assert sum(sum(group.cases) for group in built.groups) == placed
    assert (len(built.groups), built.counted["core"], built.counted["comprehensive"]) == (1_127, 47_797, 54_900)
    assert (built.counted["trimmed"], built.mean, built.core_share) == (3_489, 1_130_626, 4_654)
    (tmp_path / "made").mkdir()
    write_catalogue(built, tmp_path / "made")
    counted = Assigner(read_catalogue(tmp_path / "made")).assign(read).counted
    assert counted == {"grouped": 102_697, "fallback": 0, "excluded": 0, "ungrouped": 0, "faulty": 128}
