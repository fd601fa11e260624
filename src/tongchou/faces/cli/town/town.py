"""Who lives in the town and where they are treated, in the drawn data and in the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COUNTER = 3  # every third family comes to the counter


@dataclass(frozen=True)
class Resident:
    """A person's number in the record, and the number of the resident card."""

    number: int
    card: str


@dataclass(frozen=True)
class Hospital:
    """An institution, and its organisation."""

    institution: int
    organisation: int


@dataclass(frozen=True)
class Town:
    """Persons by their name in the data, and an institution for each level of it."""

    persons: Mapping[str, Resident]
    hospitals: Mapping[str, Hospital]


def people_of(data: Path, town: Town) -> Any:
    """The rows of the data's persons who live here."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(data / "persons.parquet")
    return table.filter(pc.is_in(table["person_id"], value_set=pa.array(list(town.persons))))


def at_counter(data: Path, town: Town) -> set[str]:
    """Those who come to the counter, family by family."""
    people = people_of(data, town).select(["person_id", "household_id"]).to_pylist()
    homes = {home: number for number, home in enumerate(dict.fromkeys(row["household_id"] for row in people))}
    return {row["person_id"] for row in people if homes[row["household_id"]] % COUNTER == 0}


def levels_of(data: Path) -> dict[str, str | None]:
    """Institution of the data → its level; a pharmacy has none."""
    import pyarrow.parquet as pq

    table = pq.read_table(data / "claims.parquet", columns=["provider_id", "level"])
    return dict(zip(table["provider_id"].to_pylist(), table["level"].to_pylist(), strict=True))
