"""The list of the canonical tables."""

from __future__ import annotations

from tongchou.ground.tables.people import ACCOUNTS, ENTITLEMENTS, HOUSEHOLDS, PERSONS, SPELLS
from tongchou.ground.tables.results import EVENTS, LINE_RESULTS, POSTINGS, REJECTS, SETTLEMENTS, YEAR_END
from tongchou.ground.tables.shape import Table
from tongchou.ground.tables.visits import CLAIMS, DISCHARGES, LINES

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        PERSONS,
        HOUSEHOLDS,
        SPELLS,
        ENTITLEMENTS,
        ACCOUNTS,
        CLAIMS,
        LINES,
        SETTLEMENTS,
        LINE_RESULTS,
        YEAR_END,
        EVENTS,
        DISCHARGES,
        POSTINGS,
        REJECTS,
    )
}
"""Every canonical table by name. A table comes after the tables its columns refer to."""

SETTLING = ("persons", "claims", "lines")
"""The tables without which nothing can be settled."""
