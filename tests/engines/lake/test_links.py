"""Who is linked with whom."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.ground.tables.test_components import walked
from tongchou.engines.lake.links import Links

SIZE = 12
edges = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=20)


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
