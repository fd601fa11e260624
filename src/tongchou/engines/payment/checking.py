"""The tables of a year held against each other: what is said twice, is known nowhere, or does not add up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment.table_columns import COLUMNS
from tongchou.ground.errors import Place, Problem
from tongchou.ground.region.methods import METHODS

MOST = 20
"""Faulty rows of a table that are told one by one."""
KEYS: dict[str, tuple[str, ...]] = {
    "budget": ("scheme", "part"),
    "assessments": ("institution",),
    "signed": ("institution", "scheme", "package", "month"),
    "quotas": ("institution", "scheme", "method", "setting"),
    "communities": ("community", "institution", "scheme", "setting"),
}
"""By what a row of a table is known that says how things are. Payments and deductions may stand in several rows."""
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def amounts(settlements: pa.Table) -> list[Problem]:
    """What was paid is what it cost."""
    paid = pc.add(pc.add(settlements["fund"], settlements["person_paid"]), settlements["other_paid"])
    wrong = settlements["settlement_id"].filter(pc.not_equal(paid, settlements["total_fee"]))
    return [Problem("Y206", Place(table="settlements"), {"value": v}) for v in wrong.slice(0, MOST).to_pylist()]


def unlisted(found: Mapping[str, pa.Table]) -> list[Problem]:
    """Institutions that no row describes."""
    listed = found["institutions"]["institution"].combine_chunks()
    problems = []
    for name, columns in COLUMNS.items():
        if "institution" in columns and name != "institutions":
            problems += strangers(pc.unique(found[name]["institution"]), listed, "institutions", name)
    return problems


def strangers(keys: Any, known: Any, table: str, of: str | None = None) -> list[Problem]:
    known = known.combine_chunks() if isinstance(known, pa.ChunkedArray) else known
    if len(keys) == len(known) and keys.equals(
        pa.chunked_array([known]) if isinstance(keys, pa.ChunkedArray) else known
    ):
        return []
    lost = keys.filter(pc.invert(pc.is_in(keys, known)))
    where = "settlements" if of is None else table
    return [
        Problem("Y205", Place(table=of or table), {"value": value, "table": where})
        for value in lost.slice(0, MOST).to_pylist()
    ]


def said_twice(found: Mapping[str, pa.Table]) -> Iterator[Problem]:
    """Y204: two rows about the same thing, of which one would be too many."""
    for name, keys in KEYS.items():
        rows = zip(*(found[name][key].to_pylist() for key in keys), strict=True)
        twice = [key for key, times in Counter(rows).items() if times > 1]
        yield from (Problem("Y204", Place(table=name), {"value": " ".join(filter(None, key))}) for key in twice[:MOST])


def unknown(found: Mapping[str, pa.Table]) -> Iterator[Problem]:
    """Y205: a scheme that has no budget, outside of which nothing is balanced. Y210: a method that there is not, or
    that is not paid by quota. Y212: a month that is none."""
    schemes = found["budget"]["scheme"]
    for name, columns in COLUMNS.items():
        if "scheme" in columns and name not in ("settlements", "budget"):
            yield from strangers(pc.unique(found[name]["scheme"]), schemes, "budget", name)
        if "method" in columns:
            known = ("quota",) if name == "quotas" else METHODS
            for value in sorted({*found[name]["method"].to_pylist()} - {*known}):
                yield Problem("Y210", Place(table=name), {"value": value, "known": "、".join(known)})
        if "month" in columns:
            for value in sorted({*found[name]["month"].to_pylist()}):
                if not (_MONTH.fullmatch(value) or (columns["month"].default == "" == value)):
                    yield Problem("Y212", Place(table=name), {"value": value})


def deducted_elsewhere(found: Mapping[str, pa.Table]) -> list[Problem]:
    """Y205: deductions from a settlement that there is not, or that is another institution's."""
    table = found["deductions"]
    rows = [row for row in table.select(["settlement_id", "institution"]).to_pylist() if row["settlement_id"]]
    ids = pa.array([row["settlement_id"] for row in rows], pa.string())
    settlements = found["settlements"]
    at = pc.index_in(ids, settlements["settlement_id"].combine_chunks())
    whose = settlements["institution"].take(at).to_pylist()
    return [
        Problem("Y205", Place(table="deductions"), {"value": row["settlement_id"], "table": "settlements"})
        for row, owner in zip(rows, whose, strict=True)
        if owner != row["institution"]
    ][:MOST]
