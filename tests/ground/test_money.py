from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.ground.money import (
    DOWN,
    HALF_EVEN,
    HALF_UP,
    MODES,
    UP,
    allocate,
    round_fraction,
    scale,
    yuan,
    yuan_grouped,
)


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "down", "up"),
    [
        (Fraction(5, 2), 3, 2, 2, 3),
        (Fraction(7, 2), 4, 4, 3, 4),
        (Fraction(-5, 2), -3, -2, -2, -3),
        (Fraction(9, 4), 2, 2, 2, 3),
        (Fraction(11, 4), 3, 3, 2, 3),
        (Fraction(-11, 4), -3, -3, -2, -3),
        (Fraction(7), 7, 7, 7, 7),
        (0, 0, 0, 0, 0),
    ],
)
def test_rounding(value: Fraction, half_up: int, half_even: int, down: int, up: int) -> None:
    found = [round_fraction(value, mode=mode) for mode in (HALF_UP, HALF_EVEN, DOWN, UP)]
    assert found == [half_up, half_even, down, up]


def test_rounding_to_a_larger_unit() -> None:
    assert round_fraction(Fraction(1249, 10), 10) == 120
    assert round_fraction(125, 10) == 130
    assert round_fraction(149, 100) == 100
    assert round_fraction(150, 100, HALF_EVEN) == 200
    assert round_fraction(250, 100, HALF_EVEN) == 200
    assert round_fraction(101, 100, UP) == 200


def test_a_mode_nobody_knows() -> None:
    with pytest.raises(ValueError, match="unknown rounding mode"):
        round_fraction(1, mode="nearest")


@given(st.fractions(), st.integers(1, 1000), st.sampled_from(MODES))
def test_rounding_moves_less_than_a_unit(value: Fraction, unit: int, mode: str) -> None:
    rounded = round_fraction(value, unit, mode)
    assert rounded % unit == 0
    assert abs(rounded - value) < unit
    assert round_fraction(-value, unit, mode) == -rounded
    if mode in (HALF_UP, HALF_EVEN):
        assert abs(rounded - value) * 2 <= unit


def test_largest_remainder() -> None:
    assert allocate(100, [1, 1, 1], [100, 100, 100]) == [34, 33, 33]
    assert allocate(100, [1, 2, 3], [100, 100, 100]) == [17, 33, 50]
    assert allocate(10, [0, 0], [10, 10]) == [5, 5]
    assert allocate(10, [9, 1], [5, 10]) == [5, 5]
    assert allocate(10, [1, 0], [5, 10]) == [5, 5]
    assert allocate(0, [1, 2], [1, 2]) == [0, 0]
    assert allocate(0, [], []) == []


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=8), st.data())
def test_allocation_keeps_the_sum_and_the_caps(parts: list[tuple[int, int]], data: st.DataObject) -> None:
    weights, caps = [w for w, _ in parts], [c for _, c in parts]
    total = data.draw(st.integers(0, sum(caps)))
    shares = allocate(total, weights, caps)
    assert sum(shares) == total
    assert all(0 <= share <= cap for share, cap in zip(shares, caps, strict=True))
    if sum(weights) and all(total * w <= c * sum(weights) for w, c in parts):
        assert all(abs(s - Fraction(total * w, sum(weights))) <= 1 for s, w in zip(shares, weights, strict=True))


def test_yuan_for_machines_and_for_people() -> None:
    assert [yuan(fen) for fen in (0, 5, 123456, -123456)] == ["0.00", "0.05", "1234.56", "-1234.56"]
    assert [yuan_grouped(fen) for fen in (-5, 123456789)] == ["-0.05", "1,234,567.89"]
    assert floor(Fraction(yuan(123456))) == 1234


@given(
    value=st.integers(0, 10**14),
    rate=st.fractions(0, 2, max_denominator=10**6),
    unit=st.sampled_from([1, 10, 100]),
    mode=st.sampled_from(MODES),
)
def test_scaling_whole_numbers_is_rounding_their_product(value: int, rate: Fraction, unit: int, mode: str) -> None:
    assert scale(value, rate, unit, mode) == round_fraction(value * rate, unit, mode)


def test_a_half_goes_to_the_even_fen() -> None:
    assert [scale(fen, Fraction(1, 2), mode="half_even") for fen in (1, 3, 5, 7)] == [0, 2, 2, 4]
    assert scale(7, Fraction(1, 4), mode="half_even") == 2


def test_scaling_knows_its_modes() -> None:
    with pytest.raises(ValueError, match="unknown rounding mode"):
        scale(1, Fraction(1), mode="nearest")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("unit", [1, 10, 100])
@pytest.mark.parametrize("rate", [Fraction(11, 200), Fraction(1, 3), Fraction(1, 2), Fraction(1)])
def test_scaling_is_rounding_the_product(rate: Fraction, unit: int, mode: str) -> None:
    """Of one number and of many at once; 5, 15 and 25 halves are among them."""
    values = [0, 1, 5, 10, 15, 25, 50, 99, 150, 333_300]
    expected = [round_fraction(value * rate, unit, mode) for value in values]
    assert [scale(value, rate, unit, mode) for value in values] == expected
    assert scale(np.array(values), rate, unit, mode).tolist() == expected
