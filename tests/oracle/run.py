"""A run of the comparison: so many claims from the worlds of some seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.oracle.compare import Comparison
from tests.oracle.histories import random_history
from tests.oracle.packs import random_world

SHORT, LONG = 200, 400
"""Claims a history: a short run wants many worlds, a long one has enough and lets both sides remember more."""
HISTORIES_A_WORLD = 8


def compare_worlds(
    first_seed: int,
    step: int,
    claims: int,
    a_history: int = SHORT,
    tally: Counter[str] | None = None,
    histories: int = HISTORIES_A_WORLD,
) -> Iterator[Counter[str]]:
    """Compare until so many claims are done; what has been exercised so far comes after every world.

    Seeds are `first_seed`, `first_seed + step` …, so that several runs share no world. With a `tally` the run goes on
    after the worlds that it counts.
    """
    tally = Counter() if tally is None else tally
    while tally["claims"] < claims:
        comparison = Comparison(random_world(first_seed + step * tally["worlds"]), tally)
        for number in range(histories):
            comparison.run(random_history(comparison.world, number, a_history))
        tally["worlds"] += 1
        yield tally


def compare_claims(first_seed: int, step: int, claims: int, histories: int = HISTORIES_A_WORLD) -> Counter[str]:
    """The same, to the end."""
    tally: Counter[str] = Counter()
    for tally in compare_worlds(first_seed, step, claims, histories=histories):  # noqa: B007 — the last one counts
        pass
    return tally
