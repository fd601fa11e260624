"""What earlier claims left behind: counters, stays of the year, balances of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, NamedTuple, TypeVar

K, V = TypeVar("K"), TypeVar("V")


class Key(NamedTuple):
    """A counter: who counts (layer, pool or cap), what, over which period, and whose it is."""

    name: str  # owner.measure/period, and /each when counts are kept apart
    holder: str
    span: str
    each: str = ""


class Ledger(Generic[K, V]):
    """A dictionary that can be written over another one and thrown away, or kept."""

    def __init__(self, below: Ledger[K, V] | None = None) -> None:
        self.own: dict[K, V] = {}
        self.below = below

    def get(self, key: K, default: V) -> V:
        if key in self.own:
            return self.own[key]
        return default if self.below is None else self.below.get(key, default)

    def __setitem__(self, key: K, value: V) -> None:
        self.own[key] = value

    def items(self) -> Iterable[tuple[K, V]]:
        assert self.below is None
        return self.own.items()


class Book:
    """All that earlier claims left behind, by person or household."""

    def __init__(self, below: Book | None = None) -> None:
        self.amounts: Ledger[Key, int] = Ledger(below and below.amounts)
        self.stays: Ledger[tuple[str, int], tuple[str, ...]] = Ledger(below and below.stays)  # person and year
        self.balances: Ledger[tuple[str, str], int] = Ledger(below and below.balances)  # person and kind of account
        self.lines: Ledger[str, tuple[int, int, int, int] | None] = Ledger(below and below.lines)  # left to return

    def take_over(self, fresh: Book) -> None:
        """Keep what was written in a book above this one."""
        for name in ("amounts", "stays", "balances", "lines"):
            getattr(self, name).own.update(getattr(fresh, name).own)


@dataclass(frozen=True)
class Spans:
    """The spans of time one claim lies in. A visit is a claim, so neither has anything earlier."""

    day: date
    year: int
    stay: str
    episode: str

    def label(self, period: str) -> str | None:
        """Which span of this period the claim lies in; None when nothing can have gone before."""
        if period in ("claim", "visit"):
            return None
        if period == "day":
            return str(self.day)
        if period == "month":
            return f"{self.day.year}-{self.day.month:02d}"
        if period == "year":
            return str(self.year)
        return {"stay": self.stay, "episode": self.episode, "ever": "ever"}[period]
