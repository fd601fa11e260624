"""The tables of a year as they were given last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from tongchou.engines.payment.table_columns import COLUMNS, FREE
from tongchou.engines.payment.tables import conform
from tongchou.record.clearing.models import ClearingYear, GivenTable
from tongchou.record.clearing.steps import ALL


def given(year: ClearingYear, name: str) -> list[dict[str, str]]:
    """The rows of a table as they were given last; none where none was."""
    found = GivenTable.objects.within(ALL).filter(year=year, name=name).order_by("id").last()
    return [] if found is None else list(found.rows)


def table_of(name: str, rows: Sequence[Mapping[str, str]]) -> pa.Table:
    """Rows of texts as the engine's table. Raises Y202, Y203, Y208."""
    begins = FREE.get(name, "\0")
    free = sorted({column for row in rows for column in row if column.startswith(begins)})
    needed = [column for column, said in COLUMNS[name].items() if said.default is ...]
    named = [column for column in COLUMNS[name] if column in needed or any(column in row for row in rows)]
    made = {column: pa.array([row.get(column, "") for row in rows], pa.string()) for column in (*named, *free)}
    return conform(name, pa.table(made), Path(name))
