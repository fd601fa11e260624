"""The numbers of single layers, each kept once for every set of cells: what the visits of a run are put together from.

The layers of a visit stand one after another in the tables of the step. Claims differ in many layers at once, so there
are many more visits than different layers; putting them together is moving columns of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.lean import filled, lean
from tongchou.engines.benefits.bulk.settled import sums
from tongchou.engines.benefits.claim import PARTS
from tongchou.engines.benefits.numbers import GroupRow, LayerRow
from tongchou.engines.benefits.plan import Cells, Plan
from tongchou.engines.benefits.row import flatten
from tongchou.engines.benefits.shape import Row

LARGEST_UNIT = 4_000_000
"""Denominators up to here keep every product with 10¹² fen inside 64 bits."""
_STARTS = {"term_start": "term_pot", "limit_start": "limit_of", "band_start": "edge", "feed_start": "feed_of"}
"""Columns that say where a layer's entries begin, with a column that has one number for each entry."""
_PLACES = {"term_at": ("term_pot", "term_cell"), "rate_at": ("edge", "rate"), "rank_at": ("payer", "rank")}
"""Columns that point into another column: for each entry of the first, the place of its cells in the second."""
_OF_SHAPE = {
    "payer": "layer", "charged_count": "layer", "yearly_count": "layer", "scale": "layer", "scale_count": "layer",
    "floor_payer": "layer", "term_pot": "term", "limit_of": "limit", "limit_count": "limit", "feed_of": "feed",
    "feed_count": "feed",
}  # fmt: skip
"""Columns of the shape, and of what they have one number for each."""
_OF_ROW = {"take_numerator": "term", "take_denominator": "term", "limit": "limit", "feed": "feed"}
"""Columns of the row that are made lean."""


class Blocks:
    """Layers by number; `columns` hold the entries of all of them one after another."""

    def __init__(self) -> None:
        own = (*_OF_SHAPE, "term_cell", *Row._fields)
        self.columns: dict[str, list[int]] = {name: [] for name in own}
        self.starts: dict[str, list[int]] = {name: [0] for name in own}
        self.cells: list[int] = []
        self._known: dict[tuple[Any, ...], int | None] = {}

    def add(self, plan: Plan, at: int, cells: Cells, row: LayerRow, groups: Sequence[GroupRow]) -> int | None:
        """The number of a layer of a plan with these numbers; None where they do not fit into the loop."""
        key = (id(plan), at, cells, row.serial, *[group.serial for group in groups])
        if key not in self._known:
            flat = flatten([row.with_groups(tuple(groups))], cells)
            below = (*flat.rate_unit, *flat.floor_denominator, *flat.take_denominator)
            fits = max(below, default=1) <= LARGEST_UNIT
            self._known[key] = self._append(plan, at, cells, flat) if fits else None
        return self._known[key]

    def _append(self, plan: Plan, at: int, cells: Cells, flat: Row) -> int:
        shape = plan.shape_for(cells)
        kept = lean(shape, at, flat, filled([PARTS.index(part) for part, _ in cells], bool(plan.packages)))
        entries: dict[str, Sequence[int]] = flat._asdict()
        for name, of in _OF_ROW.items():
            first = getattr(shape, f"{of}_start")[at]
            entries[name] = [entries[name][i - first] for i in kept[of]]
        for name, of in _OF_SHAPE.items():
            entries[name] = [getattr(shape, name)[i] for i in kept.get(of, [at])]
        entries["term_cell"] = [
            shape.term_cell[shape.term_at[term] + k] for term in kept["term"] for k in range(len(cells))
        ]
        for name, column in self.columns.items():
            column += entries[name]
            self.starts[name].append(len(column))
        self.cells.append(len(cells))
        return len(self.cells) - 1

    def together(self, order: Numbers) -> dict[str, Numbers]:
        """The tables of the step for these layers, one after another in this order."""
        found = {name: self._gathered(name, order) for name in self.columns}
        widths = {name: _widths(starts)[order] for name, starts in self.starts.items()}
        for name, each in _STARTS.items():
            found[name] = sums(widths[each])
        cells = np.array(self.cells, dtype=np.int64)[order]
        for name, (each, target) in _PLACES.items():
            begin, start = sums(widths[each]), sums(widths[target])[:-1]
            layer = np.repeat(np.arange(len(order)), widths[each])
            found[name] = start[layer] + (np.arange(len(layer)) - begin[layer]) * cells[layer]
        return found

    def _gathered(self, name: str, order: Numbers) -> Numbers:
        starts = np.array(self.starts[name], dtype=np.int64)
        width = _widths(self.starts[name])[order]
        begin = sums(width)
        place = np.repeat(starts[order] - begin[:-1], width) + np.arange(int(begin[-1]))
        return np.array(self.columns[name], dtype=np.int64)[place]


def _widths(starts: list[int]) -> Numbers:
    return np.asarray(np.diff(starts), dtype=np.int64)
