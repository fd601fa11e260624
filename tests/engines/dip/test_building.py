"""The fast builder against the slow one, over declarations that differ in everything; and what must not matter."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.dip import oracle
from tests.engines.dip.stage import case, dip_of, drawn, ninghe, read_of, table_of
from tongchou.engines.dip.building import Built, build
from tongchou.engines.dip.facts import Facts
from tongchou.engines.dip.reading import Reading
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.dip.load import Dip

CATALOGUE = "catalogue: {{years: [2023, 2024, 2025], {}}}"
VARIANTS = {
    "national": "",
    "two years, trimmed": "catalogue: {years: [2024, 2025], year_weights: [3, 5], trimming: {percentiles: [10%, 90%]}}",
    "quartiles, kept": CATALOGUE.format("trimming: {quartiles: 1/2}, overall: kept, core: {cases: 8}"),
    "by cases": CATALOGUE.format("weighting: cases, core: {cases: 5}, decimals: 2, points: 100"),
    "coverage": CATALOGUE.format("core: {coverage: 60%, least: 3, most: 12}"),
    "unreachable coverage": CATALOGUE.format("core: {coverage: 100%, least: 9, most: 12}"),
    "unsteady": CATALOGUE.format("core: {cases: 5}, variation: {limit: 60%, above: comprehensive}"),
    "related": CATALOGUE.format("key: {diagnosis_characters: 3, operations: main and related}, core: {cases: 4}"),
    "related raises more": CATALOGUE.format(
        "key: {diagnosis_characters: 4, operations: main and related}, core: {cases: 3}, "
        "related: {classes: [related, therapeutic, diagnostic], raises: 30%}"
    ),
    "few levels": CATALOGUE.format("comprehensive: {levels: [2], cases: 3}"),
    "chapters": CATALOGUE.format("comprehensive: {levels: [chapter, 1], cases: 9}, excluded_diagnoses: [I50, J15-J15]"),
    "optimum interval": CATALOGUE.format("trimming: {interval: {share: 80%, of: cost}}, core: {cases: 5}"),
    "optimum interval of two": CATALOGUE.format(
        "trimming: {interval: {share: 9/10, of: cost and days}}, core: {cases: 4}, "
        "variation: {limit: 70%, above: comprehensive}"
    ),
    "benchmark": CATALOGUE.format("value: {by: benchmark, benchmark: 'J18.9:'}, core: {cases: 5}"),
}


def told(built: Built) -> dict[str, dict[str, Any]]:
    return {
        one.shape.code: {
            "cases": one.cases, "kept": one.kept, "mean": one.mean, "rw": one.rw, "cv": one.cv, "deaths": one.deaths,
        }
        for one in built.groups
    }  # fmt: skip


def factors(built: Built) -> dict[tuple[str, str, str], int]:
    return {(one.catalogue, one.cls, one.group): one.factor for one in built.factors}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_slow_builder_agrees(tmp_path: Path, name: str) -> None:
    dip = dip_of(tmp_path, VARIANTS[name])
    for seed in range(2):
        rows = drawn(random.Random(f"{name} {seed}"), 400)
        built = build(dip, read_of(rows).cases)
        assert told(built) == oracle.catalogue(dip, rows)
        assert factors(built) == oracle.factors(dip, rows)


def test_the_slow_builder_agrees_about_ninghe() -> None:
    rows = drawn(random.Random(7), 1_500)
    built = build(ninghe(), read_of(rows).cases)
    assert told(built) == oracle.catalogue(ninghe(), rows)
    assert factors(built) == oracle.factors(ninghe(), rows)
    kinds = {one.shape.kind for one in built.groups}
    assert kinds == {"pre", "core", "basic", "comprehensive"}
    assert built.dissolved > 0
    assert {one.catalogue for one in built.factors} == set(ninghe().said.auxiliary)


@pytest.mark.parametrize("trimming", ["none", "{interval: {share: 2/3, of: cost and days}}"])
def test_separate_values(tmp_path: Path, trimming: str) -> None:
    text = CATALOGUE.format(f"separate: [drugs, consumables], core: {{cases: 5}}, trimming: {trimming}")
    dip, chance = dip_of(tmp_path, text), random.Random(11)
    rows = drawn(chance, 500)
    for row in rows:
        row["days"] = chance.choice([row["days"], None])
        row["drug_fee"] = chance.choice([None, 0, row["total_fee"] // 3, row["total_fee"]])
        row["consumable_fee"] = chance.choice([None, row["total_fee"] // 7])
    built = build(dip, read_of(rows).cases)
    assert told(built) == oracle.catalogue(dip, rows)
    assert {(one.group, one.part): (one.cases, one.mean, one.rw) for one in built.parts} == oracle.parts(dip, rows)
    points = {group.shape.code: group.rw for group in built.groups}
    for code, whole in points.items():
        assert sum(one.rw for one in built.parts if one.group == code) == whole
    turned = build(dip, read_of(rows[::-1]).cases)
    assert (turned.parts, turned.groups) == (built.parts, built.groups)


def test_a_part_that_nobody_tells_is_refused(tmp_path: Path) -> None:
    dip = dip_of(tmp_path, CATALOGUE.format("separate: [drugs]"))
    table = table_of([case(1)]).drop_columns(["drug_fee"])
    reading = Reading()
    reading.take(table, "discharges", 1)
    with pytest.raises(ProblemError) as refused:
        build(dip, reading.read().cases)
    assert [one.code for one in refused.value.problems] == ["D335"]


def test_quotas(tmp_path: Path) -> None:
    text = "tables: {quota: quota.csv}\ncatalogue: {years: [2023, 2024, 2025], value: {by: quota}}"
    dip = dip_of(tmp_path, text, quota="group,amount\nJ18.9:,12345.67\n")
    rows = drawn(random.Random(3), 500)
    assert told(build(dip, read_of(rows).cases)) == oracle.catalogue(dip, rows)
    assert dip.quota == {"J18.9:": 1_234_567}


def whole(built: Built) -> Built:
    return replace(built, dip=ninghe())


def test_neither_the_order_of_the_cases_nor_their_blocks_matter() -> None:
    chance = random.Random(11)
    rows = drawn(chance, 800)
    expected = build(ninghe(), read_of(rows).cases)
    for blocks in (1, 3, 50):
        chance.shuffle(rows)
        reading = Reading()
        for at in range(blocks):
            part = rows[at::blocks]
            reading.take(table_of(part), "part", 1)
        assert whole(build(ninghe(), reading.read().cases)) == whole(expected)


def test_operations_are_a_set_and_duplicates_are_one(tmp_path: Path) -> None:
    dip = dip_of(tmp_path, CATALOGUE.format("core: {cases: 1}"))
    rows = [
        case(1, "I74.800x021", ["00.6600x004", "36.0700"]),
        case(2, "I74.800", ["36.0700", "00.6600x004", "36.0700"]),
        case(3, "I74.900", []),
    ]
    built = build(dip, read_of(rows).cases)
    assert [(one.shape.code, one.cases) for one in built.groups] == [
        ("I74.8:00.6600x004+36.0700", (0, 0, 2)),
        ("I74.9:", (0, 0, 1)),
    ]


def test_every_case_is_somewhere(tmp_path: Path) -> None:
    dip = dip_of(tmp_path, CATALOGUE.format("comprehensive: {levels: [chapter], cases: 1}, excluded_diagnoses: [Z38]"))
    rows = [*drawn(random.Random(5), 300), case(9_000, "4280", []), case(9_001, year=2019)]
    counted = build(dip, read_of(rows).cases).counted
    assert counted["unplaced"] == 1  # in no chapter
    assert counted["outside"] == 1
    assert (
        sum(counted[name] for name in ("outside", "excluded", "unplaced", "pre", "core", "basic", "comprehensive"))
        == 302
    )


def test_means_by_year_and_level(tmp_path: Path) -> None:
    dip = dip_of(tmp_path, CATALOGUE.format("core: {cases: 1}"))
    fees = {(2023, "二级"): [100, 300], (2025, "二级"): [500], (2025, "三级"): [800, 1001]}
    rows = [
        case(at * 10 + n, fee=fee, year=year, level=level)
        for at, ((year, level), own) in enumerate(fees.items())
        for n, fee in enumerate(own)
    ]
    found = {(one.year, one.level): (one.cases, one.mean) for one in build(dip, read_of(rows).cases).means}
    assert found == {
        (2023, ""): (2, 200), (2025, ""): (3, 767), (2023, "二级"): (2, 200), (2025, "二级"): (1, 500),
        (2025, "三级"): (2, 901), (0, "二级"): (3, 463), (0, "三级"): (2, 901), (0, ""): (5, 696),
    }  # fmt: skip


def test_the_layers_above(tmp_path: Path) -> None:
    dip = dip_of(tmp_path, CATALOGUE.format("core: {cases: 1}"))
    rows = [case(1, "J18.900", fee=100), case(2, "J18.900", ["33.2700"], fee=300), case(3, "J18.000", fee=800)]
    built = build(dip, read_of(rows).cases)
    assert [(one.level, one.diagnosis, one.groups, one.cases, one.mean) for one in built.layers] == [
        (1, "J18", 3, 3, 400),
        (2, "J18.0", 1, 1, 800),
        (2, "J18.9", 2, 2, 200),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CATALOGUE.format("value: {by: benchmark, benchmark: 'X99:'}"), "D333"),
        ("catalogue: {years: [2001, 2002, 2003]}", "D325"),
        (
            "auxiliary: {c: {title: 再入院, per: all, cases: 1, classes: {r: {since_previous: {at_most: 9}}}}}",
            "D326",
        ),
    ],
)
def test_what_cannot_be_built(tmp_path: Path, text: str, code: str) -> None:
    dip: Dip = dip_of(tmp_path, text)
    reading = Reading()
    reading.take(table_of([case(1)]).drop_columns(["person_id"]), "part", 1)
    with pytest.raises(ProblemError, match=code):
        build(dip, reading.read().cases)


def test_a_fee_near_the_largest_is_summed_exactly(tmp_path: Path) -> None:
    dip = dip_of(tmp_path, CATALOGUE.format("core: {cases: 1}"))
    rows = [case(n, fee=10**12 - n) for n in range(1_000)]
    (one,) = build(dip, read_of(rows).cases).groups
    assert one.mean == 10**12 - 499
    assert isinstance(table_of(rows), pa.Table)


def test_stays_of_the_same_day_come_after_the_same_stay() -> None:
    """Two stays of one day, told in either order, are both two days after the stay before them."""
    day = date(2025, 3, 5)
    same = {"person_id": "p", "admitted_on": day, "discharged_on": day}
    first = case(1, person_id="p", admitted_on=date(2025, 3, 1), discharged_on=date(2025, 3, 3))
    rows = [case(2, **same), first, case(3, **same), case(4, "K35.800", **same)]
    for told_so in (rows, rows[::-1]):
        cases = read_of(told_so).cases
        found = dict(zip(cases.ids.to_pylist(), Facts(ninghe(), cases).since_previous.tolist(), strict=True))
        assert found == {"d1": -1, "d2": 2, "d3": 2, "d4": -1}
