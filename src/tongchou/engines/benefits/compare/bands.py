"""The bands and limits by which people are counted: age, change of cash, share of cash, heavy spending."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from tongchou.ground.dates import age_on
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


def age_band(born: date | None, day: date, cuts: Sequence[int] = AGES) -> str:
    """The band of a person's age in whole years: `0-17`, `18-44` … `80+`; empty when the date of birth is unknown.

    >>> age_band(date(1980, 1, 2), date(2025, 1, 1)), age_band(date(1940, 1, 1), date(2025, 1, 1))
    ('18-44', '80+')
    """
    if born is None:
        return ""
    at = bisect_right(cuts, age_on(born, day))
    low = cuts[at - 1] if at else 0
    return f"{low}+" if at == len(cuts) else f"{low}-{cuts[at] - 1}"


def age_bands(cuts: Sequence[int] = AGES) -> list[str]:
    """The names of the bands, the youngest first."""
    lows = [0, *cuts]
    return [f"{low}-{high - 1}" for low, high in zip(lows, cuts, strict=False)] + [f"{lows[-1]}+"]


def change_band(change: int) -> int:
    """The number of the band a change falls into: 0 is the largest relief, the middle one is no change at all.

    >>> [change_band(fen) for fen in (-4_000_000, -1, 0, 1, 10_000, 4_000_000)]
    [0, 6, 7, 8, 8, 14]
    """
    if change < 0:
        return bisect_right(CHANGES, change)
    return bisect_left(CHANGES, change) + 1


def change_bands() -> list[tuple[int | None, int | None]]:
    """Lower and upper edge (fen) of each band; `None` is open, and (0, 0) is no change."""
    edges = [None, *CHANGES, None]
    bands = list(pairwise(edges))
    middle = len(CHANGES) // 2 + 1
    return [*bands[:middle], (0, 0), *bands[middle:]]


def share_of(cash: int, fee: int) -> int:
    """Cash as a share of the fee in thousandths, rounded up: nobody who pays a fen counts as paying nothing.

    >>> share_of(0, 500), share_of(1, 500_000), share_of(250, 500), share_of(500, 500)
    (0, 1, 500, 1000)
    """
    return max(0, -(-cash * 1000 // fee))


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
