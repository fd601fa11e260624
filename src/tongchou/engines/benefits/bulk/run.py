"""A bulk run over Arrow tables: what can be looked up once is; the rest of the households go to the plain step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.accounts import odd_accounts
from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers, codes, factorized, own, pair
from tongchou.engines.benefits.bulk.counters import Slots, slots_of
from tongchou.engines.benefits.bulk.groups import Group, groups_of, profiles, waits
from tongchou.engines.benefits.bulk.lines import PLAIN as PLAIN_LINE
from tongchou.engines.benefits.bulk.lines import LineRow, Lines, line_row
from tongchou.engines.benefits.bulk.machine import machine, wanted
from tongchou.engines.benefits.bulk.samples import Samples
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.bulk.visits import PLAIN, Visits
from tongchou.engines.benefits.bulk.words import odd_words
from tongchou.engines.benefits.claim import PARTS
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import Cells
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import LINE_FACTS

_MOST_CELLS = 62
"""Cells whose being filled can be told by the bits of one number; a region with more is left to the plain step."""


@dataclass
class Settled:
    """What a bulk run did, claim by claim in the order of `claims` (households together, each in settlement order).

    `plain`: claims left to the plain step, for which nothing else is filled in. `cash`: what is left to the person
    (fen). `paid[start[i]:start[i + 1]]`: the payments of the layers `layers[i]`. `refused`: claim → its guard.
    """

    claims: Claims
    plain: Flags
    cash: Numbers
    paid: Numbers
    start: Numbers
    layers: list[tuple[str, ...]]
    refused: dict[int, str]

    def paid_of(self, at: int) -> dict[str, int]:
        """Layer → fen of one claim."""
        amounts = self.paid[self.start[at] : self.start[at + 1]].tolist()
        return dict(zip(self.layers[at], amounts, strict=True))


class Bulk:
    """A pack made ready for tables."""

    def __init__(self, pack: Pack, compiled: bool | None = None) -> None:
        self.engine = Engine(pack)
        self.machine = machine(wanted() if compiled is None else compiled)

    def settle(self, tables: Mapping[str, pa.Table]) -> Settled:
        """Settle every claim of sound tables whose household needs no more than a look at tables."""
        return _Run(self.engine, dict(tables)).settle(self.machine)


class _Run:
    """Groups, then lines, then visits, then the loop."""

    def __init__(self, engine: Engine, tables: dict[str, pa.Table]) -> None:
        self.engine, self.tables = engine, tables
        self.claims = Claims(tables, engine.pack)
        self.lines = Lines(tables["lines"], self.claims)
        self.groups = list(groups_of(engine, self.claims))
        self.odd = np.ones(self.claims.count, dtype=bool)
        for group in self.groups:
            self.odd[group.claims] = False
        item = engine.pack.vocabulary.dimensions.get("item")
        self.items: tuple[str | None, ...] = item.words if item is not None else (None,)
        self.visits = Visits(engine)
        self.refused: dict[int, str] = {}

    def settle(self, run: Any) -> Settled:
        claims = self.claims
        self._mark_odd()
        parts = self._split_lines()
        amounts, masks = self._cells(parts)
        visit_of, edges, edge_start = self._look_up(masks)
        kept = ~np.isin(claims.home, np.unique(claims.home[self.odd]))
        slots = slots_of([group for group in self.groups if group.regular], claims, self.tables)
        layers = self._layers()
        start = np.concatenate([[0], np.cumsum([len(names) for names in layers])]).astype(np.int64)
        cash, paid = np.zeros(claims.count, np.int64), np.zeros(int(start[-1]), np.int64)
        visited = np.full(claims.count, PLAIN, np.int64)
        self._loop(
            run, np.flatnonzero(kept), visit_of, edges, edge_start, slots, amounts, masks, (cash, paid, start, visited)
        )
        refused = {int(i): self.visits.refused[int(-1 - visited[i])] for i in np.flatnonzero(kept & (visited < 0))}
        return Settled(claims, ~kept, cash, paid, start, layers, refused)

    def _mark_odd(self) -> None:
        """Claims whose settlement needs more than a look at tables."""
        claims, table, region = self.claims, self.claims.table, self.engine.pack.region
        self.odd |= odd_accounts(claims, self.tables, self.engine.pack)
        self.odd |= _has_entries(table["given"]) | (codes(own(table, "entitlement")) > 0)
        self.odd |= (codes(own(table, "nth")) > 0) | (claims.person < 0)
        self.odd |= odd_words(claims, self.lines, self.engine.pack)
        if len(PARTS) * len(self.items) > _MOST_CELLS:
            self.odd[:] = True
        self.odd |= np.minimum(claims.admitted, claims.settled) < claims.born
        if region.year.crossing != "whole":
            self.odd |= claims.year_of(claims.admitted) != claims.year_of(claims.discharged)
        if claims.spells is not None:
            self.odd |= claims.spell < 0
        if region.entitlement != "assumed" or "entitlements" in self.tables:
            self.odd[:] = True
        if "households" in self.tables:
            self.odd |= claims.moved(self.tables["households"])
        if region.supports is not None:
            self.odd |= claims.outside(region.supports.from_, region.supports.through)
        for group in self.groups:
            self.odd[group.claims] |= waits(group, claims) | (not group.regular)
        bare = np.ones(claims.count, dtype=bool)
        bare[self.lines.claim] = False
        self.odd |= bare

    def _split_lines(self) -> Numbers:
        """Parts by line. One line of each kind is looked at; claims with a line that cannot be split become odd."""
        claims, lines = self.claims, self.lines
        of_claim = np.zeros(claims.count, dtype=np.int64)
        asked: set[str] = set()
        for number, group in enumerate(self.groups):
            seen = np.zeros(len(group.claims), dtype=np.int64)
            for name in sorted(group.items.names - LINE_FACTS) if group.regular else ():
                seen = factorized(pair(seen, factorized(claims.column(group.items, name)[group.claims])))
            of_claim[group.claims] = seen * len(self.groups) + number
            asked |= group.items.names
        even = ~self.odd[lines.claim]
        alike = np.where(even, 1 + lines.alike(Uses(asked), factorized(of_claim)), 0)
        first = np.flatnonzero(even)[np.unique(alike[even], return_index=True)[1]]
        samples = Samples(self.engine.pack, self.tables, claims, lines.claim[first], lines.table.take(pa.array(first)))
        plans = {int(at): group.plan for group in self.groups for at in group.claims} if len(first) else {}
        rows = [LineRow(PLAIN_LINE), *(self._line_row(samples, plans, int(at)) for at in first)]
        parts, plain = lines.split(rows, np.searchsorted(np.append(0, alike[first]), alike))
        self.odd[lines.claim[plain]] = True
        return parts

    def _line_row(self, samples: Samples, plans: dict[int, Any], at: int) -> LineRow:
        place = int(self.lines.claim[at])
        claim = samples.claim(place)
        if claim is None:
            return LineRow(PLAIN_LINE)
        name = self.lines.table["line_id"][at].as_py()
        line = next(line for line in claim.lines if line.id == name)
        return line_row(self.engine, plans[place], claim, line)

    def _cells(self, parts: Numbers) -> tuple[Numbers, Numbers]:
        """Fen by claim and cell (every part of every item group), and which cells hold some, as a number."""
        lines, groups = self.lines, len(self.items)
        word = {word: i for i, word in enumerate(self.items)}
        known = lines.table["item"].unique().to_pylist()
        index = np.array([word.get(w, 0) for w in known], dtype=np.int64)
        item = index[
            np.asarray(
                pc.index_in(lines.table["item"], value_set=pa.array(known, pa.string())).to_numpy(), dtype=np.int64
            )
        ]
        amounts = np.zeros((self.claims.count, len(PARTS) * groups), dtype=np.int64)
        for part in range(len(PARTS)):
            cell = part * groups + (item if groups > 1 else np.zeros_like(item))
            np.add.at(amounts, (lines.claim, cell), parts[:, part])
        bits = (amounts > 0) @ (1 << np.arange(len(PARTS) * groups, dtype=np.int64))
        return amounts, np.where(bits == 0, 1 << (3 * groups), bits)

    def _look_up(self, masks: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """The first visit of every claim, and where the number of its stay changes it."""
        claims = self.claims
        visit_of = np.zeros(claims.count, dtype=np.int64)
        edges: list[int] = []
        edge_count = np.zeros(claims.count, dtype=np.int64)
        edge_at = np.zeros(claims.count, dtype=np.int64)
        lines_at = np.zeros(claims.count, dtype=np.int64)
        order = np.arange(self.lines.count)[::-1]
        lines_at[self.lines.claim[order]] = order
        for group in (group for group in self.groups if group.regular):
            even = ~self.odd[group.claims]
            profile, members = profiles(group, claims)[even], group.claims[even]
            arrived = self._arrivals(group, members, profile, lines_at)
            alike = pair(profile, factorized(masks[members]))
            first, inverse = np.unique(alike, return_index=True, return_inverse=True)[1:]
            found = np.array(
                [self._visits(group, arrived[int(profile[i])], int(masks[members[i]])) for i in first], dtype=np.int64
            )
            visit_of[members] = found[inverse] if len(members) else 0
            self.odd[members] |= visit_of[members] == PLAIN
            edge_at[group.claims], edge_count[group.claims] = len(edges), len(group.nth_edges)
            edges += group.nth_edges
        return visit_of, np.array([*edges, 0], dtype=np.int64), np.stack([edge_at, edge_at + edge_count])

    def _arrivals(self, group: Group, members: Numbers, profile: Numbers, lines_at: Numbers) -> dict[int, list[Any]]:
        """Profile → what becomes of such claims at the door, for each side of the edges of `nth`."""
        known, first = np.unique(profile, return_index=True)
        at = members[first]
        lines = self.lines.table.take(pa.array(np.unique(lines_at[at])))
        samples = Samples(self.engine.pack, self.tables, self.claims, at, lines)
        found: dict[int, list[Any]] = {}
        for number, place in zip(known.tolist(), at.tolist(), strict=True):
            claim = samples.claim(place)
            sides = _sides(group.nth_edges)
            found[number] = [claim and self.visits.past_the_door(group.plan, claim, nth) for nth in sides]
        return found

    def _visits(self, group: Group, arrived: list[Any], mask: int) -> int:
        """The visits of claims alike with money in the same cells, side by side of the edges, one after another."""
        cells: Cells = tuple(
            (part, word)
            for i, (part, word) in enumerate((part, word) for part in PARTS for word in self.items)
            if mask >> i & 1
        )
        numbers = [self.visits.add(group.plan, one, cells) for one in arrived]
        return PLAIN if PLAIN in numbers else numbers[0]

    def _layers(self) -> list[tuple[str, ...]]:
        names: list[tuple[str, ...]] = [()] * self.claims.count
        for group in self.groups:
            own_names = tuple(layer.name for layer in group.plan.layers)
            for at in group.claims:
                names[at] = own_names
        return names

    def _loop(
        self,
        run: Any,
        kept: Numbers,
        visit_of: Numbers,
        edges: Numbers,
        edge_start: Numbers,
        slots: Slots,
        amounts: Numbers,
        masks: Numbers,
        out: tuple[Numbers, Numbers, Numbers, Numbers],
    ) -> None:
        memory = self.visits.memory()
        m = np.array(memory.numbers, dtype=np.int64)
        places = memory.places
        cash, paid, start, visited = out
        money = amounts[kept]
        bits = (masks[kept][:, None] >> np.arange(money.shape[1])) & 1
        amount_start = np.concatenate([[0], np.cumsum(bits.sum(axis=1))]).astype(np.int64)
        own_cash, own_visited = np.zeros(len(kept), np.int64), np.full(len(kept), PLAIN, np.int64)
        run.settle_all(
            m,
            places["given"],
            places["counts"],
            places["trace.pots"],
            places["start of trace"],
            places["end of trace"],
            np.array([*self.visits.numbers, 0], dtype=np.int64),
            visit_of[kept],
            edges,
            edge_start[:, kept].T.copy(),
            slots.slots,
            slots.start[kept],
            slots.stay[kept],
            slots.stays[kept],
            money[bits.astype(bool)],
            amount_start,
            slots.opening.copy(),
            paid,
            start[kept],
            own_cash,
            own_visited,
        )
        cash[kept], visited[kept] = own_cash, own_visited


def _sides(edges: list[int]) -> list[int]:
    """A number of a stay on every side of the edges: below the first, at it, between it and the next, …

    Where no whole number lies between, the number before stands in; no stay ever asks for it.
    """
    found = [max(1, edges[0] - 1)] if edges else [1]
    for edge, following in zip(edges, [*edges[1:], None], strict=False):
        found += [edge, edge + 1 if following is None or following > edge + 1 else edge]
    return found


def _has_entries(column: pa.ChunkedArray) -> Flags:
    lengths = [np.diff(np.asarray(chunk.offsets)) for chunk in column.chunks]
    return np.concatenate(lengths) > 0 if lengths else np.zeros(0, dtype=bool)
