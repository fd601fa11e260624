"""A layer's tables without the entries that cannot matter to a visit, so that the loop has less to look at.

What a layer takes is declared for every claim that may come: pots that this one never fills, caps that stand at no
limit, feeds switched off. Leaving those out changes no number that the step gives.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tongchou.engines.benefits.shape import FIRST_POTS, GIVEN, NO_LIMIT, REMAINDERS, Row, Shape

IN_SCOPE, EXCESS = FIRST_POTS.index("in_scope"), FIRST_POTS.index("package_excess")
OWN_SHARE = REMAINDERS.index("own_share")


def filled(parts: Sequence[int], packages: bool) -> list[Collection[int]]:
    """The first pots that each cell may fill: its own part, and what a package cuts off it."""
    return [{part, EXCESS} if packages and part == IN_SCOPE else {part} for part in parts]


def lean(shape: Shape, at: int, row: Row, cells: Sequence[Collection[int]]) -> dict[str, list[int]]:
    """The terms, limits and feeds of a layer that matter, by their numbers in the shape.

    `row` holds the numbers of this layer alone, `cells` the first pots of every cell (`filled`).
    """
    term, limit, feed = (starts[at] for starts in (shape.term_start, shape.limit_start, shape.feed_start))
    terms = (
        [term + i for i in range(len(row.take_numerator)) if _finds(shape, term + i, cells)] if row.active[0] else []
    )
    return {
        "term": terms,
        "limit": [limit + i for i, most in enumerate(row.limit) if most != NO_LIMIT],
        "feed": [feed + i for i, counts in enumerate(row.feed) if counts and terms],
    }


def _finds(shape: Shape, term: int, cells: Sequence[Collection[int]]) -> bool:
    """Whether a term may find money: a layer given by others leaves nothing but its own share."""
    pot, admits = shape.term_pot[term], shape.term_at[term]
    if pot >= len(FIRST_POTS):
        layer, remainder = divmod(pot - len(FIRST_POTS), len(REMAINDERS))
        return shape.payer[layer] != GIVEN or remainder == OWN_SHARE
    return any(pot in pots and shape.term_cell[admits + k] for k, pots in enumerate(cells))
