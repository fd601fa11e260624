"""What earlier claims left behind: counters, stays of the year, balances of accounts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Key(NamedTuple):
    """A counter: who counts (layer, pool or cap), what, for whom, in which span, under which separate heading."""

    owner: str
    measure: str
    holder: str
    span: str
    each: str = ""


@dataclass
class Book:
    amounts: Counter[Key] = field(default_factory=Counter)
    stays: dict[tuple[str, int], list[str]] = field(default_factory=dict)  # (person, year) -> stays that count
    balances: dict[tuple[str, str], int] = field(default_factory=dict)  # (person, kind of account) -> fen


@dataclass(frozen=True)
class Spans:
    """The spans of time one claim lies in. A visit is a claim, so neither has anything earlier."""

    day: date
    year: int
    stay: str
    episode: str

    def label(self, period: str) -> str | None:
        if period in ("claim", "visit"):
            return None
        return {
            "day": f"day {self.day}",
            "month": f"month {self.day:%Y-%m}",
            "year": f"year {self.year}",
            "stay": f"stay {self.stay}",
            "episode": f"episode {self.episode}",
            "ever": "ever",
        }[period]
