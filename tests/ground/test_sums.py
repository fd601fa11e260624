"""Sums and means over groups, by hand; beyond a float's whole numbers too."""

from fractions import Fraction

import numpy as np

from tongchou.ground.sums import (
    counts,
    decimal,
    root,
    rounded,
    square_sums,
    sums,
    variation,
    weighted,
)

GROUPS = np.array([1, 0, 1, 1, 0])
VALUES = np.array([10**12, 7, 10**12 - 1, 3, 5])
NONE = np.zeros(0, np.int64)


def test_sums_are_exact() -> None:
    assert counts(GROUPS, 3) == [2, 3, 0]
    assert sums(GROUPS, VALUES, 3) == [12, 2 * 10**12 + 2, 0]
    assert square_sums(GROUPS, VALUES, 3) == [74, 10**24 + (10**12 - 1) ** 2 + 9, 0]


def test_means_of_years() -> None:
    assert weighted([1, 1, 1], [100, 110, 120], [1, 2, 7], True) == Fraction(116)
    assert weighted([2, 0, 1], [100, 0, 120], [1, 2, 7], True) == Fraction(50 + 7 * 120, 8)  # a year without a case
    assert weighted([2, 0, 1], [100, 0, 120], [1, 2, 7], False) == Fraction(100 + 7 * 120, 9)


def test_the_coefficient_of_variation() -> None:
    assert variation(2, 12, 74) == Fraction(4, 144)
    assert root(Fraction(4, 144), 4) == 1667
    assert root(Fraction(1, 4), 1) == 5


def test_decimals() -> None:
    assert rounded(Fraction(1, 3), 4, "half_up") == 3333
    assert [decimal(units, places) for units, places in ((12_500, 4), (-5, 2), (7, 0))] == ["1.2500", "-0.05", "7"]
