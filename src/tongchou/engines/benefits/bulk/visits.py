"""The kinds of visits of a whole run: which layers each has, which cells, or why it is refused."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from tongchou.engines.benefits.bulk.blocks import Blocks
from tongchou.engines.benefits.bulk.groups import Group, Plans
from tongchou.engines.benefits.bulk.lines import LineRow
from tongchou.engines.benefits.bulk.loop import VISIT
from tongchou.engines.benefits.bulk.memory import Memory
from tongchou.engines.benefits.bulk.signatures import Answers
from tongchou.engines.benefits.claim import PARTS, Claim, Refusal
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.guards import basic_fund, check_guards, with_entitlement
from tongchou.engines.benefits.part import numbers_of
from tongchou.engines.benefits.parts import Part
from tongchou.engines.benefits.plan import PER_CLAIM, Cells, Items, Plan
from tongchou.engines.benefits.shape import WIDTH, Trace, room_for
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.values import fen, holds, value_of
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.model import Package
from tongchou.ground.region.waiting import cover_start

PLAIN = -1


@dataclass(frozen=True)
class Entered:
    """Claims past their guards, with the packages that hold: price in fen, whether the excess is the hospital's, and
    the place among the visit's counts where it is kept what they used (-1: nowhere)."""

    part: Part
    packages: tuple[tuple[int, int, int], ...] = ()


Arrived = Entered | Refusal | None
"""What becomes of claims at the door; None where a look at tables is not enough."""
Outcome = list[Arrived]
"""The same side by side of the edges of `nth`."""
Sides = tuple[int | None, ...]
"""The numbers of a layer side by side; None where a look is not enough."""
MOST = 200_000
"""Kinds of visits after which a run begins anew: facts that never come again would fill the memory."""


@dataclass
class Visits:
    """`numbers` are those of every visit that `loop.settle_all` reads (`loop.VISIT`); `refused`: why some are.

    `known_…`: what was looked up for the claims of one run serves those of the next (`lookup.Lookup`); `common_cells`:
    sets of cells for which it was, by group; `answers`: visit and cells of all that are alike (`alike`). `held`: where
    packages that held for some visit count what they used (places among its counts), by the id of the plan.
    """

    engine: Engine
    words: Items
    blocks: Blocks = field(default_factory=Blocks)
    order: list[int] = field(default_factory=list)
    numbers: list[list[int]] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    packages: list[int] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=lambda: {"layers": 1, "cells": 1, "bands": 1, "counts": 1})
    known_outcomes: dict[Hashable, Outcome] = field(default_factory=dict)
    known_layers: dict[Hashable, Sides] = field(default_factory=dict)
    known_kinds: dict[Hashable, int] = field(default_factory=dict)
    known_texts: dict[Hashable, str] = field(default_factory=dict)
    known_diverted: dict[Hashable, str | None] = field(default_factory=dict)
    known_lines: dict[Hashable, LineRow] = field(default_factory=dict)
    common_cells: dict[Plans, list[int]] = field(default_factory=dict)
    held: dict[int, set[int]] = field(default_factory=dict)
    groups: dict[Plans, Group] = field(default_factory=dict)
    answers: Answers = field(default_factory=lambda: Answers(2, PLAIN))
    _part_at: dict[Cells, int] = field(default_factory=dict)
    _laid: tuple[Any, dict[str, int], Any] | None = None

    def full(self) -> bool:
        """Whether there are more kinds than are worth keeping."""
        known = [len(known) for name, known in vars(self).items() if name.startswith("known_")]
        return max(self.answers.signatures.count, len(self.numbers), *known) > MOST

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

    def past_the_door(self, plan: Plan, claim: Claim, sides: Sequence[int]) -> Outcome:
        """What becomes of claims like this one at the door, as each of these stays of the year.

        `plan` is of another kind than the claim where its lines are diverted.
        """
        facts = self.engine.facts_of(claim, State())
        return [self._past(plan, claim, facts.with_facts({"nth": nth})) for nth in sides]

    def _past(self, plan: Plan, claim: Claim, facts: Facts) -> Arrived:
        """Claims past their guards, or refused by one."""
        try:
            turn = check_guards(self.engine, claim, facts)
            if isinstance(turn, Refusal):
                return turn if turn.guard is not None else None
            facts = turn.facts if plan.kind == claim.kind else turn.facts.with_facts({"kind": plan.kind})
            if turn.claim.kind != claim.kind:
                return None
            part = Part(replace(turn.claim, kind=plan.kind), facts, turn.reductions, turn.uses)
            return Entered(part, tuple(_packages(plan, facts)))
        except ProblemError:
            return None

    def layer(self, plan: Plan, at: int, part: Part, cells: Cells) -> int | None:
        """The number of a layer for such claims with money in these cells; None where a look is not enough."""
        items = tuple(word for word in self.words if any(item == word for _, item in cells))
        try:
            row, groups = numbers_of(self.engine, part, plan, plan.layers[at], part.facts, items)
        except ProblemError:
            return None
        return self.blocks.add(plan, at, cells, row, groups)

    def add(self, plan: Plan, sides: Sequence[tuple[Entered, Sequence[int]] | Refusal], cells: Cells) -> int:
        """The first of the visits of a kind, side by side of the edges of `nth`; each by the numbers of its layers."""
        first = len(self.numbers)
        for side in sides:
            if isinstance(side, Refusal):
                self.refused[len(self.numbers)] = side
                self.numbers.append([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
            else:
                self.numbers.append(self._numbers(plan, *side, cells))
        return first

    def is_stay(self, plan: Plan) -> bool:
        """Whether visits of a plan are counted among the stays of a year."""
        counted = self.engine.pack.region.nth
        return plan.kind in (counted.kinds if counted is not None else ("住院",))

    def _numbers(self, plan: Plan, entered: Entered, layers: Sequence[int], cells: Cells) -> list[int]:
        bands = plan.shape_for(cells).band_start[-1]
        if cells not in self._part_at:
            self._part_at[cells] = len(self.parts)
            self.parts += [n for part, word in cells for n in (PARTS.index(part), self.words.index(word))]
        basic = sum(1 << i for i, layer in enumerate(plan.layers) if layer.layer.field == "hifp_pay")
        found = {"layers": len(layers), "cells": len(cells), "bands": bands, "counts": len(plan.counts)}
        self.most = {name: max(most, found[name]) for name, most in self.most.items()}
        first = len(self.order)
        self.order += layers
        at = self._part_at[cells]
        packages = len(self.packages)
        self.packages += [number for package in entered.packages for number in package]
        many = len(entered.packages)
        self.held.setdefault(id(plan), set()).update(place for _, _, place in entered.packages)
        loose = sum(1 << i for i, layer in enumerate(layers) if self.blocks.loose(layer))
        return [
            first,
            len(layers),
            len(cells),
            len(plan.counts),
            at,
            loose,
            0,
            int(self.is_stay(plan)),
            basic,
            packages,
            many,
        ]

    def memory(self) -> tuple[Any, dict[str, int], Any]:
        """Everything laid out, and where; and the numbers of the visits."""
        if self._laid is None or len(self._laid[-1]) != (len(self.numbers) + 1) * VISIT:
            memory, numbers = self._lay()
            self._laid = np.array(memory.numbers, dtype=np.int64), memory.places, numbers
        return self._laid

    def _lay(self) -> tuple[Memory, Any]:
        """Trace and working room first, then the tables."""
        memory = Memory()
        layers, cells, bands, counts = (self.most[name] for name in ("layers", "cells", "bands", "counts"))
        n = layers * cells
        sizes = {"amounts": layers * WIDTH, "target": layers * 3, "band": bands * 2, "pots": (5 + 3 * layers) * cells}
        memory.put_all("trace", Trace(*([0] * sizes.get(name, n) for name in Trace._fields)))
        memory.put_all("spare", room_for(cells, bands))
        memory.put("given", [0] * layers)
        memory.put("counts", [0] * counts)
        memory.put_tables(*self.blocks.tables(self.order))
        numbers = np.array([*self.numbers, [0] * VISIT], dtype=np.int64)
        numbers[:, 4] += memory.put("parts", self.parts)
        numbers[:, 9] += memory.put("packages", self.packages)
        return memory, numbers.reshape(-1)


def _packages(plan: Plan, facts: Facts) -> Iterator[tuple[int, int, int]]:
    """The packages of a plan that hold, as `Entered` keeps them."""
    place = len(plan.counts)
    for package in plan.packages:
        value = value_of(package, Package)
        counted = value.per not in PER_CLAIM
        if holds(package, facts):
            price = fen(package.address, value.price, facts)
            yield price, int(value.excess == "hospital"), place if counted else -1
        place += counted
