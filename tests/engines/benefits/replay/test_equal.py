"""A replay writes the rows that the plain step writes, whichever way a household takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.benefits.bulk.drawn import Rows, random_rows, tables_of
from tests.engines.benefits.bulk.test_ninghe import ninghe, people
from tests.engines.benefits.bulk.test_odd import WORDS
from tests.engines.benefits.bulk.test_odd import rows as visit
from tests.engines.benefits.small import pack
from tests.oracle.packs import random_world
from tongchou.engines.benefits.bulk import visits
from tongchou.engines.benefits.bulk.rows import rows_of
from tongchou.engines.benefits.bulk.run import Bulk
from tongchou.engines.benefits.replay import Replay, Results
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables


def both(pack: Pack, rows: Rows) -> tuple[Results, Results]:
    """The replay, and the same claims each through the plain step."""
    tables = {name: _numbered(table) for name, table in tables_of(rows).items()}
    replay = Replay(pack, compiled=False)
    filled = {name: rows_of(tables[name]) if name in tables else [] for name in TABLES}
    plain = replay.settle({**tables, "claims": tables["claims"].slice(0, 0)}, _read(filled, tables), traced=True)
    return replay.settle(tables, traced=True), plain


def _numbered(table: pa.Table) -> pa.Table:
    return table.append_column("_row", pa.array(range(1, len(table) + 1), pa.int64()))


def _read(rows: dict[str, list[dict[str, Any]]], tables: dict[str, pa.Table]) -> Tables:
    return Tables(rows, [], dict.fromkeys(tables, 1))


def in_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows with maps as dicts: the order of their entries says nothing."""
    return rows_of(table)


def keys(results: Results) -> dict[tuple[str, ...], int]:
    """Household and key → what was added, each once."""
    rows = [tuple(row.values()) for row in results.states.to_pylist()]
    assert len({row[:5] for row in rows}) == len(rows)
    return {row[:5]: row[5] for row in rows}


def changed(results: Results) -> list[tuple[Any, ...]]:
    """Claim, key, and what was added where something was."""
    return sorted(row for row in _rows(results.changes) if row[-1])


def _rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


def assert_equal(one: Results, other: Results) -> None:
    for name in ("settlements", "events", "line_results", "traces"):
        assert in_rows(getattr(one, name)) == in_rows(getattr(other, name))
    assert keys(one) == keys(other)
    assert sorted(_rows(one.changes)) == sorted(_rows(other.changes))
    assert one.totals() == other.totals()
    assert one.rejects == other.rejects


@pytest.mark.parametrize("seed", range(8))
def test_a_random_region(seed: int) -> None:
    world = random_world(5_000 + seed)
    assert_equal(*both(world.pack, random_rows(world, 0, 12)))


def test_a_ratio_that_its_field_cannot_hold() -> None:
    """A floor tops up to a share of the base, of which one fen lies above the deductible."""
    world = random_world(20_185)
    one, other = both(world.pack, random_rows(world, 0, 14))
    assert_equal(one, other)
    assert Decimal("9.9999") in one.settlements["pool_prop_selfpay"].to_pylist()


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


def test_lines_in_any_order_and_of_claims_that_are_not_there() -> None:
    rows = people(20, 3)
    in_order = Replay(ninghe(), compiled=False).settle(tables_of(rows))
    apart = sorted(rows["lines"], key=lambda line: str(line["line_id"])[::-1])
    lost = {**rows["lines"][0], "line_id": "lost", "claim_id": "lost"}
    apart_settled = Replay(ninghe(), compiled=False).settle(tables_of({**rows, "lines": [lost, *apart]}))
    assert in_order.settlements == apart_settled.settlements
    assert in_order.line_results.sort_by("line_id") == apart_settled.line_results.sort_by("line_id")


def test_who_moved_is_settled_with_everybody_they_ever_lived_with() -> None:
    rows = people(12, 8)
    first, last, then = date(2020, 1, 1), date(2025, 5, 1), date(2025, 5, 2)
    moved = [("P0000", "H0", first, None), ("P0001", "H0", first, last), ("P0001", "H3", then, None)]
    moved += [("P0010", "HX", first, None)]
    rows["households"] = [
        {"person_id": person, "household_id": home, "from_date": start, "through_date": through}
        for person, home, start, through in moved
    ]
    replayed, plain = both(ninghe(), rows)
    assert_equal(replayed, plain)


def test_words_may_be_dictionaries_that_differ_from_piece_to_piece() -> None:
    """Of claims that a look settles, and of a household that it leaves to the plain step."""
    rows = people(20, 6)
    rows["claims"][0]["given"] = {"大病保险": 0}
    tables, replay = tables_of(rows), Replay(ninghe(), compiled=False)
    coded = {name: _coded(table) for name, table in tables.items()}
    assert pa.types.is_dictionary(coded["claims"]["scheme"].type)
    assert_equal(replay.settle(coded, traced=True), replay.settle(tables, traced=True))


def _coded(table: pa.Table) -> pa.Table:
    half = len(table) // 2
    for at, name in enumerate(table.column_names):
        if pa.types.is_string(table[name].type) and not name.endswith("_id"):
            pieces = (table[name].slice(0, half), table[name].slice(half))
            chunks = [piece.combine_chunks().dictionary_encode() for piece in pieces]
            table = table.set_column(at, name, pa.chunked_array(chunks))
    return table


def test_a_refusal_tells_why() -> None:
    region = pack(
        "pool.takes: in_scope\npool.ratio: 50%\nclaim.guard.外: {when: place is 市外, do: refuse}", vocabulary=WORDS
    )
    tables = visit(place="市外")
    replayed, plain = both(region, tables)
    assert [row["status"] for row in in_rows(replayed.settlements)] == ["refused"]
    assert_equal(replayed, plain)


def test_a_wrong_sum_is_never_handed_on() -> None:
    results = Replay(ninghe(), compiled=False).settle(tables_of(people(5, 10)))
    at = results.settlements.schema.get_field_index("psn_cash_pay")
    wrong = pa.array([1] * len(results.settlements), pa.int64())
    broken = replace(results, settlements=results.settlements.set_column(at, "psn_cash_pay", wrong))
    with pytest.raises(ProblemError) as caught:
        broken.check()
    assert caught.value.problems[0].code == "T160"


@pytest.mark.parametrize("most", [0, visits.MOST])
@pytest.mark.parametrize("seed", range(4))
def test_what_was_looked_up_for_one_share_serves_the_next(
    seed: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "MOST", most)
    world = random_world(3_003 + seed)
    replay = Replay(world.pack, compiled=False)
    for share in range(3):
        tables = tables_of(random_rows(world, share, 8))
        assert_equal(replay.settle(tables, traced=True), Replay(world.pack, compiled=False).settle(tables, traced=True))


def test_what_was_looked_up_serves_the_next_share_of_a_real_region() -> None:
    replay, plans = Replay(ninghe(), compiled=False), set[int]()
    for share in range(4):
        tables = tables_of(people(6, share))
        assert_equal(replay.settle(tables, traced=True), Replay(ninghe(), compiled=False).settle(tables, traced=True))
        assert replay.bulk.kept is not None
        plans.add(len(replay.bulk.kept.known_kinds))
    assert len(plans) > 1
