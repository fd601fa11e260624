"""A bulk run over Arrow tables: what can be looked up once is; the rest of the households go to the plain step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.alike import look_up
from tongchou.engines.benefits.bulk.columns import (
    Claims,
    Numbers,
    sums,
)
from tongchou.engines.benefits.bulk.counters import Slots, counts_of, slots_of
from tongchou.engines.benefits.bulk.joins import Joins
from tongchou.engines.benefits.bulk.kept_apart import KeptApart
from tongchou.engines.benefits.bulk.kinds import Small
from tongchou.engines.benefits.bulk.layout import Layout, lay_out
from tongchou.engines.benefits.bulk.lines import LineRow, line_row
from tongchou.engines.benefits.bulk.looks import look_at_lines
from tongchou.engines.benefits.bulk.lookup import Lookup
from tongchou.engines.benefits.bulk.loop import BASIC
from tongchou.engines.benefits.bulk.machine import machine, wanted
from tongchou.engines.benefits.bulk.odd import items_of, too_many
from tongchou.engines.benefits.bulk.parts import in_parts
from tongchou.engines.benefits.bulk.settled import Changes, LineShares, Settled
from tongchou.engines.benefits.bulk.splitting import PLAIN_LINE
from tongchou.engines.benefits.bulk.state_delta import go_on
from tongchou.engines.benefits.bulk.visits import PLAIN, Visits
from tongchou.engines.benefits.claim import PARTS
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.shape import WIDTH
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables.links import Links

Kept = Numbers | slice


class Bulk:
    """A pack made ready for tables."""

    def __init__(self, pack: Pack, compiled: bool | None = None) -> None:
        self.engine = Engine(pack)
        self._compiled = compiled
        self.kept: Visits | None = None  # what was looked up in earlier runs

    @cached_property
    def machine(self) -> Any:
        """Loaded with the first claims, for it takes longer than to settle a few of them one by one."""
        return machine(wanted() if self._compiled is None else self._compiled)

    def settle(
        self,
        tables: Mapping[str, pa.Table],
        by_line: bool = True,
        before: pa.Table | None = None,
        traced: bool = False,
        links: Links | None = None,
    ) -> Settled:
        """Settle every claim of sound tables whose household needs no more than a look at tables.

        `by_line`: what was paid is also carried down to the lines. `before`: what earlier claims have used up (a table
        `state` of `state_tables`). `traced`: the trace of every layer is kept, and what each claim added
        to the state. `links`: the names in the tables as numbers, where they have been numbered (see `Joins`).
        """
        if self.kept is None or self.kept.full():
            items = items_of(self.engine)
            self.kept = Visits(self.engine, items[:1] if too_many(items) else items)
        run = _Run(self.engine, dict(tables), Joins(tables, links), before, self.kept, self.machine)
        return run.settle(by_line, traced)


@dataclass
class _Found:
    """What the loop needs to know of every visit: its first kind, where its edges of `nth` are, its cells, slots."""

    visit_of: Numbers
    edges: Numbers
    edge_start: Numbers
    cells: Numbers
    slots: Slots


@dataclass
class _Money:
    """The lines of every visit place by place (parts 4 × places), which cells of it hold money, and its four parts."""

    layout: Layout
    parts: Numbers
    item: Small
    masks: Numbers
    totals: Numbers


class _Run:
    """Visits and lines, then their kinds, then the loop."""

    def __init__(
        self,
        engine: Engine,
        tables: dict[str, pa.Table],
        joins: Joins,
        before: pa.Table | None,
        visits: Visits,
        run: Any,
    ) -> None:
        self.engine, self.tables, self.before, self.run = engine, tables, before, run
        self.arrived = Claims(tables, engine.pack, joins)
        visited = in_parts(engine, tables, self.arrived, visits, run)
        self.claims, self.lines, self.groups, self.claim = visited.claims, visited.lines, visited.groups, visited.claim
        self.odd = visited.odd
        self.visits, self.items = visits, visits.words

    def settle(self, by_line: bool, traced: bool) -> Settled:
        self._mark_odd()
        money = self._money()
        found = self._look_up(money.masks)
        return self._loop(self._kept(), found, money, by_line, traced)

    def _kept(self) -> Kept:
        """The visits of households in which none is odd."""
        if not self.odd.any():
            return slice(None)
        return np.flatnonzero(~np.isin(self.claims.home, np.unique(self.claims.home[self.odd])))

    def _mark_odd(self) -> None:
        """Visits whose settlement needs more than a look at tables, beside those of odd claims."""
        for group in self.groups:
            self.odd[group.claims] |= not group.regular
        bare = np.ones(self.claims.count, dtype=bool)
        bare[self.lines.claim] = False
        self.odd |= bare

    def _split_lines(self) -> Numbers:
        """Parts by line (4 × lines). One line of each kind is looked at; visits with a line that cannot be split become
        odd."""
        regular = [group for group in self.groups if group.regular]
        rows, row_of = look_at_lines(
            self.engine, self.tables, self.claims, self.lines, regular, lambda group: group.items, line_row,
            LineRow(PLAIN_LINE), LineRow(PLAIN_LINE), self.visits.known_lines, self.odd, self.run,
        )  # fmt: skip
        parts, plain = self.lines.split(rows, row_of, self.run)
        self.odd[self.lines.claim[plain]] = True
        return parts

    def _money(self) -> _Money:
        """Fen by line and part, and which cells of a visit (every part of every item group) they fill."""
        layout, count = lay_out(self.lines, self.claim), self.claims.count
        parts, item = self._split_lines(), self.lines.groups(self.items)
        layout.lay(parts, item)
        masks, totals = np.zeros(count, np.int64), np.zeros((count, len(PARTS)), np.int64)
        self.run.find_cells(layout.span, parts, item, len(self.items), self._work(), masks, totals)
        return _Money(layout, parts, item, masks, totals)

    def _work(self) -> Numbers:
        """A number for every cell."""
        return np.zeros(len(PARTS) * len(self.items), np.int64)

    def _look_up(self, masks: Numbers) -> _Found:
        """The first visit of every claim, and where the number of its stay changes it."""
        claims = self.claims
        edges: list[int] = []
        edge_start = np.zeros((claims.count, 2), dtype=np.int64)
        regular = [group for group in self.groups if group.regular]
        lookup = Lookup(self.engine, self.tables, claims, self.lines, self.odd, self.visits)
        visit_of, cells = look_up(lookup, regular, masks, self.run)
        self.odd |= visit_of == PLAIN
        for group in regular:
            edge_start[group.claims] = len(edges), len(edges) + len(group.nth_edges)
            edges += group.nth_edges
        apart = KeptApart(self.engine, claims, lookup.samples, self.odd, self.visits.known_texts)
        slots = slots_of(regular, claims, self.claim, self.tables, apart, self.visits, self.run)
        if self.before is not None:
            go_on(slots, self.before, claims)
        return _Found(visit_of, np.array([*edges, 0], dtype=np.int64), edge_start, cells, slots)

    def _loop(self, kept: Kept, found: _Found, money: _Money, by_line: bool, traced: bool) -> Settled:
        count = len(self.claim[kept])
        m, places, kinds = self.visits.memory()
        plan_of = np.zeros(self.claims.count, dtype=np.int64)
        for number, group in enumerate(self.groups):
            plan_of[group.claims] = number
        width = np.array([len(group.plan.layers) for group in self.groups], dtype=np.int64)[plan_of[kept]]
        paid_start = sums(width)
        paid, cash = np.zeros(int(paid_start[-1]), np.int64), np.zeros(count, np.int64)
        basic, balance = np.zeros((count, BASIC), np.int64), np.zeros(count, np.int64)
        hospital = np.zeros(count, np.int64)
        visited = np.full(count, PLAIN, np.int64)
        cells = found.cells[kept]
        amount_start = sums(np.bitwise_count(cells))
        amounts, item_groups = np.zeros(int(amount_start[-1]), np.int64), len(self.items)
        self.run.fill_cells(money.layout.span[kept], money.parts, money.item, item_groups, self._work(), cells, amounts)
        lines = self._line_shares(kept, width, money, by_line)
        state = found.slots.opening.copy()
        traces = np.zeros(len(paid) * WIDTH if traced else 0, np.int64)
        changes = np.zeros(len(found.slots.slots) if traced else 0, np.int64)
        slot_count = np.array([len(counts_of(group.plan)) for group in self.groups], dtype=np.int64)[plan_of[kept]]
        numbered = np.zeros(count, np.int64)
        self.run.settle_all(
            m,
            places["given"],
            places["counts"],
            kinds,
            found.visit_of[kept],
            found.edges,
            found.edge_start[kept],
            found.slots.slots,
            found.slots.start[kept],
            found.slots.accounts[kept],
            amounts,
            amount_start,
            lines.span,
            lines.parts,
            lines.item,
            np.zeros((3, int(np.diff(lines.span).max(initial=0))), np.int64),
            lines.share_start,
            np.zeros((5, self.visits.most["cells"]), np.int64),
            state,
            paid,
            paid_start,
            cash,
            hospital,
            basic,
            balance,
            lines.shares,
            traces,
            slot_count,
            changes,
            numbered,
            visited,
        )
        refused = {int(i): self.visits.refused[int(-1 - visited[i])] for i in np.flatnonzero(visited < 0)}
        return Settled(
            claims=self.arrived,
            claim=self.claim[kept],
            plans=[group.plan for group in self.groups],
            plan_of=plan_of[kept],
            parts=money.totals[kept],
            cash=cash,
            hospital=hospital,
            basic=basic,
            balance=balance if found.slots.accounts.shape[1] else None,
            paid=paid,
            paid_start=paid_start,
            refused=refused,
            lines=lines if by_line else None,
            slots=found.slots,
            state=state,
            traces=traces.reshape(-1, WIDTH),
            changes=Changes(found.slots.start[kept], slot_count, changes, numbered),
        )

    def _line_shares(self, kept: Kept, width: Numbers, money: _Money, by_line: bool) -> LineShares:
        """The lines of the visits that are kept, with room for what each layer pays of each."""
        span = money.layout.span[kept if by_line else []]
        share_start = sums((span[:, 1] - span[:, 0]) * (width[: len(span)] + 1))
        shares = np.zeros(int(share_start[-1]), np.int64)
        return LineShares(self.lines.table, money.layout, span, money.parts, money.item, share_start, shares)
