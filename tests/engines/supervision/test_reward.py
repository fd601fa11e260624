"""A reward and its shares, to the fen."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.supervision.reward import RewardTerms, reward
from tongchou.ground.errors import ProblemError


def terms(*shares: tuple[str, Any, str], rate: str = "1/50", unit: int = 1, mode: str = "half_up") -> RewardTerms:
    own = tuple((name, None if share is None else Fraction(share), how) for name, share, how in shares)
    return RewardTerms("金额", Fraction(rate), own, unit, mode, "一")


HALVES = (("查处单位", "1/2", "down"), ("举报人", None, "half_up"))


def test_the_rest_takes_the_odd_fen() -> None:
    found = reward(terms(*HALVES), 1_234_567)
    assert (found.fen, found.shares) == (24_691, {"查处单位": 12_345, "举报人": 12_346})


def test_it_is_rounded_once_as_declared() -> None:
    found = reward(terms(*HALVES, unit=100, mode="up"), 1_234_567)
    assert (found.fen, found.shares) == (24_700, {"查处单位": 12_350, "举报人": 12_350})


def test_nothing_is_never_less() -> None:
    assert reward(terms(*HALVES), 0).shares == {"查处单位": 0, "举报人": 0}
    with pytest.raises(ProblemError, match="I102"):
        reward(terms(*HALVES), -1)


@given(st.integers(0, 10**12), st.lists(st.fractions(0, 1, max_denominator=50), max_size=4))
def test_shares_sum_to_the_reward(involved: int, shares: list[Fraction]) -> None:
    own = [(str(i), share, "up") for i, share in enumerate(shares)]
    found = reward(terms(*own, ("rest", None, "down")), involved)
    assert sum(found.shares.values()) == found.fen
    assert all(fen >= 0 for fen in found.shares.values())
    assert list(found.shares) == [*(name for name, _, _ in own), "rest"]
