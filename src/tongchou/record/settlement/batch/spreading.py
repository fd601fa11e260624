"""Shares laid out in files, for processes that share the work: what one of them read and put in order, none of the
others reads again. They map it into their memory and take their rows as they lie there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from tongchou.record.settlement.batch.reading import Share, Shares, Told

_TOLD = "told.json"
_SCHEMA = ".schema"


def spread(shares: Shares, numbers: Sequence[int], folder: Path) -> None:
    """Write these shares into a folder: a file for each table, in which each share is one batch of rows. Columns in
    which nothing stands at all, as many of a year are, only the schema has."""
    files = {}
    for at, (name, table, spans) in enumerate(shares.deal()):
        files[name] = f"{at}.arrow"
        (folder / files[name]).with_suffix(_SCHEMA).write_bytes(table.schema.serialize())
        table = table.select([one for one in table.column_names if table[one].null_count < len(table)])
        with pa.ipc.new_file(folder / files[name], table.schema) as file:
            for number in numbers:
                rows = table.slice(*spans.get(number, (0, 0))).combine_chunks().to_batches()
                file.write_batch(rows[0] if rows else pa.RecordBatch.from_pylist([], table.schema))
    told = {"files": files, "numbers": list(numbers), "summary": shares.year.summary, "digest": shares.year.digest}
    (folder / _TOLD).write_text(json.dumps(told), "utf-8")


class Spread:
    """What `spread` wrote, share by share."""

    def __init__(self, folder: Path) -> None:
        told = json.loads((folder / _TOLD).read_text("utf-8"))
        self.told = Told(told["summary"], told["digest"])
        self._place = {number: place for place, number in enumerate(told["numbers"])}
        files = {name: folder / file for name, file in told["files"].items()}
        self._tables = {
            name: (
                pa.ipc.open_file(pa.memory_map(str(file))),
                pa.ipc.read_schema(pa.py_buffer(file.with_suffix(_SCHEMA).read_bytes())),
            )
            for name, file in files.items()
        }

    def share(self, number: int) -> Share:
        place = self._place[number]
        rows = {name: _whole(file.get_batch(place), schema) for name, (file, schema) in self._tables.items()}
        return Share.of(number, rows)


def _whole(rows: pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    """These rows with the columns in which nothing stands."""
    there = dict(zip(rows.schema.names, rows.columns, strict=True))
    columns = [there[one.name] if one.name in there else pa.nulls(len(rows), one.type) for one in schema]
    return pa.table(columns, schema=schema)
