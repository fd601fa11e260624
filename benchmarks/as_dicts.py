"""Claims of tables as the dicts that `Region.settle_claim` takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from tongchou.engines.benefits.state import State
    from tongchou.faces.python import Region

Row = dict[str, Any]


def second_claims(region: Region, tables: Mapping[str, pa.Table]) -> list[tuple[Row, State]]:
    """The second claim of everybody who has one, with the state after the first. `tables` in settlement order."""
    found = []
    for first, second, *_ in (claims for claims in claims_of(tables) if len(claims) > 1):
        found.append((second, region.settle_claim(first).state))
    return found


def claims_of(tables: Mapping[str, pa.Table]) -> list[list[Row]]:
    """The claims of each person, each with its lines and all that the tables say about the person."""
    rows = {name: [_filled(row) for row in table.to_pylist(maps_as_pydicts="strict")] for name, table in tables.items()}
    lines = _grouped(rows["lines"], "claim_id")
    about = {name: _grouped(rows[name], "person_id") for name in ("spells", "accounts")}
    persons = {row["person_id"]: row for row in rows["persons"]}
    claims = _grouped(rows["claims"], "person_id")
    return [
        [
            {
                **claim,
                "person": persons[person],
                "lines": lines[claim["claim_id"]],
                **{name: found[person] for name, found in about.items() if person in found},
            }
            for claim in own
        ]
        for person, own in claims.items()
    ]


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in (None, [], {})}


def _grouped(rows: list[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found
