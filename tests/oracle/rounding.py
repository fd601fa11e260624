"""Rounding and sharing out, from their definitions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

UNIT_FEN = {"分": 1, "角": 10, "元": 100}


def to_unit(fen: Fraction | int, unit: str = "分", mode: str = "half_up") -> int:
    """An exact amount of fen as a whole number of units, given back in fen."""
    if unit == "分" and fen.denominator == 1:
        return int(fen)
    size = UNIT_FEN[unit]
    if fen < 0:
        return -to_unit(-fen, unit, mode)
    whole, rest = divmod(fen.numerator, fen.denominator * size)
    half = 2 * rest - fen.denominator * size
    if mode == "half_up":
        up = half >= 0
    elif mode == "half_even":
        up = half > 0 or (half == 0 and whole % 2 == 1)
    else:
        up = mode == "up" and rest > 0
    return int(whole + up) * size


def fen_of(yuan: Fraction) -> int:
    """An amount a rule states in yuan, as fen; half a fen goes up."""
    return yuan.numerator * 100 if yuan.denominator == 1 else to_unit(yuan * 100)


def share_out(total: int, weights: Sequence[int], limits: Sequence[int]) -> list[int]:
    """Largest remainder: whole parts of the exact shares first, then a fen each by falling remainder, then the rest.

    No part exceeds its limit; of equal remainders the earlier comes first; weights all zero count as all equal.
    """
    if total == 0:
        return [0] * len(weights)
    if total == sum(limits):
        return list(limits)
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    given = []
    remainders = []
    for weight, limit in zip(weights, limits, strict=True):
        floor, remainder = divmod(total * weight, whole)
        given.append(floor if floor <= limit else limit)
        remainders.append(remainder)
    left = total - sum(given)
    if left:
        by_remainder = sorted(range(len(given)), key=lambda i: -remainders[i])
        for i in by_remainder:
            if left and given[i] < limits[i]:
                given[i] += 1
                left -= 1
        for i in by_remainder:
            more = min(left, limits[i] - given[i])
            given[i] += more
            left -= more
    return given
