"""Small tables of visits and stays, and indicators to count on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.ground.region.folders import copy
from tongchou.engines.indicators.asked import asked_on, columns_of, lines_of
from tongchou.engines.indicators.measuring import Measured, Period, measure
from tongchou.engines.indicators.reading import Cases, read_cases
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import schema, write_table

HEAD = """source: decree
scheme: resident
effective: {from: 2020-01-01, by: discharge}
articles:
"""
INPATIENT = "of: {kind: [住院]}"


def region(to: Path, *sets: str, says: str = "14 天 30%") -> Pack:
    """The good region with these indicators, one flow mapping each."""
    written = "".join(f"      {line}\n" for line in sets)
    return load_region(
        copy(to, indicators__agreement=f"{HEAD}  - cite: 第九条\n    says: {says}\n    sets:\n{written}")
    )


def claim(number: int, **said: Any) -> dict[str, Any]:
    """A stay of person 1 at F1 from the first to the fourth of March 2026, 1,000 yuan."""
    usual = {
        "claim_id": f"C{number}",
        "person_id": "P1",
        "scheme": "resident",
        "kind": "住院",
        "provider_id": "F1",
        "level": "三级",
        "admitted_on": "2026-03-01",
        "discharged_on": "2026-03-04",
        "total_fee": 100_000,
    }
    return usual | said


def folder(to: Path, form: str = "parquet", **tables: Sequence[dict[str, Any]]) -> Path:
    """A folder of canonical tables."""
    to.mkdir(parents=True)
    for name, rows in tables.items():
        write_table(to, name, [_typed(name, row) for row in rows], form)
    return to


def _typed(name: str, row: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for field in schema(name):
        value = row.get(field.name)
        if isinstance(value, str) and pa.types.is_date32(field.type):
            value = date.fromisoformat(value)
        if value is None and pa.types.is_nested(field.type):
            value = {} if pa.types.is_map(field.type) else []
        found[field.name] = value
    return found


def cases_of(pack: Pack, *folders: tuple[Path, Path | None], scheme: str = "resident", kind: str = "住院") -> Cases:
    asked = asked_on(pack, scheme, pack.year.span(2026)[1])
    return read_cases(folders, {*columns_of(asked), "level"}, lines_of(asked), kind)


def measured(pack: Pack, *folders: tuple[Path, Path | None], scheme: str = "resident", by: Period = "year") -> Measured:
    asked = asked_on(pack, scheme, pack.year.span(2026)[1])
    return measure(pack, asked, cases_of(pack, *folders, scheme=scheme), 2026, by)


def figures(found: Measured, name: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Above and below of an indicator by institution and period; the whole region under its empty name."""
    return {(one.institution, one.period): (one.above, one.below) for one in found.figures if one.name == name}
