"""Tables that came as columns: the same comparison as when every row was read one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.engines.benefits.bulk.drawn import random_rows, tables_of
from tests.engines.benefits.bulk.test_ninghe import ninghe, people
from tests.oracle.packs import random_world
from tongchou.engines.benefits.compare import Both, Policies, Tally, limits, load_patch, sheets, sides
from tongchou.engines.benefits.compare.sides import FEW, MANY
from tongchou.engines.benefits.from_tables import Intake
from tongchou.engines.benefits.replay import Households
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import regions_dir
from tongchou.ground.tables import read_some, sift

REFORM = """
source: {title: 征求意见稿, published: 2024-12-20, review_by: 2026-12-31, evidence: fictional}
effective: {from: 2025-01-01, by: discharge}
parts:
  - scheme: resident
    articles:
      - cite: 一
        says: 普通门诊起付线 300 元
        sets: {outpatient.deductible: {per: year, amount: 300}}
      - cite: 二
        says: 门诊慢特病支付 80%
        sets: {special.ratio: 80%}
"""


@pytest.fixture(autouse=True)
def plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")


def read(tables: Mapping[str, pa.Table]) -> tuple[Households, Households]:
    """By columns, and row by row."""
    sifted = sift(tables)
    every = {name: np.arange(len(table)) for name, table in tables.items()}
    return Households(read_some(tables, sifted.chosen), sifted), Households(read_some(tables, every))


def told(a: Pack, b: Pack, households: Households, at_a_time: int, **more: Any) -> tuple[list[Any], Any, Any]:
    """Every pair, every person's year and every table of a comparison; the same claims, explained."""
    policies = Policies(a, b, **more)
    both = Both(policies, households)
    tally, pairs, years = Tally(a, b, limits(None)), [], []
    for table in sides(both, at_a_time):
        years += tally.add(table).to_pylist()
        pairs += table.to_pylist(maps_as_pydicts="strict")
    largest = [change for way in tally.top() for change in way[:2]]
    rows = both.rows(change.household for change in largest)
    shown = [(change, policies.results(rows[change.household], change.claim_id)) for change in largest]
    return [*pairs, *years], sheets(tally, a, b), [(c, [r and r.claim for r in results]) for c, results in shown]


def assert_same(a: Pack, b: Pack, tables: Mapping[str, pa.Table], **more: Any) -> list[Any]:
    by_columns, by_rows = read(tables)
    expected = told(a, b, by_rows, 1_000, **more)
    for at_a_time in (7, 1_000):
        assert told(a, b, by_columns, at_a_time, **more) == expected
    return expected[0]


@pytest.fixture(scope="module")
def reform(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    path = tmp_path_factory.mktemp("reform") / "reform.yaml"
    path.write_text(REFORM, "utf-8")
    return load_patch(regions_dir() / "ninghe", path)


def test_a_reform_of_the_shipped_region(reform: Pack) -> None:
    pairs = assert_same(ninghe(), reform, tables_of(people(60, 5)))
    assert any(pair["cash_a"] != pair["cash_b"] for pair in pairs)


@pytest.mark.parametrize("seed", range(3))
def test_a_random_region(seed: int) -> None:
    world, other = random_world(5_000 + seed), random_world(6_000 + seed)
    tables = tables_of(random_rows(world, 0, 12))
    assert_same(world.pack, world.pack, tables)
    assert_same(world.pack, other.pack, tables)


def test_rows_that_cannot_be_used_and_households_that_moved(reform: Pack) -> None:
    rows = people(33, 7)
    first, last, then = date(2020, 1, 1), date(2025, 5, 1), date(2025, 5, 2)
    moved = [("P0000", "H0", first, None), ("P0001", "H0", first, last), ("P0001", "H3", then, None)]
    moved += [("P0010", "HX", first, None), ("P0013", "HX", first, None)]
    rows["households"] = [
        {"person_id": person, "household_id": home, "from_date": start, "through_date": through}
        for person, home, start, through in moved
    ]
    claims = rows["claims"]
    claims[3]["total_fee"] += 1
    claims[7]["claim_id"] = claims[8]["claim_id"]
    claims[11]["place"] = "月球"
    claims[15]["admitted_on"] = date(1900, 1, 1)
    rows["spells"][20]["person_id"] = "P0021"
    rows["persons"][30]["person_id"] = rows["persons"][29]["person_id"]
    by_columns, by_rows = read(tables_of(rows))
    assert 0 < len(by_columns.rest.rows["claims"]) < len(by_rows.rest.rows["claims"]) < len(claims)
    assert by_columns.rest.problems == by_rows.rest.problems
    pairs = assert_same(ninghe(), reform, tables_of(rows))
    assert any("C004" in (pair.get("reason_a") or "") for pair in pairs)


@pytest.mark.parametrize("bad", [False, True])
def test_an_account_of_somebody_elsewhere(reform: Pack, bad: bool) -> None:
    """The claim is turned down for what is known of its owner, whichever households are settled with it."""
    rows = people(12, 5)
    for number, owner in ((0, "P0011"), (1, "P0001"), (-1, "P0000")):
        rows["claims"][number] |= {"account_use": "relative", "account_person_id": owner}
    if bad:
        rows["claims"][0]["total_fee"] = rows["claims"][-2]["total_fee"] = 1
    pairs = assert_same(ninghe(), reform, tables_of(rows))
    assert any("C041" in (pair.get("reason_a") or "") for pair in pairs)


def test_what_is_assumed_or_paid_at_year_end_is_settled_one_by_one(reform: Pack) -> None:
    tables = tables_of(people(8, 9))
    assert_same(ninghe(), reform, tables, assume={"place": "市外"})
    assert_same(ninghe(), reform, tables, year_end=True)
    by_columns, by_rows = read(tables)
    assert Both(Policies(ninghe(), reform), by_columns).at_a_time == MANY
    assert Both(Policies(ninghe(), reform, {"place": "市外"}), by_columns).at_a_time == FEW
    assert Both(Policies(ninghe(), reform), by_rows).at_a_time == FEW


def test_a_household_is_whoever_ever_lived_together() -> None:
    """Each household had once somebody of the next: all are one, named by the least id, however far away."""
    rows = people(90, 3)
    first, then = date(2024, 1, 1), date(2025, 1, 1)
    rows["households"] = [
        {"person_id": f"P{number:04d}", "household_id": home, "from_date": start, "through_date": None}
        for number in range(0, 60, 3)
        for home, start in ((f"H{number // 3}", first),)
    ]
    rows["households"] += [
        {"person_id": f"P{number:04d}", "household_id": f"H{number // 3 + 1}", "from_date": then, "through_date": None}
        for number in range(1, 60, 3)
    ]
    by_columns, by_rows = read(tables_of(rows))
    intake = Intake(by_rows.rest, ninghe())
    expected = [intake.bucket(row) for row in by_rows.rest.rows["persons"]]
    assert by_columns.names.to_pylist() == by_rows.names.to_pylist() == expected
    assert len(set(expected)) == 10


def test_the_household_of_a_claim() -> None:
    households, _ = read(tables_of(people(12, 3)))
    mates = people(12, 3)
    one = mates["claims"][0]
    homes = {row["person_id"]: row["household_id"] for row in mates["persons"]}
    found = households.of_claim(one["claim_id"]).rows
    assert one["claim_id"] in {row["claim_id"] for row in found["claims"]}
    assert {homes[row["person_id"]] for row in found["claims"]} == {homes[one["person_id"]]}
    with pytest.raises(KeyError):
        households.of_claim("nobody's")
