"""What a cleared year says about institutions and groups: profit and loss, case mix, cost and time indices, outliers.

Every index names its baseline: the region's cleared cases of the same year, scheme and method.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Profit:
    """Of some cases: what they brought less what they cost, whole fen; the mean; and the rate of profit to cost."""

    cases: int
    profit: int
    mean: Fraction
    rate: Fraction | None


def profit(cases: int, income: int, cost: int) -> Profit:
    """Profit and loss of some cases; no rate where nothing was spent."""
    gained = income - cost
    return Profit(cases, gained, Fraction(gained, cases), Fraction(gained, cost) if cost else None)
