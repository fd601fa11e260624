"""The numbers of single layers, each kept once for every set of cells: what the visits of a run are put together from.

Claims differ in many layers at once, so there are many more visits than different layers; a visit is a list of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tongchou.engines.benefits.bulk.lean import filled, lean
from tongchou.engines.benefits.claim import PARTS
from tongchou.engines.benefits.numbers import GroupRow, LayerRow
from tongchou.engines.benefits.plan import Cells, Plan
from tongchou.engines.benefits.row import flatten
from tongchou.engines.benefits.shape import GIVEN, Row, Shape

LARGEST_UNIT = 4_000_000
"""Denominators up to here keep every product with 10¹² fen inside 64 bits."""
_STARTS = {"term_start": "term_pot", "limit_start": "limit_of", "band_start": "edge", "feed_start": "feed_of"}
"""Columns that say where a layer's entries begin, with a column that has one number for each entry."""
_PLACES = {"term_at": "term_cell", "rate_at": "rate", "rank_at": "rank"}
"""Columns that say where the numbers of an entry's cells begin, with the column of these numbers."""
_OF_SHAPE = {
    "payer": "layer", "charged_count": "layer", "yearly_count": "layer", "scale": "layer", "scale_count": "layer",
    "floor_payer": "layer", "term_pot": "term", "limit_of": "limit", "limit_count": "limit", "feed_of": "feed",
    "feed_count": "feed",
}  # fmt: skip
"""Columns of the shape, and of what they have one number for each."""
_OF_ROW = {"take_numerator": "term", "take_denominator": "term", "limit": "limit", "feed": "feed"}
"""Columns of the row that are made lean."""


class Blocks:
    """Layers by number; `columns` of the step's tables hold the entries of all of them one after another."""

    def __init__(self) -> None:
        self.columns: dict[str, list[int]] = {name: [] for name in (*Shape._fields, *Row._fields)}
        for name in _STARTS:
            self.columns[name].append(0)
        self._known: dict[tuple[Any, ...], int | None] = {}
        self._alike: dict[tuple[Any, ...], int] = {}

    def add(self, plan: Plan, at: int, cells: Cells, row: LayerRow, groups: Sequence[GroupRow]) -> int | None:
        """The number of a layer of a plan with these numbers; None where they do not fit into the loop."""
        key = (id(plan), at, cells, row.serial, *[group.serial for group in groups])
        if key not in self._known:
            flat = flatten([row.with_groups(tuple(groups))], cells)
            below = (*flat.rate_unit, *flat.floor_denominator, *flat.take_denominator)
            fits = max(below, default=1) <= LARGEST_UNIT
            self._known[key] = self._number(plan, at, cells, flat) if fits else None
        return self._known[key]

    def _number(self, plan: Plan, at: int, cells: Cells, flat: Row) -> int:
        """Other facts often lead to the same numbers: then it is the same layer."""
        content = (id(plan), at, cells, *map(tuple, flat))
        if content not in self._alike:
            self._alike[content] = self._append(plan, at, cells, flat)
        return self._alike[content]

    def _append(self, plan: Plan, at: int, cells: Cells, flat: Row) -> int:
        shape, n = plan.shape_for(cells), len(cells)
        kept = lean(shape, at, flat, filled([PARTS.index(part) for part, _ in cells], bool(plan.packages)))
        entries: dict[str, Sequence[int]] = flat._asdict()
        for name, of in _OF_ROW.items():
            first = getattr(shape, f"{of}_start")[at]
            entries[name] = [entries[name][i - first] for i in kept[of]]
        for name, of in _OF_SHAPE.items():
            entries[name] = [getattr(shape, name)[i] for i in kept.get(of, [at])]
        entries["term_cell"] = [shape.term_cell[shape.term_at[term] + k] for term in kept["term"] for k in range(n)]
        for name, of_cells in _PLACES.items():
            place = len(self.columns[of_cells])
            entries[name] = range(place, place + len(entries[of_cells]), n)
        for name, numbers in entries.items():
            self.columns[name] += numbers
        for name, each in _STARTS.items():
            self.columns[name].append(len(self.columns[each]))
        return len(self.columns["payer"]) - 1

    def loose(self, layer: int) -> bool:
        """Whether the step may leave the pots and the trace of a layer as they were: all of them or some."""
        return not self.columns["active"][layer] or self.columns["payer"][layer] == GIVEN

    def tables(self, visits: Sequence[int]) -> tuple[Shape, Row]:
        """The tables of the step, for visits that have these layers one after another."""
        found = {**self.columns, "layer_at": visits}
        return Shape(*(found[name] for name in Shape._fields)), Row(*(found[name] for name in Row._fields))
