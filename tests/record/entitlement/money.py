"""A simple model of one person's contributions: what is owed for each month, and what moved on it day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.engines.contributions.test_cover import days_of
from tongchou.engines.contributions import Payment

OWED = 1000
"""Of each month, in fen."""


@dataclass
class Owed:
    """An order of a month that holds; `receipts` are those that can be reversed, by number, with day and fen."""

    order: int
    part: int
    moved: list[tuple[date, int]] = field(default_factory=list)
    receipts: dict[int, tuple[date, int]] = field(default_factory=dict)

    def held(self, on: date = date.max) -> int:
        return sum(fen for day, fen in self.moved if day <= on)

    def bears(self, day: date, fen: int) -> bool:
        """Whether so much can go out on a day: on no day less than nothing is left, what comes in first."""
        at = sorted([*self.moved, (day, -fen)], key=lambda one: (one[0], one[1] < 0))
        return all(sum(moved for _, moved in at[: count + 1]) >= 0 for count in range(len(at)))

    def paid_on(self, on: date = date.max) -> date | None:
        """The day since which it is paid in full without a break, looked at from the end of a day."""
        paid, since = 0, None
        for day, fen in sorted(self.moved, key=lambda one: (one[0], one[1] < 0)):
            if day > on:
                break
            before, paid = paid, paid + fen
            since = None if paid < OWED else since if before >= OWED else day
        return since

    @property
    def over(self) -> int:
        return max(0, self.held() - OWED)

    @property
    def left(self) -> int:
        return max(0, OWED - self.held())


Book = dict[tuple[str, date], Owed]
"""Insurance and month → what is owed for it."""


def payments(book: Book, on: date = date.max) -> list[Payment]:
    found = ((name, first, one.paid_on(on)) for (name, first), one in book.items())
    return [Payment("P1", name, "费", first, days_of(first)[-1], day) for name, first, day in found if day is not None]


def days_of_money(book: Book) -> set[date]:
    return {day for one in book.values() for day, _ in one.moved}


def surpluses(owed: Iterable[Owed]) -> dict[int, int]:
    return {one.part: one.over for one in owed if one.over}
