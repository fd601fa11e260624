"""Shares laid out in files, for processes that share the work: what one of them read and put in order, none of the
others reads again. They map it into their memory and take their rows as they lie there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from tongchou.record.settlement.batch.reading import Share, Shares, Told

_TOLD = "told.json"


def spread(shares: Shares, numbers: Sequence[int], folder: Path) -> None:
    """Write these shares into a folder: a file for each table, in which each share is one batch of rows."""
    files = {}
    for at, (name, table, spans) in enumerate(shares.deal()):
        files[name] = f"{at}.arrow"
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
        self._tables = {
            name: pa.ipc.open_file(pa.memory_map(str(folder / file))) for name, file in told["files"].items()
        }

    def share(self, number: int) -> Share:
        place = self._place[number]
        rows = {name: [file.get_batch(place)] for name, file in self._tables.items()}
        return Share.of(number, {name: pa.Table.from_batches(batches) for name, batches in rows.items()})
