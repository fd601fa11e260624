"""A catalogue as a folder: tables in CSV (the groups as Parquet too), the declaration it was built by, and a hash."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from tongchou.engines.dip.building import Built
from tongchou.engines.dip.catalogue import (
    AUXILIARY,
    CATALOGUE,
    COLUMNS,
    DECLARATION,
    FORM,
    MANIFEST,
    MEANS,
    PARTS,
    hash_of,
)
from tongchou.engines.dip.differing import CHANGES, Change
from tongchou.ground.sums import decimal

LAYERS = "layers.csv"
NUMBERS = {"cases": pa.int64(), "kept": pa.int64(), "mean": pa.int64(), "deaths": pa.int64()}


def write_catalogue(built: Built, folder: Path, changes: Sequence[Change] = ()) -> dict[str, Any]:
    """Write everything but the report; the manifest as it was written."""
    decimals = built.dip.said.catalogue.decimals
    for name, content in built.dip.files.items():
        file = folder / DECLARATION / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    _write(folder / CATALOGUE, COLUMNS[CATALOGUE], _groups(built))
    _write(
        folder / MEANS,
        COLUMNS[MEANS],
        ((one.group, one.year or "", one.level, one.cases, one.mean) for one in built.means),
    )
    _write(
        folder / AUXILIARY,
        COLUMNS[AUXILIARY],
        (
            (one.catalogue, one.cls, one.group, one.cases, one.cost, one.expected, decimal(one.factor, decimals))
            for one in built.factors
        ),
    )
    _write(
        folder / LAYERS,
        ("level", "diagnosis", "groups", "cases", "mean", "rw"),
        (
            (one.level, one.diagnosis, one.groups, one.cases, one.mean, decimal(one.rw, decimals))
            for one in built.layers
        ),
    )
    if built.parts:
        _write(
            folder / PARTS,
            COLUMNS[PARTS],
            ((one.group, one.part, one.cases, one.mean, decimal(one.rw, decimals)) for one in built.parts),
        )
    if changes:
        _write(folder / CHANGES, ("group", "change", "previous_rw", "rw", "difference"), (one.row() for one in changes))
    _parquet(folder)
    manifest = {
        "form": FORM,
        "hash": hash_of(folder),
        "declaration": built.dip.hash,
        "title": built.dip.said.title,
        "years": list(built.dip.said.catalogue.years),
        "groups": len(built.groups),
        "mean": built.mean,
        "threshold": built.threshold,
        "dissolved": built.dissolved,
        "core_share": decimal(built.core_share, 4),
        "cases": built.counted,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return manifest


def write_table(table: pa.Table, file: Path) -> None:
    """An assignment as Parquet or CSV, by the name of the file; there when it is complete, and not before."""
    handle, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}-")
    os.close(handle)
    fresh = Path(name)
    try:
        if file.suffix == ".parquet":
            pq.write_table(table, fresh, compression="zstd")
        else:
            pyarrow.csv.write_csv(table, fresh, pyarrow.csv.WriteOptions(quoting_style="needed"))
        fresh.chmod(0o644)
        os.replace(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)


def for_payment(table: pa.Table) -> pa.Table:
    """An assignment as the table `groups` that clearing reads: one row a settlement, whose number is the discharge's;
    whatever has no group is `ungrouped` there."""
    has_group = pc.is_in(table["status"], pa.array(["grouped", "fallback"]))
    number = pc.if_else(pc.equal(table["factor"], ""), "1", table["factor"])
    points = pc.if_else(pc.equal(table["rw"], ""), "0", table["rw"])
    return pa.table(
        {
            "settlement_id": table["discharge_id"],
            "group": table["group"],
            "status": pc.if_else(has_group, "grouped", "ungrouped"),
            "base_points": points,
            "reference_mean": pc.fill_null(table["reference_mean"], 0),
            "auxiliary": number,
        }
    )


def _groups(built: Built) -> Iterable[tuple[object, ...]]:
    decimals = built.dip.said.catalogue.decimals
    for one in built.groups:
        shape = one.shape
        yield (
            shape.code, shape.kind, shape.treatment, shape.diagnosis, shape.operations, sum(one.cases),
            "|".join(map(str, one.cases)), one.kept, one.mean, "" if one.stay < 0 else decimal(one.stay, 2), one.deaths,
            decimal(one.cv, 4), decimal(one.rw, decimals),
        )  # fmt: skip


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    file.write_text(out.getvalue(), "utf-8")


def _parquet(folder: Path) -> None:
    types = {name: NUMBERS.get(name, pa.string()) for name in COLUMNS[CATALOGUE]}
    convert = pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    table = pyarrow.csv.read_csv(folder / CATALOGUE, convert_options=convert)
    pq.write_table(table, (folder / CATALOGUE).with_suffix(".parquet"), compression="zstd")
