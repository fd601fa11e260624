"""The lines of a stored claim, column by column: what all of them have in common is said once.

A column is a list with a place for each line, `null` where a line says nothing, or else what every line says. Lists of
words are only ever in a list of their own kind. Claims that were stored earlier have their lines one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Stored = dict[str, Any]


def as_columns(lines: Sequence[Mapping[str, Any]]) -> Stored:
    """Of lines with an `id`, other fields and maybe `facts`, each only where there is something."""
    rows = [{name: value for name, value in line.items() if name not in ("id", "facts")} for line in lines]
    found = {"id": [line["id"] for line in lines], **_columns(rows)}
    facts = _columns([line.get("facts", {}) for line in lines])
    return {**found, "facts": facts} if facts else found


def as_rows(kept: Mapping[str, Any] | list[Stored]) -> list[Stored]:
    """Line by line again. Raises KeyError, TypeError or ValueError for what is neither."""
    if isinstance(kept, list):
        return kept
    rows = [{"id": one} for one in kept["id"]]
    _put(rows, {name: value for name, value in kept.items() if name not in ("id", "facts")})
    facts: list[Stored] = [{} for _ in rows]
    _put(facts, kept.get("facts", {}))
    for row, own in zip(rows, facts, strict=True):
        if own:
            row["facts"] = own
    return rows


def _columns(rows: Sequence[Mapping[str, Any]]) -> Stored:
    found: Stored = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        first = values[0]
        found[name] = values if type(first) is list or values.count(first) < len(values) else first
    return found


def _put(rows: Sequence[Stored], columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        if type(value) is not list:
            for row in rows:
                row[name] = value
            continue
        for row, one in zip(rows, value, strict=True):
            if one is not None:
                row[name] = one
