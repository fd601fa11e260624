"""Random streams and the few ways of drawing that the room shares. Floats live here; money leaves as whole fen."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rng = np.random.Generator

PEOPLE, VISITS, STAYS, LINES, FACTS = range(5)
"""What a stream is for. Each purpose of each chunk has its own, so that a change in one leaves the others alone."""

NEVER = 10**6
"""A day that does not come; days count from 1970-01-01."""


def stream(seed: int, purpose: int, chunk: int) -> Rng:
    """The random stream of one purpose in one chunk of persons."""
    return np.random.Generator(np.random.PCG64([seed, purpose, chunk]))


def pick(rng: Rng, weights: Any, size: int) -> Ints:
    """Indices drawn with these relative weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], rng.random(size), side="right").astype(np.int64)


def steps(table: list[list[float]], ages: Ints) -> Floats:
    """The value of the last step `[from age, value]` that each age has reached."""
    edges = np.array([row[0] for row in table])
    values = np.array([float(row[1]) for row in table])
    return values[np.clip(np.searchsorted(edges, ages, side="right") - 1, 0, None)]


def share_out(weights: Floats, wanted: float) -> Floats:
    """Probabilities in proportion to weights, at most 1, whose sum is `wanted` where that can be reached."""
    found = np.zeros_like(weights)
    open_ = weights > 0
    for _ in range(8):
        left = wanted - float(found[~open_].sum())
        total = float(weights[open_].sum())
        if total <= 0 or left <= 0:
            break
        found[open_] = weights[open_] * (left / total)
        over = open_ & (found >= 1)
        found[over] = 1.0
        if not over.any():
            break
        open_ &= ~over
    return found


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


class Calendar:
    """The days of one year and how busy each is."""

    def __init__(self, year: int, months: list[float], weekend: float) -> None:
        self.first, self.last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
        days = np.arange(self.first, self.last + 1)
        month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        busy = np.asarray(months, dtype=np.float64)[month]
        self._plain = np.cumsum(busy) / busy.sum()
        # 1970-01-01 was a Thursday: days 2 and 3 after it were the weekend.
        weekly = busy * np.where(np.isin(days % 7, (2, 3)), weekend, 1.0)
        self._weekly = np.cumsum(weekly) / weekly.sum()

    def days(self, rng: Rng, size: int, *, weekly: bool = True) -> Ints:
        """Days of the year, by season and, for visits, by day of the week."""
        edges = self._weekly if weekly else self._plain
        return np.searchsorted(edges, rng.random(size), side="right").astype(np.int64) + self.first
