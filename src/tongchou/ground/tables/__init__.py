"""The canonical tables: one definition from which schemas, reading, writing, samples and the page come.

The doors open when first used: the message catalogue is gathered from this room too, and pyarrow is slow to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tongchou.ground.tables.canon import SETTLING, TABLES
from tongchou.ground.tables.shape import Column, Table

if TYPE_CHECKING:
    from tongchou.ground.tables.arrow import schema
    from tongchou.ground.tables.document import page
    from tongchou.ground.tables.parquet import load_arrow
    from tongchou.ground.tables.read import Tables, read_some, read_tables, reject_row, tables_of
    from tongchou.ground.tables.sample import write_sample
    from tongchou.ground.tables.sieve import Sifted, judge, sift
    from tongchou.ground.tables.write import TableWriter, write_table

_DOORS = {
    "schema": "arrow",
    "page": "document",
    "load_arrow": "parquet",
    "Tables": "read",
    "read_some": "read",
    "read_tables": "read",
    "reject_row": "read",
    "tables_of": "read",
    "write_sample": "sample",
    "Sifted": "sieve",
    "judge": "sieve",
    "sift": "sieve",
    "TableWriter": "write",
    "write_table": "write",
}

__all__ = [
    "SETTLING",
    "TABLES",
    "Column",
    "Sifted",
    "Table",
    "TableWriter",
    "Tables",
    "judge",
    "load_arrow",
    "page",
    "read_some",
    "read_tables",
    "reject_row",
    "schema",
    "sift",
    "tables_of",
    "write_sample",
    "write_table",
]


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DOORS[name]}"), name)
