"""Declarations and discharges to try."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.engines.dip.reading import Read, read_table
from tongchou.ground.region.dip.load import Dip, load_dip
from tongchou.ground.shipped import regions_dir

NINGHE = regions_dir() / "ninghe" / "payment" / "dip"
Row = Mapping[str, Any]
TYPES = {
    "discharge_id": pa.string(), "person_id": pa.string(), "provider_id": pa.string(), "admitted_on": pa.date32(),
    "discharged_on": pa.date32(), "age": pa.int64(), "age_days": pa.int64(), "sex": pa.string(),
    "principal_diagnosis": pa.string(), "other_diagnoses": pa.list_(pa.string()), "procedures": pa.list_(pa.string()),
    "days": pa.int64(), "outcome": pa.string(), "total_fee": pa.int64(), "weight": pa.int64(), "icu_hours": pa.int64(),
    "level": pa.string(), "record_score": pa.int64(), "drug_fee": pa.int64(), "consumable_fee": pa.int64(),
}  # fmt: skip


@cache
def ninghe() -> Dip:
    return load_dip(NINGHE)


def declared(folder: Path, text: str = "", **tables: str) -> Path:
    """A declaration over the national one, `text` in place of the same sections; tables beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    heads = {
        "base": "national",
        "title": "试",
        "source": "试",
        "evidence": "fictional",
        "without": "[auxiliary.severity, auxiliary.tumour]",
    }
    lines = [f"{key}: {value}" for key, value in heads.items() if f"\n{key}:" not in f"\n{text}"]
    if "\ncatalogue:" not in f"\n{text}":
        lines.append("catalogue: {years: [2023, 2024, 2025]}")
    (folder / "dip.yaml").write_text("\n".join([*lines, text, ""]), "utf-8")
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    return folder


def dip_of(folder: Path, text: str = "", **tables: str) -> Dip:
    return load_dip(declared(folder, text, **tables))


def case(
    number: int = 1, dx: str = "J18.900", px: Sequence[str] = (), fee: int = 500_000, **more: Any
) -> dict[str, Any]:
    """One discharge, of the middle of 2025 unless told otherwise."""
    year = more.pop("year", 2025)
    found = dict.fromkeys(TYPES) | {
        "discharge_id": f"d{number}", "provider_id": "H1", "principal_diagnosis": dx, "procedures": list(px),
        "other_diagnoses": [], "total_fee": fee, "discharged_on": date(year, 6, 15), "days": 5, "age": 50,
        "outcome": "1",
    }  # fmt: skip
    return found | more


def table_of(rows: Sequence[Row]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in TYPES.items()})


def read_of(rows: Sequence[Row]) -> Read:
    return read_table(table_of(rows))


def rows_of(file: Path, count: int) -> list[dict[str, Any]]:
    """The first discharges of a file."""
    batch = next(pq.ParquetFile(file).iter_batches(count))
    missing = dict.fromkeys(TYPES)
    return [missing | row for row in batch.to_pylist()]


def drawn(chance: random.Random, count: int, years: Sequence[int] = (2023, 2024, 2025)) -> list[dict[str, Any]]:
    """Discharges of few diagnoses and operations, so that groups of every kind arise, with values at the edges."""
    dx = ["J18.900", "J18.901", "J15.900", "K35.800", "K35.900x001", "I50.000", "I21.000", "C34.900", "Z38.000",
          "J06.900", "I10.x00", "P07.000", "N40.x00", "A41.900", "Q99.999"]  # fmt: skip
    px = ["47.0900", "47.0100", "54.5100", "88.7200", "96.7201", "36.0700", "50.5100", "33.2700", "99.2500"]
    others = ["J96.000", "I21.000", "E11.900", "I50.000", "J44.100", "C78.000", "E11.200", "N18.900", "K74.600"]
    weights = [12, 8, 6, 9, 4, 7, 5, 4, 1, 5, 5, 2, 3, 2, 1]
    rows = []
    for number in range(count):
        own = chance.choices(dx, weights)[0]
        newborn = own == "P07.000"
        operations = chance.sample(px, chance.choices([0, 1, 2, 3], [5, 4, 2, 1])[0])
        if operations and chance.random() < 0.2:
            operations.append(operations[0])
        day = date(chance.choice(years), 1, 1) + timedelta(chance.randrange(365))
        stay = chance.choice([1, 2, 3, 4, 7, 12, 40])
        base = 100_000 + 37_000 * dx.index(own) + 90_000 * len(operations)
        rows.append(
            case(
                number,
                own,
                operations,
                max(
                    1, int(base * chance.choice([0.1, 0.4, 0.7, 0.9, 1, 1, 1.1, 1.4, 2.5, 9]) + chance.randrange(5000))
                ),
                discharged_on=day,
                admitted_on=day - timedelta(stay),
                days=stay,
                age=0 if newborn else chance.choice([0, 1, 6, 7, 17, 18, 65, 66, 90]),
                age_days=chance.choice([1, 28, 29]) if newborn else None,
                weight=chance.choice([0, 749, 750, 999, 1500, 2499, 2500, 3000]) if newborn else None,
                outcome=chance.choice(["1", "1", "1", "2", "5", None]),
                other_diagnoses=chance.sample(others, chance.choice([0, 0, 1, 2, 3])),
                person_id=f"p{chance.randrange(count // 3 + 1)}",
                provider_id=chance.choice(["H1", "H2"]),
                level=chance.choice(["二级", "三级", None]),
                icu_hours=chance.choice([None, 0, 48, 49, 121]),
                record_score=chance.choice([None, 59, 60, 95]),
                sex=chance.choice(["男", "女", None]),
            )
        )
    return rows
