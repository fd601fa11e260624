"""Write canonical tables. What is written has passed the checks that a cell passes on reading."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.tables.arrow import schema
from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.files import FORMATS, unknown_column
from tongchou.ground.tables.shape import Table
from tongchou.ground.tables.values import Fault, reader, shown


class _Sink(Protocol):
    def write(self, rows: list[dict[str, Any]]) -> None: ...
    def close(self) -> None: ...


class TableWriter:
    """Writes one table in batches; a context manager. The file appears, complete, when the block ends without error.

    `folder` is created when missing. `format`: parquet, csv or jsonl (else `ValueError`; `KeyError` for an unknown
    table). `ProblemError` T105 when the folder already holds the table in another format.
    """

    def __init__(self, folder: Path, name: str, format: str = "parquet") -> None:  # noqa: A002 (the word every reader of files uses)
        if format not in FORMATS:
            raise ValueError(f"unknown format {format!r}; known: {', '.join(FORMATS)}")
        self.table = TABLES[name]
        self.path = folder / f"{name}.{format}"
        self.count = 0
        self._readers = {column.name: reader(column) for column in self.table.columns}
        folder.mkdir(parents=True, exist_ok=True)
        others = [other for other in FORMATS if other != format and (folder / f"{name}.{other}").exists()]
        if others:
            files = ", ".join(f"{name}.{one}" for one in (format, *others))
            raise fail("T105", Place(table=name), files=files)
        self._part = folder / f".{name}.{format}.part"
        self._sink: _Sink = _SINKS[format](self.table, self._part)

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Append rows. Keys that begin with `_` are left out; a missing key is an empty cell. Money is int fen.

        Raises `ProblemError` with every fault of every row (row numbers count from 1), and writes none of the batch.
        """
        checked, problems = [], []
        for number, row in enumerate(rows, self.count + 1):
            out: dict[str, Any] = {}
            for name, read in self._readers.items():
                try:
                    out[name] = read(row.get(name))
                except Fault as fault:
                    details = {"value": shown("" if row.get(name) is None else row[name]), **fault.details}
                    problems.append(Problem(fault.code, Place(table=self.table.name, row=number, column=name), details))
            for name in row:
                if name not in out and name not in self._readers and not name.startswith("_"):
                    place = Place(table=self.table.name, row=number, column=name)
                    problems.append(Problem("T108", place, unknown_column(self.table, name)))
            checked.append(out)
        if problems:
            raise ProblemError(*problems)
        self._sink.write(checked)
        self.count += len(checked)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sink.close()
        if kind is None:
            os.replace(self._part, self.path)
        else:
            self._part.unlink()


def write_table(
    folder: Path,
    name: str,
    rows: Iterable[Mapping[str, Any]],
    format: str = "parquet",  # noqa: A002 (the word every reader of files uses)
) -> Path:
    """Write one table whole and return its path; see `TableWriter` for what is raised. `read_tables` reads it back."""
    with TableWriter(folder, name, format) as writer:
        writer.write(rows)
    return writer.path


class _Parquet:
    def __init__(self, table: Table, path: Path) -> None:
        import pyarrow.parquet as pq

        self._schema = schema(table)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: list[dict[str, Any]]) -> None:
        import pyarrow as pa

        # Arrow takes a map as a list of pairs.
        columns = [
            pa.array([list(v.items()) if isinstance(v := row[field.name], dict) else v for row in rows], field.type)
            for field in self._schema
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


class _Csv:
    def __init__(self, table: Table, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._csv.writerow(table.names)

    def write(self, rows: list[dict[str, Any]]) -> None:
        self._csv.writerows([_cell(value) for value in row.values()] for row in rows)

    def close(self) -> None:
        self._file.close()


class _JsonLines:
    def __init__(self, table: Table, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")

    def write(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            filled = {name: value for name, value in row.items() if value not in (None, [], {})}
            self._file.write(json.dumps(filled, ensure_ascii=False, default=_plain) + "\n")

    def close(self) -> None:
        self._file.close()


def _plain(value: object) -> str:
    """A date, time or decimal as text."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _cell(value: object) -> object:
    """A value as a CSV cell."""
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str | int) else _plain(value)


_SINKS: dict[str, type[_Parquet] | type[_Csv] | type[_JsonLines]] = {
    "parquet": _Parquet,
    "csv": _Csv,
    "jsonl": _JsonLines,
}
