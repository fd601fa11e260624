"""Claims that meet the same plan, told apart by the facts it looks at, and the numbers of each kind found once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

import numpy as np

from tongchou.engines.benefits.bulk.columns import NOT_THERE, Claims, Flags, Numbers
from tongchou.engines.benefits.bulk.kinds import Kinds, Told, told_apart
from tongchou.engines.benefits.bulk.uses import Uses, uses_of
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import LayerPlan, Plan
from tongchou.engines.benefits.shape import ON_PAID
from tongchou.engines.benefits.values import value_of
from tongchou.engines.benefits.waiting import longest
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.model import Waiting
from tongchou.ground.region.vocabulary import Vocabulary

_EPOCH = date(1970, 1, 1)
Plans = tuple[int, int]
UNASKED = frozenset(("item", "nth"))
"""Facts that are not a claim's own."""


@dataclass
class Group:
    """The claims (by place in the order) that meet one plan. `door`: the plan of the kind with which they arrived,
    whose guards they pass; another one for lines that are diverted."""

    plan: Plan
    door: Plan
    claims: Numbers
    uses: Uses  # all that some rule asks
    at_door: Uses  # what guards, waiting rules and packages ask
    layers: list[Uses]  # what each layer asks
    items: Uses  # what the rules for lines ask
    waits: Uses  # what waiting rules ask
    diverts: Uses  # what the rules ask that divert lines
    regular: bool

    @property
    def plans(self) -> Plans:
        """What tells its plans from those of all other groups; the engine keeps them."""
        return id(self.plan), id(self.door)

    @cached_property
    def nth_edges(self) -> list[int]:
        """The numbers at which the number among the year's stays is told apart."""
        edges = {edge for uses in (self.at_door, *self.layers) for edge in uses.edges.get("nth", ())}
        return [int(edge) for edge in sorted(edge for edge in edges if isinstance(edge, Fraction))]


def groups_of(
    engine: Engine,
    claims: Claims,
    known: dict[Plans, Group],
    kinds: Sequence[str] = ("",),
    diverted: Numbers | None = None,
) -> Iterator[Group]:
    """The claims by scheme, kind and what is in force on their dates; those that no plan serves are in none.

    `kinds[diverted[i]]` is the kind of visit as which claim i settles, empty for the one with which it arrived.
    `known`: groups met before; what their plans ask is not read again.
    """
    if claims.count == 0:
        return
    into = np.zeros(claims.count, dtype=np.int64) if diverted is None else diverted
    by = [claims.words("scheme"), claims.words("kind"), Kinds.telling(into)]
    for name, points in sorted(engine.pack.breakpoints.items()):
        if name != "fee" and BASIS_FACT[name] in _DATES:
            days = getattr(claims, BASIS_FACT[name])
            first, last = int(days.min()), int(days.max())
            marks = [day for day in ((point - _EPOCH).days for point in points) if first < day <= last]
            if marks:
                by.append(Kinds.telling(np.searchsorted(np.array(marks), days, side="right")))
    alike = told_apart(claims.count, by)
    narrow = alike.of.astype(np.min_scalar_type(alike.count))  # a few kinds are sorted by counting
    order = np.argsort(narrow, kind="stable")
    for members in np.split(order, np.cumsum(np.bincount(alike.of))[:-1]):
        try:
            plan, door = _plans(engine, claims, int(members[0]), kinds[int(into[members[0]])])
        except ProblemError:
            continue
        group = known.get((id(plan), id(door))) or _group(engine, plan, door)
        yield replace(known.setdefault(group.plans, group), claims=members)


def _plans(engine: Engine, claims: Claims, first: int, to: str) -> tuple[Plan, Plan]:
    """The plan that a claim meets, and that of the kind with which it arrived."""
    scheme, kind = (claims.own.rows[name][int(claims.own_kind[first])].as_py() for name in ("scheme", "kind"))
    facts = {name: _EPOCH + timedelta(days=int(getattr(claims, name)[first])) for name in _DATES}
    door = engine.plan(scheme, kind, facts)
    return engine.plan(scheme, to, facts) if to else door, door


def _group(engine: Engine, plan: Plan, door: Plan) -> Group:
    """What is asked of the claims that meet a plan; there are none yet."""
    vocabulary = engine.pack.vocabulary
    at_door = uses_of([*door.guards, *door.waiting, *plan.packages], vocabulary)
    layers = [_uses_of_layer(layer, vocabulary) for layer in plan.layers]
    uses = Uses(set().union(*(one.whole for one in (at_door, *layers))))
    for one in (at_door, *layers):
        for name, edges in one.edges.items():
            uses.edges.setdefault(name, set()).update(edges)
    rules = [*plan.items.exclude, *plan.items.first_pay, *plan.items.price_limit]
    items, diverts = uses_of(rules, vocabulary), uses_of(plan.diverts, vocabulary)
    by_fee = any(rule.by == "fee" for rule in (*rules, *plan.diverts))
    of_lines = Uses(items.names | diverts.names)
    odd = uses.amounts or of_lines.amounts or "nth" in uses.whole or by_fee or not _OF_LINES.isdisjoint(of_lines.names)
    odd = odd or any(layer.layer.payer == "given" for layer in plan.layers)
    odd = odd or any(name[4:] not in _DATES for name in uses.names | of_lines.names if name.startswith("age@"))
    odd = odd or ON_PAID in plan.scale  # whose fractions outgrow 64 bits
    regular = not odd and not _WHOLE_DATES & (uses.whole | items.names)
    waits = uses_of(door.waiting, vocabulary)
    nobody = np.zeros(0, dtype=np.int64)
    return Group(plan, door, nobody, uses, at_door, layers, items, waits, diverts, regular)


_DATES = ("admitted", "discharged", "settled")
_OF_LINES = frozenset(("fee_date", "unit_price", "nth"))
"""What differs from line to line, or between the visits of a person: a rule for lines that asks for it cannot be looked
up for many."""
_WHOLE_DATES = frozenset(("birth_date", "fee_date", *_DATES))


def _uses_of_layer(layer: LayerPlan, vocabulary: Vocabulary) -> Uses:
    uses = uses_of(layer.declared(), vocabulary)
    if layer.layer.payer == "account":
        uses.whole.add("account_use")
    return uses


def profiles(uses: Uses, members: Numbers, claims: Claims) -> Kinds:
    """Some claims as far as what is asked can tell them apart."""
    return claims.told_apart(uses, uses.names - UNASKED, members)


def waiting(group: Group, members: Numbers, claims: Claims) -> Kinds:
    """Some claims of a group as far as its waiting rules tell them apart; 0 where every period they know of is over."""
    open_, days, own = _waits(group, members, claims)
    seen = np.flatnonzero(open_)
    by = [
        profiles(group.waits, members, claims),
        *map(Kinds.telling, days),
        *(told.kinds for told in own),
    ]
    found = told_apart(len(seen), [kinds.among(seen) for kinds in by])
    of = np.zeros(len(members), dtype=np.int32)
    of[seen] = np.int32(1) + found.of
    return Kinds(of, 1 + found.count)


def still_waiting(group: Group, members: Numbers, claims: Claims) -> list[Told]:
    """What waiting rules look at beside the facts that they ask, of some claims of a group: nothing where every period
    is over. How long somebody still waits hangs on the day besides."""
    open_, days, own = _waits(group, members, claims)
    seen = np.flatnonzero(open_)
    if not len(seen):
        return []
    found = []
    for day in (claims.admitted[members], *days):
        told = Told.numbers(day[seen])
        of = np.zeros(len(members), dtype=np.int32)
        of[seen] = np.int32(1) + told.kinds.of
        found.append(Told(Kinds(of, 1 + told.kinds.count), [None, *told.values]))
    return found + own


def _waits(group: Group, members: Numbers, claims: Claims) -> tuple[Flags, list[Numbers], list[Told]]:
    """For whom of some claims a period may not be over, the days from which periods count for them, and what else it is
    from which they do."""
    open_ = np.zeros(len(members), dtype=bool)
    days, own = [], []
    for rule in group.door.waiting:
        name = value_of(rule, Waiting).after
        after = claims.day_of(name)
        if after is None:
            own += claims.asked(Uses({name}), {name}, members)
            open_[:] = True
        else:
            day = after[members]
            open_ |= (day != NOT_THERE) & (claims.admitted[members] - day <= longest(rule))
            days.append(day)
    return open_, days, own
