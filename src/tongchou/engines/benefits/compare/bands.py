"""The bands and limits by which people are counted: age, change of cash, share of cash, heavy spending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import NOT_THERE, Numbers, calendar
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import Index

AGES = (18, 45, 60, 70, 80)
"""Where age bands begin, whole years; the first band begins at 0."""
_STEPS = (100_00, 300_00, 1_000_00, 3_000_00, 10_000_00, 30_000_00)
CHANGES = (*(-step for step in reversed(_STEPS)), 0, *_STEPS)
"""Edges of the bands of a person's change of cash, fen; a relief lies in [lower, upper), a burden in (lower, upper]."""
HEAVY = (10_000_00, 30_000_00, 50_000_00)
"""Absolute limits of heavy spending, fen a year, unless others are asked for."""
SHARES = (Fraction(10, 100), Fraction(25, 100), Fraction(40, 100))
"""Shares of the region's income index: 10 % and 25 % as in SDG indicator 3.8.2, 40 % as WHO's of capacity to pay."""
INCOME = "可支配收入"


def age_names() -> list[str]:
    """The names of the bands, the youngest first: `0-17`, `18-44` … `80+`."""
    lows = [0, *AGES]
    return [f"{low}-{high - 1}" for low, high in zip(lows, AGES, strict=False)] + [f"{lows[-1]}+"]


def age_bands(born: Numbers, day: Numbers) -> pa.Array:
    """The band of each person's age in whole years on a day; null when the birth is unknown or yet to come.

    Days count from 1970-01-01. A birthday of 29 February is counted on 1 March in common years.

    >>> age_bands(np.array([3653, -10958]), np.array([20089, 20089])).to_pylist()
    ['18-44', '80+']
    """
    band = np.searchsorted(AGES, (calendar(day) - calendar(born)) // 10_000, side="right")
    return pa.array(age_names()).take(pa.array(band, mask=(born == NOT_THERE) | (day < born)))


def change_bands(change: Numbers) -> Numbers:
    """The number of the band each change falls into: 0 is the largest relief, the middle one is no change at all.

    >>> change_bands(np.array([-4_000_000, -1, 0, 1, 10_000, 4_000_000])).tolist()
    [0, 6, 7, 8, 8, 14]
    """
    above, below = (np.searchsorted(CHANGES, change, side=side) for side in ("right", "left"))
    return np.where(change < 0, above, below + 1)


def change_edges() -> list[tuple[int | None, int | None]]:
    """Lower and upper edge (fen) of each band; `None` is open, and (0, 0) is no change."""
    edges = [None, *CHANGES, None]
    bands = list(pairwise(edges))
    middle = len(CHANGES) // 2 + 1
    return [*bands[:middle], (0, 0), *bands[middle:]]


def shares_of(cash: Numbers, fee: Numbers) -> Numbers:
    """Cash as a share of each fee in thousandths, rounded up: nobody who pays a fen counts as paying nothing.

    >>> shares_of(np.array([0, 1, 250, 500]), np.array([500, 500_000, 500, 500])).tolist()
    [0, 1, 500, 1000]
    """
    return np.asarray(np.maximum(0, -(-cash * 1000 // fee)))


@dataclass(frozen=True)
class Limit:
    """Spending counts as heavy above `fen` a year, or above `share` of the region's `index` of that year."""

    fen: int | None = None
    share: Fraction | None = None
    index: Index | None = None

    @property
    def name(self) -> str:
        """`10000` (yuan), or `10% × 居民人均可支配收入`."""
        if self.index is None:
            return str(Fraction(self.fen or 0, 100))
        return f"{(self.share or 0) * 100}% × {self.index.name}"

    def at(self, year: int) -> Fraction | None:
        """Fen in an insurance year; `None` when the index has no value for it."""
        if self.index is None:
            return Fraction(self.fen or 0)
        value = self.index.at(year, None)
        return None if value is None else value.value * 100 * (self.share or 0)


def income_index(pack: Pack, name: str | None = None) -> Index | None:
    """The index of that name; without a name the only one called a disposable income (可支配收入), if there is one.

    Raises `KeyError` for a name the region does not declare.
    """
    if name is not None:
        return pack.vocabulary.indices[name]
    found = [index for key, index in pack.vocabulary.indices.items() if INCOME in key]
    return found[0] if len(found) == 1 else None


def limits(index: Index | None, absolute: Sequence[int] = HEAVY) -> tuple[Limit, ...]:
    """The limits of a report: absolute amounts (fen), and shares of the region's income index when there is one."""
    relative = [] if index is None else [Limit(share=share, index=index) for share in SHARES]
    return (*(Limit(fen=fen) for fen in absolute), *relative)
