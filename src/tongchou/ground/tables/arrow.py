"""Arrow schemas of the canonical tables. pyarrow is imported when a schema is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.shape import DATE, DECIMALS, FEN, FENS, INT, TEXTS, TIMESTAMP, WORDS, Table

if TYPE_CHECKING:
    import pyarrow


def schema(table: Table | str) -> pyarrow.Schema:
    """The Arrow schema of a table: fen and counts int64, dates date32, times in microseconds without zone.

    A required column is not nullable. Each field carries `unit` and `national` in its metadata. `KeyError` for a
    name that is no canonical table.
    """
    return _schema(table if isinstance(table, str) else table.name)


@cache
def _schema(name: str) -> pyarrow.Schema:
    import pyarrow as pa

    types: dict[str, Any] = {
        FEN: pa.int64(),
        INT: pa.int64(),
        DATE: pa.date32(),
        TIMESTAMP: pa.timestamp("us"),
        TEXTS: pa.list_(pa.string()),
        WORDS: pa.map_(pa.string(), pa.string()),
        FENS: pa.map_(pa.string(), pa.int64()),
    }
    types.update({kind: pa.decimal128(*digits) for kind, digits in DECIMALS.items()})
    return pa.schema(
        [
            pa.field(
                column.name,
                types.get(column.type, pa.string()),
                nullable=not column.required,
                metadata={"unit": column.unit, "national": column.national},
            )
            for column in TABLES[name].columns
        ],
        metadata={"table": name},
    )
