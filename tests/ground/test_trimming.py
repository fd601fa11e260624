"""Which cases count for a mean, by hand: every way of trimming that can be declared."""

from fractions import Fraction

import numpy as np
import pytest

from tongchou.ground.region.dip.declaration import Interval, Trimming
from tongchou.ground.trimming import counting, narrowest, within

NONE = np.zeros(0, np.int64)


@pytest.mark.parametrize(
    ("percentiles", "quartiles", "kept"),
    [
        (None, None, "yyyyy"),
        ((Fraction(1, 5), Fraction(4, 5)), None, "yyyyn"),
        ((Fraction(1, 4), Fraction(3, 4)), None, "nyyyn"),
        (None, Fraction(1), "yyyyn"),
        (None, Fraction(0), "nyyyn"),
    ],
)
def test_what_lies_within(percentiles: tuple[Fraction, Fraction] | None, quartiles: Fraction | None, kept: str) -> None:
    values = np.array([1, 2, 3, 4, 100])
    found = within(np.zeros(5, np.int64), values, percentiles, quartiles)
    assert "".join("yn"[not one] for one in found) == kept
    assert len(within(NONE, NONE, percentiles, quartiles)) == 0


def test_the_narrowest_interval() -> None:
    """Of 60 % of five cases three: 2 to 4, the lowest of those equally narrow; a group of one keeps it."""
    values, groups = np.array([9, 4, 2, 3, 5, 1]), np.array([0, 0, 0, 0, 0, 1])
    assert narrowest(groups, values, Fraction(3, 5)).tolist() == [False, True, True, True, False, True]
    assert len(narrowest(NONE, NONE, Fraction(1, 2))) == 0


@pytest.mark.parametrize(
    ("trimming", "kept"),
    [
        (None, "yyyyy"),
        (Trimming(quartiles=Fraction(1)), "yyyyn"),
        (Trimming(interval=Interval(share=Fraction(3, 5), of="cost")), "yyynn"),
        (Trimming(interval=Interval(share=Fraction(3, 5), of="cost and days")), "nyynn"),
    ],
)
def test_what_counts_as_declared(trimming: Trimming | None, kept: str) -> None:
    """The first case stayed far longer than the others; of the second the days are not known."""
    fee, days = np.array([1, 2, 3, 4, 100]), np.array([90, -1, 2, 3, 4])
    found = counting(trimming, np.zeros(5, np.int64), fee, days)
    assert "".join("yn"[not one] for one in found) == kept
