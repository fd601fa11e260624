"""What hangs together, and who ever shared a household."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tongchou.ground.tables.components import components
from tongchou.ground.tables.homes import homes

SIZE = 12
edges = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=20)
stays = st.lists(st.tuples(st.integers(-1, SIZE - 1), st.integers(-1, 5)), max_size=20)


def walked(pairs: list[tuple[int, int]], start: int) -> set[int]:
    """All that can be walked to."""
    seen, at = {start}, [start]
    while at:
        here = at.pop()
        for one, other in pairs:
            for near, far in ((one, other), (other, one)):
                if near == here and far not in seen:
                    seen.add(far)
                    at.append(far)
    return seen


@given(edges)
def test_every_node_is_called_by_the_smallest_that_can_be_walked_to(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    assert components(one, other, SIZE).tolist() == [min(walked(pairs, node)) for node in range(SIZE)]


def test_a_long_chain_in_the_worst_of_orders() -> None:
    order = np.random.default_rng(1).permutation(5_000)
    assert not components(order[1:], order[:-1], 5_000).any()


@given(stays)
def test_who_ever_shared_a_household_is_at_one_home(stays: list[tuple[int, int]]) -> None:
    person, household = (np.array([stay[side] for stay in stays], dtype=np.int64) for side in (0, 1))
    met = [(one, other) for one, at in stays for other, there in stays if at == there >= 0 and min(one, other) >= 0]
    assert homes(person, household, SIZE).tolist() == [min(walked(met, node)) for node in range(SIZE)]
