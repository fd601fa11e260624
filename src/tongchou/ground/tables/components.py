"""What hangs together: the connected components of a graph, without a loop over its edges."""

from __future__ import annotations

import numpy as np

from tongchou.ground.tables.vectors import Ints


def components(one: Ints, other: Ints, size: int) -> Ints:
    """For each of `size` nodes the smallest node that edges one[i] — other[i] lead to.

    Every root takes the smallest root beside it until none has one. A round is linear in the edges that are left;
    households need two or three rounds.
    """
    root = np.arange(size, dtype=np.int64)
    while True:
        here, there = root[one], root[other]
        apart = here != there
        if not apart.any():
            return root
        one, other, here, there = one[apart], other[apart], here[apart], there[apart]
        np.minimum.at(root, np.maximum(here, there), np.minimum(here, there))
        while not np.array_equal(further := root[root], root):
            root = further
