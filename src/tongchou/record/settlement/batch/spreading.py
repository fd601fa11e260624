"""Shares laid out in files, for processes that share the work: what one of them read, none of the others reads again.
They map it into their memory and take their rows as they lie there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from tongchou.record.settlement.batch.reading import Share, Shares, Told

_TOLD = "told.json"


def spread(shares: Shares, numbers: Iterable[int], folder: Path) -> Iterator[int]:
    """Write these shares into a folder, each as it is asked for: the next number, when it is there. There is a file for
    each of its tables. Columns in which nothing stands, as many of a share are, only the schema has."""
    tables = {name: str(at) for at, name in enumerate(shares.dealt)}
    for name, file in tables.items():
        (folder / f"{file}.schema").write_bytes(shares.dealt[name].table.schema.serialize())
    told = {"tables": tables, "summary": shares.year.summary, "digest": shares.year.digest}
    (folder / _TOLD).write_text(json.dumps(told), "utf-8")
    return (_laid_out(shares, number, tables, folder) for number in numbers)


def _laid_out(shares: Shares, number: int, tables: Mapping[str, str], folder: Path) -> int:
    for name, file in tables.items():
        rows = shares.dealt[name].share(number)
        rows = rows.select([one for one in rows.column_names if rows[one].null_count < len(rows)])
        with pa.ipc.new_file(folder / f"{file}.{number}", rows.schema) as sink:
            sink.write_table(rows)
    return number


class Spread:
    """What `spread` wrote, share by share."""

    def __init__(self, folder: Path) -> None:
        told = json.loads((folder / _TOLD).read_text("utf-8"))
        self.told = Told(told["summary"], told["digest"])
        self._folder, self._tables = folder, told["tables"]
        files = {name: folder / f"{file}.schema" for name, file in self._tables.items()}
        self._schemas = {name: pa.ipc.read_schema(pa.py_buffer(file.read_bytes())) for name, file in files.items()}

    def share(self, number: int) -> Share:
        return Share.of(number, {name: self._whole(name, file, number) for name, file in self._tables.items()})

    def _whole(self, name: str, file: str, number: int) -> pa.Table:
        """The rows of a table with the columns in which nothing stands."""
        schema = self._schemas[name]
        rows = pa.ipc.open_file(pa.memory_map(str(self._folder / f"{file}.{number}"))).read_all()
        there = dict(zip(rows.column_names, rows.columns, strict=True))
        count = len(rows) if there else 0
        columns = [there[one.name] if one.name in there else pa.nulls(count, one.type) for one in schema]
        return pa.table(columns, schema=schema)
