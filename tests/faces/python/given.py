"""Tables in memory for the tests: one folder's tables as frames of each library, and results as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tongchou.ground.tables import read_tables, schema, write_table

HOUSEHOLD = Path(__file__).parents[3] / "src/tongchou/faces/cli/household"
KINDS = ("arrow", "pandas", "polars")
RESULTS = ("settlements", "line_results", "events", "rejects")


def need(library: str) -> Any:
    """The library, or the test is skipped: an installation need not have it."""
    return pytest.importorskip(library, reason=f"{library} is not installed (extra `analysis`)")


def arrow_tables(folder: Path) -> dict[str, pa.Table]:
    """The tables of a folder as Arrow tables of the canonical schema."""
    rows = read_tables(folder).rows
    typed = folder.parent / f"{folder.name}-typed"
    return {name: pq.read_table(write_table(typed, name, rows[name])) for name in rows if rows[name]}


def as_kind(tables: Mapping[str, pa.Table], kind: str) -> dict[str, Any]:
    """Arrow tables as frames of a library, every type kept."""
    if kind == "pandas":
        types = need("pandas").ArrowDtype
        return {name: table.to_pandas(types_mapper=types) for name, table in tables.items()}
    if kind == "polars":
        return {name: need("polars").from_arrow(table) for name, table in tables.items()}
    return dict(tables)


def rows_of(name: str, frame: object) -> list[dict[str, Any]]:
    """The rows of a result; its columns and types must be those of the canonical table, whatever the library."""
    table = pa.table(frame).select(schema(name).names)
    return list(table.cast(schema(name)).to_pylist())


def claims(count: int = 2, **changed: Any) -> dict[str, pa.Table]:
    """Sound tables of the trial region with `count` claims; `changed` replaces columns of claims, None omits."""
    numbers = range(1, count + 1)
    columns: dict[str, Any] = {
        "claim_id": [f"C{n}" for n in numbers],
        "person_id": [f"P{n}" for n in numbers],
        "scheme": ["resident"] * count,
        "kind": ["住院"] * count,
        "place": ["市内"] * count,
        "third_party": ["无"] * count,
        "admitted_on": [f"2024-03-{n:02d}" for n in numbers],
        "total_fee": [110_000] * count,
    } | changed
    ids = [f"C{n}" for n in numbers]
    return {
        "persons": pa.table({"person_id": [f"P{n}" for n in numbers]}),
        "claims": pa.table({name: column for name, column in columns.items() if column is not None}),
        "lines": pa.table({"line_id": ids, "claim_id": ids, "item": ["甲类"] * count, "amount": [110_000] * count}),
    }
