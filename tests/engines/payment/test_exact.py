"""Columns of whole numbers: the same whether int64 suffices or not."""

import random
from fractions import Fraction

import numpy as np
import pytest

from tongchou.engines.payment.exact import BLOCK, ratio, spread, total, totals
from tongchou.ground.money import allocate, round_fraction


@pytest.mark.parametrize("mode", ["half_up", "down", "up"])
@pytest.mark.parametrize("size", [10**3, 10**7, 10**11])
def test_products_are_rounded_once(mode: str, size: int) -> None:
    chance = random.Random(f"{mode}{size}")
    rows = 300
    a, b, c = ([chance.randint(0, size) for _ in range(rows)] for _ in range(3))
    below = [chance.randint(1, size) * max(size // 10, 1) for _ in range(rows)]
    found = ratio([np.array(a), np.array(b), 7], [np.array(below), 3], rows, mode)
    assert found.tolist() == [
        round_fraction(Fraction(x * y * 7, z * 3), mode=mode) for x, y, z in zip(a, b, below, strict=True)
    ]
    assert len(c) == rows


def test_blocks_do_not_matter() -> None:
    rows = BLOCK + 3
    a = np.arange(rows) + 10**12
    found = ratio([a, 10**9], [10**9], rows)
    assert (found == a).all()


def test_a_result_beyond_int64_is_an_error_not_a_wrong_figure() -> None:
    with pytest.raises(OverflowError):
        ratio([np.array([10**18]), 10**6], [1], 1)


def test_a_mode_that_is_none() -> None:
    with pytest.raises(ValueError, match="mode"):
        ratio([np.array([1])], [1], 1, "sideways")


def test_sums_beyond_int64() -> None:
    column = np.full(100, 2**62, dtype=np.int64)
    assert total(column) == 100 * 2**62
    assert totals(np.zeros(100, dtype=np.int64), column, 2) == [100 * 2**62, 0]
    assert totals(np.zeros(0, dtype=np.int64), column[:0], 2) == [0, 0]


def test_spreading_is_the_largest_remainder_of_each_cell() -> None:
    chance = random.Random(5)
    amounts = [chance.randint(0, 10**13) for _ in range(20)]
    cells = np.array([chance.randrange(20) for _ in range(3000)])
    weights = np.array([chance.randint(0, 10**9) for _ in range(3000)])
    found = spread(amounts, cells, weights)
    for cell, amount in enumerate(amounts):
        own = weights[cells == cell].tolist()
        assert found[cells == cell].tolist() == allocate(amount, own, [amount] * len(own))


def test_a_cell_without_weights_gives_nothing() -> None:
    assert spread([50], np.array([0, 0]), np.array([0, 0])).tolist() == [0, 0]
