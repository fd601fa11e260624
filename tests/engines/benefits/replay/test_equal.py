"""A replay writes the rows that the plain step writes, whichever way a household takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.benefits.bulk.drawn import Rows, random_rows, tables_of
from tests.engines.benefits.bulk.test_ninghe import ninghe, people
from tests.oracle.packs import random_world
from tongchou.engines.benefits.bulk.run import Bulk
from tongchou.engines.benefits.bulk.samples import rows_of
from tongchou.engines.benefits.replay import Replay, Results
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables


def both(pack: Pack, rows: Rows) -> tuple[Results, Results]:
    """The replay, and the same claims each through the plain step."""
    tables = tables_of(rows)
    replay = Replay(pack, compiled=False)
    filled = {name: rows_of(tables[name]) if name in tables else [] for name in TABLES}
    plain = replay.settle({**tables, "claims": tables["claims"].slice(0, 0)}, _read(filled, tables))
    return replay.settle(tables), plain


def _read(rows: dict[str, list[dict[str, Any]]], tables: dict[str, pa.Table]) -> Tables:
    return Tables(rows, [], dict.fromkeys(tables, 1))


def in_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows with maps as dicts: the order of their entries says nothing."""
    return rows_of(table)


def assert_equal(one: Results, other: Results) -> None:
    for name in ("settlements", "events", "line_results"):
        assert in_rows(getattr(one, name)) == in_rows(getattr(other, name))
    assert one.totals() == other.totals()
    assert one.rejects_table() == other.rejects_table()


@pytest.mark.parametrize("seed", range(8))
def test_a_random_region(seed: int) -> None:
    world = random_world(5_000 + seed)
    assert_equal(*both(world.pack, random_rows(world, 0, 12)))


def test_the_shipped_region() -> None:
    replayed, plain = both(ninghe(), people(60, 5))
    assert len(plain.settlements) > 100
    assert_equal(replayed, plain)


def test_lines_outside_the_disease_are_a_visit_of_their_own() -> None:
    done = Bulk(ninghe(), compiled=False).settle(tables_of(people(60, 5)))
    assert len(done.claim) > len(done.first)


@pytest.mark.parametrize("price", [None, Decimal("25000.5"), Decimal("1")])
def test_a_first_payment_on_what_lies_above_a_price(price: Decimal | None) -> None:
    rows = people(20, 7)
    for line in rows["lines"]:
        if line["item"] == "甲类":
            line |= {"item": "进口植入物", "price": price, "quantity": Decimal("1.5"), "amount": line["amount"] * 50}
    totals: dict[str, int] = {}
    for line in rows["lines"]:
        totals[line["claim_id"]] = totals.get(line["claim_id"], 0) + line["amount"]
    for claim in rows["claims"]:
        claim["total_fee"] = totals[claim["claim_id"]]
    assert_equal(*both(ninghe(), rows))
