"""The tables of the step for a whole run: the layers of every kind of visit that occurs, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tongchou.engines.benefits.bulk.loop import VISIT
from tongchou.engines.benefits.bulk.memory import Memory
from tongchou.engines.benefits.claim import PARTS, Claim, Refusal
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.guards import check_guards
from tongchou.engines.benefits.part import rows_of
from tongchou.engines.benefits.parts import Part
from tongchou.engines.benefits.plan import Cells, Plan
from tongchou.engines.benefits.shape import WIDTH, Row, Shape, Trace, room_for
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.values import holds
from tongchou.ground.errors import ProblemError

STARTS = {"term_start": "term_pot", "limit_start": "limit_of", "band_start": "edge", "feed_start": "feed_of"}
"""Columns that say where a layer's entries begin, with a column that has one number for each entry."""
PLACES = {"term_at": "term_cell", "rate_at": "rate", "rank_at": "rank"}
"""Columns that point into another column."""
PLAIN = -1


LARGEST_UNIT = 4_000_000
"""Denominators up to here keep every product with 10¹² fen inside 64 bits."""


@dataclass
class Visits:
    """`numbers` are the eight numbers of every visit that `loop.settle_all` reads; `refused` the guard of some."""

    engine: Engine
    columns: dict[str, list[int]] = field(default_factory=lambda: {f: [] for f in (*Shape._fields, *Row._fields)})
    numbers: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=lambda: {"layers": 1, "cells": 1, "bands": 1, "counts": 1})

    def past_the_door(self, plan: Plan, claim: Claim, nth: int) -> Part | Refusal | None:
        """Claims like this one past their guards, or refused by one; None where a look at tables is not enough."""
        claim = replace(claim, facts={**claim.facts, "nth": nth})
        try:
            turn = check_guards(self.engine, claim, self.engine.facts_of(claim, State()))
            if isinstance(turn, Refusal):
                return turn if turn.guard is not None else None
            if turn.claim.kind != claim.kind or any(holds(package, turn.facts) for package in plan.packages):
                return None
        except ProblemError:
            return None
        return Part(turn.claim, turn.facts, turn.reductions, turn.uses)

    def add(self, plan: Plan, arrived: Part | Refusal | None, cells: Cells) -> int:
        """The visit of such claims with money in these cells; PLAIN where a look at tables is not enough."""
        if arrived is None:
            return PLAIN
        if isinstance(arrived, Refusal):
            return self._refuse(arrived)
        try:
            _, row = rows_of(self.engine, arrived, plan, arrived.facts, cells)
        except ProblemError:
            return PLAIN
        if not _fits(row):
            return PLAIN
        counted = self.engine.pack.region.nth
        is_stay = arrived.claim.kind in (counted.kinds if counted is not None else ("住院",))
        return self._append(plan, plan.shape_for(cells), row, cells, is_stay)

    def _refuse(self, refusal: Refusal) -> int:
        assert refusal.guard is not None
        number = len(self.numbers) // VISIT
        self.refused[number] = refusal.guard
        self.numbers += [0, 0, 0, 0, 0, 0, 1, 0]
        return number

    def _append(self, plan: Plan, shape: Shape, row: Row, cells: Cells, is_stay: bool) -> int:
        first, bands = len(self.columns["payer"]), shape.band_start[-1]
        moved = {start: len(self.columns[entries]) for start, entries in STARTS.items()}
        moved |= {place: len(self.columns[target]) for place, target in PLACES.items()}
        for name, values in (*shape._asdict().items(), *row._asdict().items()):
            own: Sequence[int] = values[:-1] if name in STARTS else values
            self.columns[name] += [value + moved.get(name, 0) for value in own]
        part_at = len(self.parts)
        self.parts += [PARTS.index(part) for part, _ in cells]
        number = len(self.numbers) // VISIT
        self.numbers += [first, len(plan.layers), len(cells), len(plan.counts), part_at, bands, 0, int(is_stay)]
        found = {"layers": len(plan.layers), "cells": len(cells), "bands": bands, "counts": len(plan.counts)}
        self.most = {name: max(most, found[name]) for name, most in self.most.items()}
        return number

    def memory(self) -> Memory:
        """Everything laid out: trace and working room first, then the tables; `parts` addresses become final."""
        memory = Memory()
        layers, cells, bands, counts = (self.most[name] for name in ("layers", "cells", "bands", "counts"))
        n = layers * cells
        memory.put("start of trace", ())
        sizes = {"amounts": layers * WIDTH, "target": layers * 3, "band": bands * 2, "pots": (5 + 3 * layers) * cells}
        memory.put_all("trace", Trace(*([0] * sizes.get(name, n) for name in Trace._fields)))
        memory.put("end of trace", ())
        memory.put_all("spare", room_for(cells, bands))
        memory.put("given", [0] * layers)
        memory.put("counts", [0] * counts)
        for name in STARTS:
            self.columns[name].append(len(self.columns[STARTS[name]]))
        for field_ in Shape._fields:
            memory.put(f"shape.{field_}", self.columns[field_])
        for field_ in Row._fields:
            memory.put(f"row.{field_}", self.columns[field_])
        at = memory.put("parts", self.parts)
        for visit in range(len(self.numbers) // VISIT):
            self.numbers[visit * VISIT + 4] += at
        return memory


def _fits(row: Row) -> bool:
    below = (*row.rate_unit, *row.floor_denominator, *row.take_denominator)
    return max(below, default=1) <= LARGEST_UNIT
