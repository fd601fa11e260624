"""A settlement list as it is sent, and what the record knows of the settlement it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
MOST_ROWS = 1_000
"""Rows of a section."""


class Sheet:
    """A list by the fields of the interface: str, Decimal, date, datetime (of the region's clock, without a zone) or
    None. `full`: the form that repeats what the centre knows. `labels`: what each field is called.

    No dataclass, so that the trail tells what it is and not all that stands in it; its versions keep that.
    """

    def __init__(
        self, *, full: bool, info: Row, rows: Mapping[str, Sequence[Row]], labels: Mapping[str, str] | None = None
    ) -> None:
        self.full, self.info, self._rows, self._labels = full, info, rows, labels or {}

    def __str__(self) -> str:
        return ", ".join(f"{name} {len(rows)}" for name, rows in self._rows.items() if rows) or "-"

    def rows(self, section: str) -> Sequence[Row]:
        return self._rows.get(section, ())

    def sections(self) -> Mapping[str, Sequence[Row]]:
        return self._rows

    def label(self, field: str) -> str:
        return self._labels.get(field, field)


@dataclass(frozen=True)
class Known:
    """What the record knows. Money in fen; `funds` by the code under which a settlement answers what each paid, the
    personal account and the institution's share among them. `names`: by which certificates the person is known."""

    stay: bool
    admitted: date
    discharged: date | None
    born: date
    sex: str
    name: str
    certificates: frozenset[str]
    amounts: Mapping[str, int]
    funds: Mapping[str, int]
    main: frozenset[str]
    now: datetime


def text(row: Row, field: str) -> str:
    value = row.get(field)
    return "" if value is None else str(value)


def fen(value: Decimal | None) -> int:
    """Yuan as fen, half up; nothing is 0."""
    return 0 if value is None else int((value * 100).to_integral_value("ROUND_HALF_UP"))


def yuan(amount: int) -> str:
    return f"{Decimal(amount).scaleb(-2):.2f}"


def minutes(given: str) -> int | None:
    """The minutes of days/hours/minutes such as 1/13/24; None for what is not that."""
    parts = given.split("/")
    if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in parts):
        return None
    days, hours, rest = map(int, parts)
    return None if hours > 23 or rest > 59 else (days * 24 + hours) * 60 + rest


def spelled(duration: int) -> str:
    """Minutes as days/hours/minutes."""
    return f"{duration // 1440}/{duration // 60 % 24}/{duration % 60}"


def is_before(one: date | datetime, other: date | datetime) -> bool:
    """Whether a moment is before another; what came as a day alone (or its midnight) is before another day only."""
    if all(isinstance(each, datetime) and each.time() != each.min.time() for each in (one, other)):
        return one < other
    return _day(one) < _day(other)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
