"""Numbers alone say of every claim and line what the canonical tables say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.benefits.bulk.drawn import Rows, random_rows, tables_of
from tests.engines.benefits.bulk.test_ninghe import ninghe, people
from tests.engines.benefits.bulk.test_odd import WORDS
from tests.engines.benefits.bulk.test_odd import rows as visit
from tests.engines.benefits.small import pack
from tests.oracle.packs import random_world
from tongchou.engines.benefits.carried import Carried, Seen
from tongchou.engines.benefits.replay import Replay, Results
from tongchou.engines.benefits.replay.amounts import of_bulk
from tongchou.engines.benefits.replay.numbered import AMOUNTS, LINE_AMOUNTS, PAID, Numbered, schemas
from tongchou.engines.benefits.state_tables import state_table_schema
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables


def both(pack: Pack, rows: Rows) -> tuple[Results, Numbered, dict[str, dict[int, str]]]:
    """Both forms of a replay, and the ids of claims and lines by the number of their row."""
    tables = {name: _numbered(table) for name, table in tables_of(rows).items()}
    replay = Replay(pack, compiled=False)
    ids = {
        name: dict(zip(tables[name]["_row"].to_pylist(), tables[name][key].to_pylist(), strict=True))
        for name, key in (("claims", "claim_id"), ("lines", "line_id"))
    }
    return replay.settle(tables, traced=True), replay.numbers(tables, traced=True), ids


def _numbered(table: pa.Table) -> pa.Table:
    """With row numbers that are no places."""
    return table.append_column("_row", pa.array(range(7 * len(table), 0, -7), pa.int64()))


def assert_same(results: Results, numbered: Numbered, ids: dict[str, dict[int, str]]) -> None:
    settlements, line_results = results.settlements.to_pylist(), results.line_results.to_pylist()
    amounts = {ids["claims"][row["_row"]]: row for row in numbered.tables["amounts"].to_pylist()}
    assert len(amounts) == len(numbered.tables["amounts"]) == len(settlements)
    for row in settlements:
        mine = amounts[row["claim_id"]]
        assert (mine["status"], mine["reason"]) == (row["status"], row["reason"])
        settled = row["status"] == "settled"
        assert [mine[name] for name in AMOUNTS[:-1]] == [row[name] if settled else 0 for name in AMOUNTS[:-1]]
        assert _paid(mine) == {layer: fen for layer, fen in row["paid"] or () if fen}
        assert sum(mine[name] for name in AMOUNTS[:4]) == (row["medfee_sumamt"] if settled else 0)
        hospital = sum(fen for layer, fen in _paid(mine).items() if layer == "hospital")
        assert mine["package_excess"] + hospital == (row["hosp_part_amt"] if settled else 0)
    lines = {ids["lines"][row["_row"]]: row for row in numbered.tables["lines"].to_pylist()}
    assert set(lines) == {row["line_id"] for row in line_results}
    for row in line_results:
        assert [lines[row["line_id"]][name] for name in LINE_AMOUNTS] == [row[name] for name in LINE_AMOUNTS]
        assert _paid(lines[row["line_id"]]) == dict(row["paid"])
    traces = [{"claim_id": ids["claims"][row.pop("_row")], **row} for row in numbered.tables["traces"].to_pylist()]
    assert _in_order(traces) == _in_order([{**row} for row in results.traces.to_pylist()])
    assert numbered.totals() == results.totals()
    assert (numbered.first(), numbered.seen(), numbered.rejects) == (results.first(), results.seen(), results.rejects)
    assert numbered.states == results.states


def _paid(row: dict[str, Any]) -> dict[str, int]:
    return {name.removeprefix(PAID): fen for name, fen in row.items() if name.startswith(PAID) and fen}


def _in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str(sorted((name, cell) for name, cell in row.items() if name != "settlement_id")) for row in rows)


@pytest.mark.parametrize("seed", range(8))
def test_a_random_region(seed: int) -> None:
    world = random_world(6_000 + seed)
    assert_same(*both(world.pack, random_rows(world, 0, 12)))


def test_the_shipped_region_with_households_left_to_the_plain_step() -> None:
    rows = people(60, 5)
    rows["claims"][0]["given"] = {"大病保险": 0}
    results, numbered, ids = both(ninghe(), rows)
    assert len(results.settlements) > 100
    assert_same(results, numbered, ids)
    assert numbered.tables["amounts"].schema == schemas(ninghe())["amounts"]


def test_a_refusal_tells_why() -> None:
    region = pack(
        "pool.takes: in_scope\npool.ratio: 50%\nclaim.guard.外: {when: place is 市外, do: refuse}", vocabulary=WORDS
    )
    results, numbered, ids = both(region, visit(place="市外"))
    assert numbered.tables["amounts"]["status"].to_pylist() == ["refused"]
    assert numbered.totals().refusals == {"resident.claim.guard.外": 1}
    assert_same(results, numbered, ids)


def test_nothing_comes_of_nothing() -> None:
    nothing = {name: table.slice(0, 0) for name, table in tables_of(people(1, 1)).items()}
    numbered = Replay(ninghe(), compiled=False).numbers(
        {name: _numbered(table) for name, table in nothing.items()}, Tables({name: [] for name in TABLES})
    )
    assert [len(table) for table in numbered.tables.values()] == [0, 0, 0]
    assert (numbered.first(), numbered.seen()) == (None, None)


def test_lines_and_traces_are_there_where_they_are_asked_for() -> None:
    tables = {name: _numbered(table) for name, table in tables_of(people(5, 2)).items()}
    numbered = Replay(ninghe(), compiled=False).numbers(tables, by_line=False)
    assert len(numbered.tables["amounts"])
    assert not len(numbered.tables["lines"])
    assert not len(numbered.tables["traces"])


def test_no_claim_settles_before_those_of_earlier_runs() -> None:
    tables = {name: _numbered(table) for name, table in tables_of(people(5, 2)).items()}
    last = (date(2099, 1, 1), datetime(2099, 1, 1), "C")  # noqa: DTZ001 (times of claims have no zone)
    before = Carried(state_table_schema().empty_table(), Seen(last, last[0], last[0]))
    with pytest.raises(ProblemError) as error:
        Replay(ninghe(), compiled=False).numbers(tables, before=before)
    assert [problem.code for problem in error.value.problems] == ["K109"]


def test_a_claim_that_does_not_add_up_ends_the_run() -> None:
    replay = Replay(ninghe(), compiled=False)
    done = replay.bulk.settle({name: _numbered(table) for name, table in tables_of(people(5, 2)).items()})
    with pytest.raises(ProblemError) as error:
        of_bulk(replace(done, cash=done.cash + 1), ninghe(), replay.bulk.machine)
    assert [problem.code for problem in error.value.problems] == ["T160"]
