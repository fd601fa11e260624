"""States kept between runs: what every household had used up when the last claim of a run was settled.

A folder of Parquet files, `state/00000.parquet` and `settled_lines/00000.parquet` for every bucket, with the columns
that the engine of benefits gives them. Buckets can be written by several processes; `state.json`, written last, says
that all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from errno import EEXIST
from os import strerror
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, model_validator

from tongchou.engines.lake.lake import check_parts, part_of, read_rows, rows_of
from tongchou.engines.lake.manifest import Buckets, Count, read_manifest, write_manifest
from tongchou.engines.lake.packing import packing

FORMAT: Final = 1
MANIFEST = "state.json"
NAMES = ("state", "settled_lines")
"""The tables of a snapshot."""


class Covered(BaseModel):
    """What a snapshot is of: the rules that made it, and how far the claims in it reach.

    `last`: basis date, time and id of the claim that settled last, None before the first; `settled`: the first and the
    last day on which claims were settled (where no account has lost anything, those of the last run);
    `rows[table][bucket]`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    pack_hash: str
    semantics: str
    last: tuple[date, datetime, str] | None
    settled: tuple[date, date] | None
    buckets: Buckets
    rows: dict[Literal["state", "settled_lines"], list[Count]]

    @model_validator(mode="after")
    def _agrees(self) -> Covered:
        if set(self.rows) != set(NAMES) or any(len(rows) != self.buckets for rows in self.rows.values()):
            raise ValueError("rows")
        return self


@dataclass(frozen=True)
class Snapshot:
    """The states of all households by bucket. Nothing is in memory; iterating gives the numbers of the buckets."""

    path: Path
    covered: Covered

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.covered.buckets))

    def tables(self, bucket: int) -> dict[str, pa.Table]:
        """`state` and `settled_lines` of one bucket. `IndexError`; `ProblemError` K104 to K106."""
        return {name: read_rows(self.path, name, bucket, self.covered.rows[name]) for name in self.covered.rows}


def write_states(path: Path, bucket: int, tables: Mapping[str, pa.Table]) -> None:
    """Write the tables `state` and `settled_lines` of one bucket (else `KeyError`).

    Raises `FileExistsError` when the snapshot is finished: it is never changed, the next run writes another.
    """
    if (path / MANIFEST).exists():
        raise FileExistsError(EEXIST, strerror(EEXIST), str(path / MANIFEST))
    for name in NAMES:
        part = part_of(path, name, bucket)
        part.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            tables[name], part, column_encoding=_encoding(tables[name].schema), **packing(tables[name].schema)
        )


def _encoding(schema: pa.Schema) -> dict[str, str]:
    """Amounts as differences from one to the next: soon written and soon read, where zstd finds little in them."""
    return {field.name: "DELTA_BINARY_PACKED" for field in schema if pa.types.is_int64(field.type)}


def seal_states(
    path: Path,
    buckets: int,
    *,
    pack_hash: str,
    semantics: str,
    last: tuple[date, datetime, str] | None,
    settled: tuple[date, date] | None,
) -> Snapshot:
    """Finish a snapshot whose buckets were all written. `ProblemError` with every one that was not (K104, K106)."""
    rows = {name: [rows_of(part_of(path, name, bucket)) for bucket in range(buckets)] for name in NAMES}
    covered = Covered.model_validate(
        {
            "pack_hash": pack_hash,
            "semantics": semantics,
            "last": last,
            "settled": settled,
            "buckets": buckets,
            "rows": rows,
        }
    )
    write_manifest(covered, path / MANIFEST)
    return Snapshot(path, covered)


def open_states(path: Path) -> Snapshot:
    """The snapshot in a folder.

    Raises `ProblemError`: K107 none, or one that was not finished; K102, K103 and K104 to K106 as for a lake.
    """
    covered = read_manifest(Covered, path / MANIFEST, "K107")
    check_parts({part_of(path, name, b): rows for name, each in covered.rows.items() for b, rows in enumerate(each)})
    return Snapshot(path, covered)
