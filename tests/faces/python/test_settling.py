"""Many claims are settled by columns: everything comes out as it does row by row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.benefits.bulk.drawn import Rows, tables_of
from tests.engines.benefits.bulk.test_ninghe import people
from tests.faces.cli.desk import write_tables
from tests.faces.python.given import KINDS, RESULTS, as_kind, claims, rows_of
from tongchou.faces.python import Region, Results, settling
from tongchou.ground.errors import ProblemError


@pytest.fixture(autouse=True)
def plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")


def drawn() -> Rows:
    """People of Ninghe, among them some with rows that cannot be used."""
    rows = people(30, 4)
    rows["claims"][3]["total_fee"] += 1
    rows["claims"][7]["claim_id"] = rows["claims"][8]["claim_id"]
    rows["claims"][11]["place"] = "月球"
    rows["claims"][15]["admitted_on"] = date(1900, 1, 1)
    rows["persons"][20]["person_id"] = rows["persons"][19]["person_id"]
    return rows


def both_ways(region: Region, given: Any, patch: pytest.MonkeyPatch) -> tuple[Results, Results]:
    """By columns and row by row, the first surely so."""
    taken: list[int] = []
    by_columns = settling._by_columns
    patch.setattr(settling, "_by_columns", lambda pack, contents: taken.append(1) or by_columns(pack, contents))
    patch.setattr(settling, "MANY", 0)
    first = region.settle(given)
    patch.setattr(settling, "MANY", 10**9)
    second = region.settle(given)
    assert taken == [1]
    return first, second


def assert_same(one: Results, other: Results) -> None:
    for name in RESULTS:
        assert without_order(rows_of(name, getattr(one, name))) == without_order(rows_of(name, getattr(other, name)))
    assert one.summary == other.summary


def without_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In which order a map has its entries says nothing."""
    return [{key: sorted(cell) if isinstance(cell, list) else cell for key, cell in row.items()} for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_frames(ninghe: Region, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = both_ways(ninghe, as_kind(tables_of(drawn()), kind), monkeypatch)
    assert type(one.settlements) is type(other.settlements)
    assert one.summary["claims"]["rejected"] > 3
    assert one.summary["reconciled"]
    assert_same(one, other)


def test_a_folder(ninghe: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = people(20, 4)
    assert_same(*both_ways(ninghe, write_tables(tmp_path / "data", rows, "parquet"), monkeypatch))


def test_files_that_are_no_columns_go_row_by_row(ninghe: Region, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(settling, "MANY", 0)
    data = write_tables(tmp_path / "data", people(5, 4))
    assert ninghe.settle(data).summary["reconciled"]


def test_every_claim_is_explained_and_every_fault_said_the_same(ninghe: Region, monkeypatch: Any) -> None:
    rows = drawn()
    one, other = both_ways(ninghe, tables_of(rows), monkeypatch)
    told = [[explained(results, row["claim_id"]) for row in rows["claims"][:25]] for results in (one, other)]
    assert told[0] == told[1]
    assert {type(text) for text in told[0]} == {str, list}
    for results in (one, other):
        with pytest.raises(KeyError):
            results.explain("nobody's")


def explained(results: Results, claim_id: str) -> str | list[str]:
    try:
        return results.explain(claim_id).text()
    except ProblemError as error:
        return [str(problem) for problem in error.problems]


def test_maps_that_are_none_go_row_by_row(trial: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "MANY", 0)
    facts = pa.array([[{"key": "x", "value": "1"}]] * 2)
    assert settling._columns(claims(facts=facts)) is None
    assert trial.settle(claims(facts=facts)).summary["reconciled"]
    with pytest.raises(ProblemError, match="T128"):
        trial.settle(claims(total_fee=[1.0, 2.0]))


@pytest.mark.parametrize(
    ("column", "cells", "code"),
    [
        ("admitted_on", pa.array([0, 10**7], pa.date32()), "T124"),
        ("settled_at", pa.array([0, 10**18], pa.timestamp("us")), "T125"),
    ],
)
def test_days_of_no_year_that_python_counts(trial: Region, column: str, cells: pa.Array, code: str) -> None:
    with pytest.raises(ProblemError, match=f"claims row 2 column {column}: {code}"):
        trial.settle(claims(**{column: cells}))
