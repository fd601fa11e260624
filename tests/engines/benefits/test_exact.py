"""Exact integer arithmetic agrees with fractions, and with the plain form of `ground.money`."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.benefits.exact import allocate, half_up, muldiv, muldivmod, reduced, round_to
from tongchou.ground import money

BIG = money.MAX_FEN


@pytest.mark.parametrize(
    ("numerator", "denominator", "whole"), [(0, 3, 0), (1, 2, 1), (149, 100, 1), (150, 100, 2), (5, 3, 2), (4, 3, 1)]
)
def test_half_goes_up(numerator: int, denominator: int, whole: int) -> None:
    assert half_up(numerator, denominator) == whole


@given(st.integers(0, BIG), st.integers(1, 1000), st.sampled_from([1, 10, 100]), st.integers(0, 3))
def test_rounding_is_that_of_the_ground(numerator: int, denominator: int, unit: int, mode: int) -> None:
    word = ("half_up", "half_even", "down", "up")[mode]
    assert round_to(numerator, denominator, unit, mode) == money.round_fraction(
        Fraction(numerator, denominator), unit, word
    )


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [(0, (10, 20, 30, 20)), (1, (0, 20, 20, 20)), (2, (0, 10, 20, 10)), (3, (10, 20, 30, 20))],
)
def test_each_mode_at_half_a_unit_and_beside_it(mode: int, rounded: tuple[int, ...]) -> None:
    assert tuple(round_to(fen, 1, 10, mode) for fen in (5, 15, 25, 16)) == rounded


def test_a_whole_unit_is_never_moved() -> None:
    assert [round_to(30, 1, 10, mode) for mode in range(4)] == [30, 30, 30, 30]


@given(st.integers(0, BIG), st.integers(0, BIG), st.integers(1, 10**6 * BIG))
def test_a_product_is_divided_without_being_formed(a: int, b: int, c: int) -> None:
    assert muldiv(a, b, c) == a * b // c


@pytest.mark.parametrize(
    ("a", "b", "c", "floor"), [(7, 3, 2, 10), (1, 3, 3, 1), (2, 3, 3, 2), (5, 0, 9, 0), (9, 1, 10, 0), (10, 9, 10, 9)]
)
def test_small_products(a: int, b: int, c: int, floor: int) -> None:
    assert muldiv(a, b, c) == floor


def test_a_fraction_is_reduced() -> None:
    assert (reduced(6, 4), reduced(0, 5)) == ((3, 2), (0, 1))


@st.composite
def spreads(draw: st.DrawFn) -> tuple[int, list[int], list[int]]:
    caps = draw(st.lists(st.integers(0, 40) | st.integers(0, BIG), min_size=1, max_size=5))
    weights = [draw(st.sampled_from([0, cap, draw(st.integers(0, 40))])) for cap in caps]
    return draw(st.integers(0, sum(caps))), weights, caps


def shares_of(total: int, weights: list[int], caps: list[int]) -> list[int]:
    shares = [-1] * len(caps)
    allocate(total, weights, caps, shares, len(caps), [0] * 2 * len(caps))
    return shares


@given(spreads())
def test_shares_are_those_of_the_ground_and_add_up(spread: tuple[int, list[int], list[int]]) -> None:
    total, weights, caps = spread
    shares = shares_of(total, weights, caps)
    assert shares == money.allocate(total, weights, caps)
    assert sum(shares) == total
    assert all(0 <= share <= cap for share, cap in zip(shares, caps, strict=True))


@pytest.mark.parametrize(
    ("total", "weights", "caps", "shares"),
    [
        (7, [5], [9], [7]),
        (10, [1, 1, 1], [9, 9, 9], [4, 3, 3]),  # equal remainders: the earlier cell
        (10, [1, 2, 3], [9, 9, 9], [2, 3, 5]),  # remainders 4/6, 2/6, 0
        (5, [0, 0], [9, 9], [3, 2]),  # weights all zero count as all equal
        (9, [1, 1], [2, 9], [2, 7]),  # what a cap keeps out goes to the next
        (3 * 10**11 + 1, [10**12, 10**12, 10**12], [10**12] * 3, [10**11 + 1, 10**11, 10**11]),  # beyond 64 bits
        (9, [9, 0, 0], [1, 2, 9], [1, 2, 6]),  # one fen each first, then up to the caps in the same order
    ],
)
def test_shares_by_hand(total: int, weights: list[int], caps: list[int], shares: list[int]) -> None:
    assert shares_of(total, weights, caps) == shares


def test_only_the_first_cells_are_written() -> None:
    shares = [-1, -1, -1]
    allocate(3, [1, 1, 1], [9, 9, 9], shares, 2, [0] * 4)
    assert shares == [2, 1, -1]


@pytest.mark.parametrize(
    ("a", "b", "c"), [(7, 3, 2), (2**31 - 1, 2**31 - 1, 97), (2**31, 5, 7), (10**12, 10**11, 10**12 - 1)]
)
def test_quotient_and_remainder_at_once(a: int, b: int, c: int) -> None:
    assert muldivmod(a, b, c) == divmod(a * b, c)
