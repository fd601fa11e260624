"""What earlier claims left behind: counters, stays of the year, balances of accounts."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Key(NamedTuple):
    """A counter: who counts (layer, pool or cap), what, over which period, and whose it is."""

    name: str  # owner.measure/period, and /each when counts are kept apart
    holder: str
    span: str
    each: str = ""


@dataclass
class Book:
    amounts: MutableMapping[Key, int] = field(default_factory=dict)
    stays: MutableMapping[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)  # (person, year) -> counted stays
    balances: MutableMapping[tuple[str, str], int] = field(default_factory=dict)  # (person, kind of account) -> fen
    lines: MutableMapping[str, tuple[int, int, int, int]] = field(default_factory=dict)  # what refunds left of each line

    def copy(self) -> Book:
        """A book to write in that can still be thrown away."""
        return Book(ChainMap({}, self.amounts), ChainMap({}, self.stays), ChainMap({}, self.balances), ChainMap({}, self.lines))

    def take_over(self, fresh: Book) -> None:
        """Keep what was written in a copy."""
        for name in ("amounts", "stays", "balances", "lines"):
            getattr(self, name).update(getattr(fresh, name).maps[0])


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
