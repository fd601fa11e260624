"""Tables whose names have been numbered settle as those with the names alone."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.benefits.bulk.drawn import Rows, random_rows, tables_of
from tests.engines.benefits.bulk.test_ninghe import ninghe, people
from tests.engines.benefits.replay.test_equal import assert_equal
from tests.oracle.packs import random_world
from tongchou.engines.benefits.bulk.joins import Joins
from tongchou.engines.benefits.replay import Replay
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES
from tongchou.ground.tables.conform import conform
from tongchou.ground.tables.links import link


def assert_same(pack: Pack, rows: Rows) -> None:
    tables, replay = conformed(rows), Replay(pack, compiled=False)
    by_name, by_number = (replay.settle(tables, traced=True, links=links) for links in (None, link(tables)))
    assert by_number.settlements == by_name.settlements
    assert_equal(by_number, by_name)


def conformed(rows: Rows) -> dict[str, pa.Table]:
    return {name: conform(TABLES[name], table)[0] for name, table in tables_of(rows).items()}


def shuffled(rows: Rows, seed: int) -> Rows:
    rng = random.Random(seed)
    return {name: rng.sample(own, len(own)) for name, own in rows.items()}


@pytest.mark.parametrize("seed", range(6))
def test_a_random_region(seed: int) -> None:
    world = random_world(6_000 + seed)
    rows = random_rows(world, 0, 12)
    assert_same(world.pack, rows)
    assert_same(world.pack, shuffled(rows, seed))


def test_the_shipped_region_with_people_who_moved() -> None:
    rows = people(30, 5)
    moved: dict[str, Any] = {"household_id": "H7", "person_id": "P0001", "from_date": date(2025, 5, 1)}
    rows["households"] = [{**moved, "through_date": None}]
    assert_same(ninghe(), rows)
    assert_same(ninghe(), shuffled(rows, 1))


def test_nothing_is_looked_up_by_name_where_it_has_been_numbered() -> None:
    """Tables without columns: only the numbers can have joined them."""
    tables = conformed(people(20, 3))
    joins = Joins({name: table.select(()) for name, table in tables.items()}, link(tables))
    by_name = Joins(tables)
    assert joins.home.tolist() == by_name.home.tolist()
    assert joins.claim("lines").tolist() == by_name.claim("lines").tolist()
    for table in ("claims", "spells", "accounts"):
        assert joins.person(table).tolist() == by_name.person(table).tolist()
