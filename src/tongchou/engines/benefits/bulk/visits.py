"""The tables of the step for a whole run: the layers of every kind of visit that occurs, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tongchou.engines.benefits.bulk.loop import VISIT
from tongchou.engines.benefits.bulk.memory import Memory
from tongchou.engines.benefits.claim import PARTS, Claim, Refusal
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.guards import basic_fund, check_guards, with_entitlement
from tongchou.engines.benefits.part import rows_of
from tongchou.engines.benefits.parts import Part
from tongchou.engines.benefits.plan import Cells, Items, Plan
from tongchou.engines.benefits.shape import WIDTH, Row, Shape, Trace, room_for
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.values import holds
from tongchou.engines.benefits.waiting import cover_start
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
    """`numbers` are those of every visit that `loop.settle_all` reads (`loop.VISIT`); `refused`: why some are."""

    engine: Engine
    words: Items
    columns: dict[str, list[int]] = field(default_factory=lambda: {f: [] for f in (*Shape._fields, *Row._fields)})
    numbers: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _rows: dict[int, Row] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=lambda: {"layers": 1, "cells": 1, "bands": 1, "counts": 1})

    def cover_start(self, door: Plan, claim: Claim) -> date | None:
        """The first day of cover of claims like this one, None where no waiting rule speaks.

        Where it cannot be told, neither can what becomes of them at the door.
        """
        try:
            facts = self.engine.facts_of(claim, State())
            found = cover_start(
                door.waiting, with_entitlement(self.engine, claim, facts, basic_fund(self.engine, claim))
            )
        except ProblemError:
            return date.max
        return found and found[0]

    def past_the_door(self, plan: Plan, claim: Claim, nth: int) -> Part | Refusal | None:
        """Claims like this one past their guards, or refused by one; None where a look at tables is not enough.

        `plan` is of another kind than the claim where its lines are diverted.
        """
        claim = replace(claim, facts={**claim.facts, "nth": nth})
        try:
            turn = check_guards(self.engine, claim, self.engine.facts_of(claim, State()))
            if isinstance(turn, Refusal):
                return turn if turn.guard is not None else None
            facts = turn.facts if plan.kind == claim.kind else turn.facts.with_facts({"kind": plan.kind})
            if turn.claim.kind != claim.kind or any(holds(package, facts) for package in plan.packages):
                return None
        except ProblemError:
            return None
        return Part(replace(turn.claim, kind=plan.kind), facts, turn.reductions, turn.uses)

    def add(self, plan: Plan, arrived: Sequence[Part | Refusal | None], cells: Cells) -> int:
        """The first of the visits of such claims with money in these cells, one for each side of the edges of `nth`.

        PLAIN where a look at tables is not enough. Sides whose numbers are all known already are not kept twice.
        """
        found = [self._numbers(plan, one, cells) for one in arrived]
        key = (id(plan), cells, *[id(one) if isinstance(one, Row) else one and one.guard for one in found])
        if key in self._known:
            return self._known[key]
        if any(one is None for one in found):
            return PLAIN
        counted = self.engine.pack.region.nth
        is_stay = plan.kind in (counted.kinds if counted is not None else ("住院",))
        self._known[key] = len(self.numbers) // VISIT
        for one in found:
            if isinstance(one, Row):
                self._append(plan, plan.shape_for(cells), one, cells, is_stay)
            elif one is not None:
                self._refuse(one)
        return self._known[key]

    def _numbers(self, plan: Plan, arrived: Part | Refusal | None, cells: Cells) -> Row | Refusal | None:
        """The numbers of one side, or why it is refused."""
        if not isinstance(arrived, Part):
            return arrived
        try:
            _, row = rows_of(self.engine, arrived, plan, arrived.facts, cells)
        except ProblemError:
            return None
        self._rows[id(row)] = row  # kept, so that no other row takes its identity
        return row if _fits(row) else None

    def _refuse(self, refusal: Refusal) -> None:
        self.refused[len(self.numbers) // VISIT] = refusal
        self.numbers += [0, 0, 0, 0, 0, 0, 1, 0, 0]

    def _append(self, plan: Plan, shape: Shape, row: Row, cells: Cells, is_stay: bool) -> None:
        first, bands = len(self.columns["payer"]), shape.band_start[-1]
        moved = {start: len(self.columns[entries]) for start, entries in STARTS.items()}
        moved |= {place: len(self.columns[target]) for place, target in PLACES.items()}
        for name, values in (*shape._asdict().items(), *row._asdict().items()):
            own: Sequence[int] = values[:-1] if name in STARTS else values
            self.columns[name] += [value + moved.get(name, 0) for value in own]
        part_at = len(self.parts)
        self.parts += [number for part, word in cells for number in (PARTS.index(part), self.words.index(word))]
        basic = sum(1 << i for i, layer in enumerate(plan.layers) if layer.layer.field == "hifp_pay")
        self.numbers += [first, len(plan.layers), len(cells), len(plan.counts), part_at, bands, 0, int(is_stay), basic]
        found = {"layers": len(plan.layers), "cells": len(cells), "bands": bands, "counts": len(plan.counts)}
        self.most = {name: max(most, found[name]) for name, most in self.most.items()}

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
