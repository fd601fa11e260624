"""Products and quotients with fewer divisions: the same as the step's own."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tongchou.engines.benefits import exact
from tongchou.engines.benefits.bulk import faster


def factors(count: int) -> Iterator[tuple[int, int, int]]:
    """Two factors and a divisor of any size, sometimes alike, whose quotient fits into 62 bits."""
    rng = random.Random(7)
    for _ in range(count):
        a, b, c = (rng.randrange(1, 10 ** rng.randrange(1, 19)) for _ in range(3))
        a, b = rng.choice([0, a, c, 2**31]), rng.choice([0, b, min(b, c), 2**31, 2**31 - 1])
        yield (a, b, c) if a * b // c < 2**62 else (min(a, c), b, c)


def test_products_and_quotients() -> None:
    for a, b, c in factors(20_000):
        whole, rest = divmod(a * b, c)
        assert (exact.muldiv(a, b, c), exact.mulmod(a, b, c)) == (whole, rest)
        assert (faster.muldiv(a, b, c), faster.mulmod(a, b, c)) == (whole, rest)
        assert faster.muldivmod(a, b, c) == exact.muldivmod(a, b, c) == (whole, rest)


def test_a_product_that_does_not_fit() -> None:
    assert faster.product_of(2**32, 2**31 - 1) == 2**63 - 2**32
    assert faster.product_of(2**32, 2**31) == -1
