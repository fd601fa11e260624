"""A year of canonical tables, in any order, into a lake; never the year in memory, and never half a lake on disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, cast, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.engines.lake.lake import MANIFEST, Lake, part_of
from tongchou.engines.lake.manifest import Basis, Manifest, Whence, write_manifest
from tongchou.engines.lake.order import Homes, order_claims, order_of_claims, order_people, text_column
from tongchou.engines.lake.places import MOST
from tongchou.engines.lake.scatter import taken
from tongchou.engines.lake.source import open_source
from tongchou.engines.lake.spreading import Advance, Spread, enough, spread
from tongchou.engines.lake.ties import CLAIM, PERSON
from tongchou.engines.lake.verdicts import write_verdict
from tongchou.ground.errors import ProblemError
from tongchou.ground.folders import appearing
from tongchou.ground.tables import TABLES, judge
from tongchou.ground.tables.parquet import ROW
from tongchou.ground.tables.shape import TIMESTAMP
from tongchou.ground.tables.vectors import Ints
from tongchou.ground.tables.verdicts import verdict

_GROUP = 2**20  # rows of a row group: they are packed at once
_PACKING: dict[str, Any] = {
    # A lake is read more often than it is written: to unpack zstd takes as long as all else in reading it.
    "compression": "lz4",
    # Decimals of eighteen digits as numbers of eight bytes are read four times as fast as those of sixteen.
    "store_decimal_as_integer": True,
    "column_encoding": {ROW: "DELTA_BINARY_PACKED"},
    "write_statistics": False,
}


def pour(source: Path, out: Path, basis: str, buckets: int | None = None, advance: Advance | None = None) -> Lake:
    """Write the canonical Parquet tables of the folder `source` as a lake into `out`, which is new or empty.

    `basis`: the date that claims are ordered by first, admission, discharge or settlement. `buckets`, 1 to 65536: by
    default so many that one holds about 100,000 claims or 400,000 lines. The same files, basis and buckets give the
    same lake. `advance` is told the rows done so far, of which each counts three times: put into its bucket, put in
    order, judged.

    Raises `ProblemError` as `open_source` does, and for a file that cannot be read to its end (T102); `OSError` when
    `out` cannot be written or is not empty; `ValueError` for another basis or number. Then nothing is left behind.
    """
    if basis not in get_args(Basis):
        raise ValueError(f"unknown basis {basis!r}; known: {', '.join(get_args(Basis))}")
    if buckets is not None and not 1 <= buckets <= MOST:
        raise ValueError(f"{buckets} buckets; there can be 1 to {MOST}")
    sources = open_source(source)
    count = buckets or enough({name: found.rows for name, found in sources.items()})
    with appearing(out) as folder:
        with tempfile.TemporaryDirectory(dir=folder) as work:
            spread_ = spread(sources, count, Path(work), advance)
            rows = _sort(spread_, basis, folder, advance)
        parts = spread_.parts
        whole = [name for name in sources if name not in parts]
        for name in whole:
            shutil.copyfile(sources[name].path, folder / f"{name}.parquet")
        manifest = Manifest(
            basis=cast(Basis, basis),
            buckets=count,
            sources={name: Whence(rows=found.rows, sha256=found.digest()) for name, found in sources.items()},
            columns={name: {field.name: str(field.type) for field in part.schema} for name, part in parts.items()},
            rows=rows,
            whole=whole,
            seals=[None] * count,
        )
        seals = _judge(Lake(folder, manifest), 2 * sum(map(sum, rows.values())), advance)
        manifest = manifest.model_copy(update={"seals": seals})
        write_manifest(manifest, folder / MANIFEST)
    return Lake(out, manifest)


def _sort(spread_: Spread, basis: str, folder: Path, advance: Advance | None) -> dict[str, list[int]]:
    """Every bucket in order, written; the rows of each table by bucket."""
    parts = spread_.parts
    rows: dict[str, list[int]] = {name: [] for name in parts}
    done = sum(spread_.rows[name] for name in parts)
    for name in parts:
        (folder / name).mkdir()
    for bucket in spread_:
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
            done += len(order)
            if advance is not None:
                advance(done)
    return rows


def _judge(lake: Lake, done: int, advance: Advance | None) -> list[str | None]:
    """The seals of all buckets; the verdict on each is written."""
    seals = []
    for bucket in lake:
        seals.append(_verdict(lake, bucket))
        done += sum(rows[bucket] for rows in lake.manifest.rows.values())
        if advance is not None:
            advance(done)
    return seals


def _verdict(lake: Lake, bucket: int) -> str | None:
    contents, seal = lake.sealed(bucket)
    try:
        found = verdict(contents, judge(contents))
    except ProblemError:  # as whoever settles it will be told
        return None
    return write_verdict(lake.path, bucket, found, seal)


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
    with pq.ParquetWriter(path, schema, use_dictionary=often, **_PACKING) as writer:
        writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=_GROUP)
