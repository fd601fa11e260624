"""Who is linked with whom."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.lake.links import Links
from tongchou.ground.tables.components import components

SIZE = 12
edges = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=20)


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


@given(edges, st.randoms())
def test_the_order_of_the_links_is_nothing_to_the_groups(pairs: list[tuple[int, int]], random: object) -> None:
    links = Links()
    for one, other in pairs:  # 0 is an empty cell
        links.tie(np.array([one], dtype=np.uint64), np.array([other], dtype=np.uint64))
    roots = links.groups().root(np.arange(SIZE, dtype=np.uint64)).tolist()
    real = [pair for pair in pairs if 0 not in pair]
    assert roots == [min(walked(real, node)) for node in range(SIZE)]


def test_no_links() -> None:
    assert Links().groups().root(np.array([3, 2, 3], dtype=np.uint64)).tolist() == [3, 2, 3]
