"""Exact sums over groups of cases: whole fen in, whole numbers and fractions out, whatever the order of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np

from tongchou.ground.money import round_ratio

_LIMB = 14
"""Bits of a part of a fee: a product of two, summed over 2**25 cases, is below 2**53 and so exact in a float."""
_MASK = (1 << _LIMB) - 1


def sums(group: Any, values: Any, groups: int) -> list[int]:
    """The sum of the values of each group; values of 0 to 10**12, at most 2**25 of them."""
    parts = [np.bincount(group, (values >> (_LIMB * at)) & _MASK, groups) for at in range(3)]
    low, middle, high = (part.astype(np.int64).tolist() for part in parts)
    return [a + (b << _LIMB) + (c << 2 * _LIMB) for a, b, c in zip(low, middle, high, strict=True)]


def square_sums(group: Any, values: Any, groups: int) -> list[int]:
    """The sum of the squares of the values of each group."""
    parts = [(values >> (_LIMB * at)) & _MASK for at in range(3)]
    found = [0] * groups
    for one in range(3):
        for other in range(one, 3):
            shift = _LIMB * (one + other) + (one != other)
            part = np.bincount(group, parts[one] * parts[other], groups).astype(np.int64).tolist()
            found = [so_far + (more << shift) for so_far, more in zip(found, part, strict=True)]
    return found


def counts(group: Any, groups: int) -> list[int]:
    """How many cases each group has."""
    found: list[int] = np.bincount(group, minlength=groups).tolist()
    return found


def weighted(count: Sequence[int], total: Sequence[int], weights: Sequence[int], by_year: bool) -> Fraction:
    """The weighted mean of a group from its cases and their cost in each year.

    `by_year`: the mean of each year by its weight, over the years that have cases; else each case by that of its year.

    >>> weighted([1, 1, 1], [10_000, 11_000, 12_000], [1, 2, 7], True)
    Fraction(11600, 1)
    """
    if by_year:
        there = [(weight, n, sum_) for weight, n, sum_ in zip(weights, count, total, strict=True) if n]
        over = sum(weight for weight, _, _ in there)
        return sum((Fraction(weight * sum_, n * over) for weight, n, sum_ in there), Fraction(0))
    cases = sum(weight * n for weight, n in zip(weights, count, strict=True))
    return Fraction(sum(weight * sum_ for weight, sum_ in zip(weights, total, strict=True)), cases)


def variation(n: int, total: int, squares: int) -> Fraction:
    """The square of the coefficient of variation: variance by the square of the mean, over all n cases."""
    return Fraction(n * squares - total * total, total * total)


def root(square: Fraction, decimals: int) -> int:
    """The root of a fraction in units of so many decimals, half up.

    >>> root(Fraction(1, 4), 4)
    5000
    """
    twice = isqrt(4 * square.numerator * 10 ** (2 * decimals) // square.denominator)
    return (twice + 1) // 2


def rounded(value: Fraction, decimals: int, mode: str) -> int:
    """A fraction in units of so many decimals."""
    return round_ratio(value.numerator * 10**decimals, value.denominator, mode=mode)


def decimal(units: int, decimals: int) -> str:
    """Such a number as text: 12500000 of four decimals is 1250.0000."""
    sign, units = ("-", -units) if units < 0 else ("", units)
    whole, rest = divmod(units, 10**decimals)
    return f"{sign}{whole}.{rest:0{decimals}d}" if decimals else f"{sign}{whole}"
