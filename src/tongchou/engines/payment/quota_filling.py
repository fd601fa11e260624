"""An amount over weights between bounds, exact: everybody has λ × weight, but not below its low and not above its high.

Whoever would be below or above is set on its bound, the side that is further out first, and λ found anew for the rest;
that ends after as many rounds as there are parties at the most.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def fill(total: int, weights: Sequence[Fraction], low: Sequence[int], high: Sequence[int | None]) -> list[Fraction]:
    """What each has, in fen, exact. They add up to `total`, or to less where every high is reached or nobody who is
    left has a weight. `sum(low) <= total` and each `low <= high` are the caller's promise.

    >>> [str(one) for one in fill(100, [Fraction(1), Fraction(1), Fraction(2)], [0, 30, 0], [20, None, None])]
    ['20', '30', '50']
    """
    given = [Fraction(0)] * len(weights)
    free = set(range(len(weights)))
    while free:
        left = total - sum((given[i] for i in range(len(given)) if i not in free), Fraction(0))
        together = sum((weights[i] for i in free), Fraction(0))
        each = {i: left * weights[i] / together if together else Fraction(0) for i in free}
        below = {i for i in free if each[i] < low[i]}
        above = {i for i, top in enumerate(high) if i in free and top is not None and each[i] > top}
        if not below and not above:
            for i in free:
                given[i] = each[i]
            return given
        lacks = sum((low[i] - each[i] for i in below), Fraction(0))
        exceeds = sum((each[i] - (high[i] or 0) for i in above), Fraction(0))
        settled = below if lacks > exceeds else above if exceeds > lacks else below | above
        for i in settled:
            given[i] = Fraction(low[i] if i in below else high[i] or 0)
        free -= settled
    return given
