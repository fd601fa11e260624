"""Small tables for the tests of the lake, drawn at random, with the faults that concern where a row belongs."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.engines.lake import Lake
from tongchou.ground.tables import TABLES, schema

Row = dict[str, Any]


def loose(name: str) -> pa.Schema:
    """The canonical schema, but any cell may be empty."""
    return pa.schema([pa.field(field.name, field.type) for field in schema(name)])


def write(folder: Path, tables: Mapping[str, list[Row] | pa.Table]) -> Path:
    """Write tables as Parquet without a look at what is in them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        pq.write_table(rows if isinstance(rows, pa.Table) else table(name, rows), folder / f"{name}.parquet")
    return folder


def table(name: str, rows: list[Row]) -> pa.Table:
    names = TABLES[name].names
    return pa.Table.from_pylist([{column: row.get(column) for column in names} for row in rows], loose(name))


def person(name: str | None, home: str | None = None) -> Row:
    return {"person_id": name, "household_id": home}


def claim(name: str | None, of: str | None, day: int = 1, **more: Any) -> Row:
    """A visit on a day of January 2024 that costs 100 fen."""
    row = {"claim_id": name, "person_id": of, "scheme": "resident", "kind": "门诊", "account_use": "none"}
    return {**row, "admitted_on": date(2024, 1, day), "total_fee": 100, **more}


def line(name: str | None, of: str | None, **more: Any) -> Row:
    return {"line_id": name, "claim_id": of, "amount": 100, **more}


def drawn(seed: int, people: int = 12, claims: int = 30, careless: float = 0.05) -> dict[str, list[Row]]:
    """A year of a few people in random order. A `careless` part of the names is missing, unknown or somebody else's."""
    rng = random.Random(seed)

    def name(letter: str, most: int) -> str | None:
        if rng.random() < careless:
            return rng.choice([None, "", f"{letter}{rng.randrange(most)}", f"{letter}?{rng.randrange(3)}"])
        return f"{letter}{rng.randrange(most)}"

    def own(letter: str, number: int, most: int) -> str | None:
        return name(letter, most) if rng.random() < careless else f"{letter}{number}"

    homes = max(1, people // 2)
    day = date(2024, 1, 1)
    tables: dict[str, list[Row]] = {
        "persons": [person(own("P", n, people), rng.choice([name("H", homes), None])) for n in range(people)],
        "households": [
            {"household_id": name("H", homes), "person_id": name("P", people), "from_date": day + timedelta(days=n)}
            for n in range(people // 3)
        ],
        "spells": [
            {"spell_id": own("S", n, people), "person_id": name("P", people), "scheme": "resident", "from_date": day}
            for n in range(people)
        ],
        "accounts": [
            {"account_id": own("A", n, people), "person_id": name("P", people), "kind": "个人账户", "balance": 5}
            | {"as_of": day}
            for n in range(people // 2)
        ],
        "claims": [],
        "lines": [],
    }
    for n in range(claims):
        relative = rng.random() < 0.2
        when = date(2024, 1, rng.randint(1, 5))
        tables["claims"].append(
            claim(
                own("C", n, claims),
                name("P", people),
                admitted_on=when,
                discharged_on=rng.choice([None, when, when + timedelta(days=2)]),
                settled_at=rng.choice([None, datetime(2024, 1, 9, 8, rng.randrange(3))]),  # noqa: DTZ001 (local time)
                account_use="relative" if relative else "none",
                account_person_id=name("P", people) if relative else None,
            )
        )
        tables["lines"].append(line(own("L", n, claims), f"C{n}" if rng.random() > careless else name("C", claims)))
    for rows in tables.values():
        rng.shuffle(rows)
        if rows and rng.random() < careless * 4:
            rows.append(dict(rng.choice(rows)))
    return tables


def all_rows(lake: Lake, name: str) -> list[tuple[int, Row]]:
    """Every row of a table with its bucket, in the order of the lake."""
    return [(bucket, row) for bucket in lake for row in lake.tables(bucket, [name])[name].to_pylist()]
