"""What a column and a table are. Everything else in this room is derived from these two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

TEXT = "string"
FEN = "fen"
INT = "int"
DATE = "date"
TIMESTAMP = "timestamp"
MONTH = "month"
QUANTITY = "decimal(18,4)"
PRICE = "decimal(18,6)"
RATIO = "decimal(9,6)"
TEXTS = "list<string>"
WORDS = "map<string,string>"
FENS = "map<string,fen>"

NESTED = (TEXTS, WORDS, FENS)
TYPES = (TEXT, FEN, INT, DATE, TIMESTAMP, MONTH, QUANTITY, PRICE, RATIO, TEXTS, WORDS, FENS)
DECIMALS: Mapping[str, tuple[int, int]] = {QUANTITY: (18, 4), PRICE: (18, 6), RATIO: (9, 6)}
"""Digits in all and after the point of each decimal type."""

YES_NO = ("是", "否")


@dataclass(frozen=True)
class Column:
    """One column: name, type, unit, the field name of the national interface, and what a cell may hold.

    `required`: the column must be there and no cell may be empty. `key`: part of what identifies a row.
    `values`: the closed list of words; empty when the words are the region's own. `aliases`: other spellings
    that are read as one of our values (or as an empty cell). `low` and `high`: inclusive bounds of a number.
    `refers`: the table whose single key the cell names.
    """

    name: str
    type: str
    unit: str
    national: str
    doc_zh: str
    doc_en: str
    required: bool = False
    key: bool = False
    values: tuple[str, ...] = ()
    aliases: Mapping[str | int, str | None] = field(default_factory=dict)
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    refers: str = ""

    @property
    def is_word(self) -> bool:
        """Whether the cells are words, of which there are few, and no names of persons, claims or things."""
        return self.type == TEXT and not self.name.endswith(("_id", "_code"))


@dataclass(frozen=True)
class Table:
    """One canonical table.

    `in_order`: pairs of date columns whose first may not lie after the second. `disjoint`: for rows with
    `from_date` and `through_date`, the columns within whose equal values no two periods may overlap.
    """

    name: str
    doc_zh: str
    doc_en: str
    columns: tuple[Column, ...]
    in_order: tuple[tuple[str, str], ...] = ()
    disjoint: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that together identify a row; empty when rows are not identified."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; `KeyError` when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
