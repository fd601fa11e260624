"""What is left out of a layer's tables does not matter: not to a payment, an accumulator or the trace."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

import pytest

from tests.engines.benefits.bulk.asked import Call, asked_by_cases, disturbed
from tongchou.engines.benefits.bulk.lean import EXCESS, IN_SCOPE, filled, lean
from tongchou.engines.benefits.shape import Row, Shape, Trace, room_for
from tongchou.engines.benefits.step import step

OF = {"take_numerator": "term", "take_denominator": "term", "limit": "limit", "feed": "feed"}
OF_SHAPE = {"term_pot": "term", "term_at": "term", "limit_of": "limit", "limit_count": "limit"}
OF_SHAPE |= {"feed_of": "feed", "feed_count": "feed"}


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return asked_by_cases()


def lean_call(call: Call) -> Call:
    """The same question of lean tables."""
    size, shape, row, given, counts, trace = call
    cells = [{pot for pot in range(5) if trace.pots[pot * size.cells + k]} for k in range(size.cells)]
    kept = [lean(shape, at, _row_of(shape, row, at), cells) for at in range(size.layers)]
    entries = {of: [i for layer in kept for i in layer[of]] for of in ("term", "limit", "feed")}
    starts = {f"{of}_start": list(accumulate((len(layer[of]) for layer in kept), initial=0)) for of in entries}
    own = {name: [getattr(shape, name)[i] for i in entries[of]] for name, of in OF_SHAPE.items()}
    row = row._replace(**{name: [getattr(row, name)[i] for i in entries[of]] for name, of in OF.items()})
    return size, shape._replace(**starts, **own), row, given, counts, trace


def _row_of(shape: Shape, row: Row, at: int) -> Row:
    """The numbers of one layer, as far as they are made lean."""
    span = {of: slice(*getattr(shape, f"{of}_start")[at : at + 2]) for of in ("term", "limit", "feed")}
    own = {name: getattr(row, name)[span[of]] for name, of in OF.items()}
    return row._replace(active=[row.active[at]], **own)


def answered(call: Call) -> tuple[int, list[int], Trace]:
    size, shape, row, given, counts, trace = call
    own, own_counts = Trace(*map(list, trace)), list(counts)
    end = step(size, shape, row, given, own_counts, own, room_for(size.cells, shape.band_start[-1]))
    return end, own_counts, own


def drawn(calls: list[Call]) -> Iterator[Call]:
    rng = random.Random(3)
    return (disturbed(call, rng, 10**8) for call in calls for _ in range(3))


def test_what_is_left_out_does_not_matter(calls: list[Call]) -> None:
    shorter = 0
    for call in drawn(calls):
        less = lean_call(call)
        shorter += len(less[1].term_pot) < len(call[1].term_pot)
        assert answered(less) == answered(call)
    assert shorter > 300


def test_pots_that_are_never_filled_are_not_looked_at(calls: list[Call]) -> None:
    """Inactive layers and first pots without money are a third of what the cases' layers declare."""
    declared = sum(len(call[1].term_pot) for call in calls)
    left = sum(len(lean_call(call)[1].term_pot) for call in calls)
    assert 0 < left < declared * 2 / 3


def test_a_package_moves_money_of_the_scope_into_a_pot_of_its_own() -> None:
    assert filled([IN_SCOPE, 0], packages=False) == [{IN_SCOPE}, {0}]
    assert filled([IN_SCOPE, 0], packages=True) == [{IN_SCOPE, EXCESS}, {0}]
