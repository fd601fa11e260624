"""Who is linked with whom: names tied two by two, and the groups that come of it."""

from __future__ import annotations

import numpy as np

from tongchou.engines.lake.names import MISSING, Names, distinct, in_order
from tongchou.ground.tables.components import components


class Links:
    """Names that must lie together, tied two by two."""

    def __init__(self) -> None:
        self._pairs: list[tuple[Names, Names]] = []

    def tie(self, one: Names, other: Names) -> None:
        """one[i] lies with other[i]; an empty cell ties nothing."""
        kept = (one != MISSING) & (other != MISSING)
        self._pairs.append((one[kept], other[kept]))

    def groups(self) -> Groups:
        """The groups; the links are used up."""
        known = in_order([np.array([MISSING]), *(names for pair in self._pairs for names in pair)])
        edges = []
        while self._pairs:
            one, other = (_found(names, known) for names in self._pairs.pop())
            edges.append((np.minimum(one, other) << np.uint64(32)) | np.maximum(one, other))
        edge = in_order(edges)  # most households are told of twice
        low = (edge & np.uint64(2**32 - 1)).astype(np.int64)
        return Groups(known, known[components((edge >> np.uint64(32)).astype(np.int64), low, len(known))])


def _found(asked: Names, known: Names) -> Names:
    """The place of every name among the known."""
    names, back = distinct(asked)  # in order, which is how a search is fast
    return np.asarray(np.searchsorted(known, names).astype(np.uint64)[back])


class Groups:
    """The groups that links make, each called by the smallest name in it: the order of the rows is nothing to that."""

    def __init__(self, known: Names, root: Names) -> None:
        self._known, self._root = known, root

    def root(self, asked: Names) -> Names:
        """What the group of each name is called; a name tied to nothing is a group by itself."""
        names, back = distinct(asked)
        at = np.minimum(np.searchsorted(self._known, names), len(self._known) - 1)
        return np.asarray(np.where(self._known[at] == names, self._root[at], names)[back])
