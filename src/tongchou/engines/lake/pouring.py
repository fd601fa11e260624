"""A year of canonical tables, in any order, into a lake; never the year in memory, and never half a lake on disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import cast, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.engines.lake.lake import MANIFEST, Lake, part_of
from tongchou.engines.lake.manifest import Basis, Manifest, Whence, write_manifest
from tongchou.engines.lake.order import Homes, order_claims, order_of_claims, order_people, text_column
from tongchou.engines.lake.places import MOST, Places
from tongchou.engines.lake.scatter import Scatter, taken
from tongchou.engines.lake.source import BATCH, ROW, Source, open_source
from tongchou.engines.lake.ties import CLAIM, PERSON, has_household, tied
from tongchou.ground.folders import appearing
from tongchou.ground.tables import TABLES
from tongchou.ground.tables.shape import TIMESTAMP
from tongchou.ground.tables.vectors import Ints

_CLAIMS, _ROWS = 250_000, 700_000
"""Rows of a bucket: claims, and of any other table. So many lines are about 150 MB."""

_ROW_FIELD = pa.field(ROW, pa.int64(), nullable=False)
_EACH, _AT_ONCE = 1_000, 2**20  # rows for each bucket that are worth a part of their own; rows read at once
_GROUP = 2**17  # rows of a row group: they are packed at once

Advance = Callable[[int], None]


def pour(source: Path, out: Path, basis: str, buckets: int | None = None, advance: Advance | None = None) -> Lake:
    """Write the canonical Parquet tables of the folder `source` as a lake into `out`, which is new or empty.

    `basis`: the date that claims are ordered by first, admission, discharge or settlement. `buckets`, 1 to 65536: by
    default so many that one holds about 250,000 claims or 700,000 lines. The same files, basis and buckets give the
    same lake. `advance` is told the rows done so far, of which each counts twice: put into its bucket, put in order.

    Raises `ProblemError` as `open_source` does, and for a file that cannot be read to its end (T102); `OSError` when
    `out` cannot be written or is not empty; `ValueError` for another basis or number. Then nothing is left behind.
    """
    if basis not in get_args(Basis):
        raise ValueError(f"unknown basis {basis!r}; known: {', '.join(get_args(Basis))}")
    if buckets is not None and not 1 <= buckets <= MOST:
        raise ValueError(f"{buckets} buckets; there can be 1 to {MOST}")
    sources = open_source(source)
    kept = {name: found for name, found in sources.items() if has_household(found.table)}
    whole = [name for name in sources if name not in kept]
    count = buckets or _enough(kept)
    done = _Counter(advance)
    with appearing(out) as folder:
        with tempfile.TemporaryDirectory(dir=folder) as work, ExitStack() as stack:
            parts = {
                name: stack.enter_context(Scatter(Path(work) / name, found.schema.append(_ROW_FIELD)))
                for name, found in kept.items()
            }
            _scatter(kept, parts, Places(tied(kept, Path(work)), count, kept["claims"].rows), done)
            rows = _sort(parts, count, basis, folder, done)
        for name in whole:
            shutil.copyfile(sources[name].path, folder / f"{name}.parquet")
        manifest = Manifest(
            basis=cast(Basis, basis),
            buckets=count,
            sources={name: Whence(rows=found.rows, sha256=found.digest()) for name, found in sources.items()},
            columns={name: {field.name: str(field.type) for field in part.schema} for name, part in parts.items()},
            rows=rows,
            whole=whole,
        )
        write_manifest(manifest, folder / MANIFEST)
    return Lake(out, manifest)


def _enough(sources: Mapping[str, Source]) -> int:
    """The fewest buckets of which none is large."""
    wanted = [-(-source.rows // (_CLAIMS if name == "claims" else _ROWS)) for name, source in sources.items()]
    return min(max(1, *wanted), MOST)


class _Counter:
    def __init__(self, advance: Advance | None) -> None:
        self._advance, self._done = advance, 0

    def add(self, rows: int) -> None:
        self._done += rows
        if self._advance is not None:
            self._advance(self._done)


def _scatter(sources: Mapping[str, Source], parts: Mapping[str, Scatter], places: Places, done: _Counter) -> None:
    """Every row into its bucket; claims first, for others go where they went."""
    at_once = min(max(BATCH, places.buckets * _EACH), _AT_ONCE)
    for name in sorted(sources, key=lambda name: name != "claims"):
        place = places.of_claims if name == "claims" else places.of
        first = 1
        for batch in sources[name].batches(rows=at_once):
            numbered = batch.append_column(_ROW_FIELD, pa.array(np.arange(first, first + len(batch))))
            parts[name].add(numbered, place(batch, first))
            first += len(batch)
            done.add(len(batch))
        parts[name].done()


def _sort(parts: Mapping[str, Scatter], count: int, basis: str, folder: Path, done: _Counter) -> dict[str, list[int]]:
    """Every bucket in order, written; the rows of each table by bucket."""
    rows: dict[str, list[int]] = {name: [] for name in parts}
    for name in parts:
        (folder / name).mkdir()
    for bucket in range(count):
        about_people = {name: part.read(bucket) for name, part in parts.items() if PERSON in part.schema.names}
        homes = Homes(about_people)
        claims = about_people["claims"]
        of_claims = order_claims(claims, homes, basis)
        claim_ids = text_column(claims, CLAIM).take(pa.array(of_claims))
        for name, part in parts.items():
            table = about_people.pop(name) if name in about_people else part.read(bucket)
            if name == "claims":
                order = of_claims
            elif CLAIM in table.column_names:
                order = order_of_claims(table, claim_ids)
            else:
                order = order_people(table, homes)
            rows[name].append(len(order))
            _write(table, order, part_of(folder, name, bucket))
            done.add(len(order))
    return rows


def _write(table: pa.Table, order: Ints, path: Path) -> None:
    """The rows in this order. Names and times repeat too little for a dictionary to be worth its making."""
    schema = table.schema
    columns = []
    for name in schema.names:
        columns.append(taken(table[name].combine_chunks(), order))
        table = table.drop_columns(name)  # so that there are never two of the whole table
    canonical = {column.name: column for column in TABLES[path.parent.name].columns}
    often = [
        name for name, column in canonical.items() if not column.key and not column.refers and column.type != TIMESTAMP
    ]
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=often, write_statistics=False) as writer:
        writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=_GROUP)
