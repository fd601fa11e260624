"""The rows of a table as far as words and facts tell them apart: what is asked of them is asked once of each kind.

A lake numbers the rows that are alike when it is poured (`ground.tables.alike`). Of a table that nobody numbered, every
row is of a kind of its own, and the same is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.entries import Entries
from tongchou.engines.benefits.bulk.kinds import Kinds, Small, Told, Words, told_apart, words
from tongchou.ground.tables import TABLES
from tongchou.ground.tables.alike import Alike
from tongchou.ground.tables.shape import TEXT
from tongchou.ground.tables.vectors import given

NEEDED = {
    "persons": ("person_id", "household_id", "birth_date", "retired_on"),
    "spells": ("from_date", "through_date", "paid_on", "months"),
    "accounts": ("kind", "balance", "as_of"),
    "claims": (
        *("claim_id", "admitted_on", "discharged_on", "settled_at", "stay_id", "episode_id", "account_person_id"),
        *("provider_id", "total_fee", "given"),
    ),
    "lines": (
        *("quantity", "price", "amount", "price_limit", "first_pay_rate", "fulamt_ownpay_amt", "overlmt_amt"),
        *("preselfpay_amt", "inscp_scp_amt", "national_code", "hospital_code"),
    ),
}
"""Columns that a run looks at row by row, where rows that are alike and the names in the tables have been numbered."""


def apart(table: str) -> frozenset[str]:
    """The texts of a table of which there are too many to tell kinds apart by."""
    return frozenset(each.name for each in TABLES[table].columns if each.type == TEXT and not each.is_word)


class Source:
    """`rows`: one row of each kind; `kind`: that of every row of the table."""

    def __init__(self, table: pa.Table, alike: Alike | None = None) -> None:
        self.rows: pa.Table = table if alike is None else alike.rows
        self.kind: Small = np.arange(len(table), dtype=np.int32) if alike is None else alike.of
        self._words: dict[str, Words] = {}
        self._told: dict[tuple[Sequence[str], ...], Told] = {}

    @cached_property
    def facts(self) -> Entries:
        """The facts of each kind."""
        return Entries(self.rows["facts"])

    def words(self, name: str) -> Words:
        """A column of each kind; lists as one word."""
        if name not in self._words:
            column = self.rows[name]
            self._words[name] = words(pc.binary_join(column, "\x1f") if pa.types.is_list(column.type) else column)
        return self._words[name]

    def told(self, columns: Sequence[str], facts: Sequence[str], filled: Sequence[str] = ()) -> Told:
        """The kinds as far as some columns and facts tell them apart, and whether other columns are `filled`."""
        key = (tuple(columns), tuple(facts), tuple(filled))
        if key not in self._told:
            by = [
                *(self.words(name).told() for name in columns),
                *(self.facts.words(name).told() for name in facts),
                *(_filled(self.rows[name]) for name in filled),
            ]
            kinds = told_apart(len(self.rows), [one.kinds for one in by])
            first = kinds.first()
            values = list(zip(*(one.at(first) for one in by), strict=True)) or [()]
            self._told[key] = Told(kinds, values)
        return self._told[key]


def _filled(column: pa.ChunkedArray) -> Told:
    """Rows told apart by whether a cell is filled."""
    if column.null_count in (0, len(column)):
        return Told(Kinds.none(len(column)), [column.null_count == 0])
    return Told(Kinds(given(column).astype(np.int32), 2), [False, True])
