"""Claims that meet the same plan, told apart by the facts it looks at, and the numbers of each kind found once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from tongchou.engines.benefits.bulk.columns import NOT_THERE, Claims, Numbers
from tongchou.engines.benefits.bulk.kinds import Kinds, told_apart
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
    regular: bool

    @property
    def nth_edges(self) -> list[int]:
        """The numbers at which the number among the year's stays is told apart."""
        edges = {edge for uses in (self.at_door, *self.layers) for edge in uses.edges.get("nth", ())}
        return [int(edge) for edge in sorted(edge for edge in edges if isinstance(edge, Fraction))]


def groups_of(
    engine: Engine, claims: Claims, kinds: Sequence[str] = ("",), diverted: Numbers | None = None
) -> Iterator[Group]:
    """The claims by scheme, kind and what is in force on their dates; those that no plan serves are in none.

    `kinds[diverted[i]]` is the kind of visit as which claim i settles, empty for the one with which it arrived.
    """
    if claims.count == 0:
        return
    into = np.zeros(claims.count, dtype=np.int64) if diverted is None else diverted
    by = [claims.words("scheme").kinds, claims.words("kind").kinds, Kinds.telling(into)]
    for name, points in sorted(engine.pack.breakpoints.items()):
        if name != "fee" and BASIS_FACT[name] in _DATES:
            marks = np.array([(point - _EPOCH).days for point in points], dtype=np.int64)
            by.append(Kinds.telling(np.searchsorted(marks, getattr(claims, BASIS_FACT[name]), side="right")))
    alike = told_apart(claims.count, by)
    order = np.argsort(alike.of, kind="stable")
    for members in np.split(order, np.cumsum(np.bincount(alike.of))[:-1]):
        try:
            yield _group(engine, claims, members, kinds[int(into[members[0]])])
        except ProblemError:
            continue


def _group(engine: Engine, claims: Claims, members: Numbers, to: str) -> Group:
    first = int(members[0])
    scheme, kind = (claims.table[name][first].as_py() for name in ("scheme", "kind"))
    facts = {name: _EPOCH + timedelta(days=int(getattr(claims, name)[first])) for name in _DATES}
    door = engine.plan(scheme, kind, facts)
    plan = engine.plan(scheme, to, facts) if to else door
    vocabulary = engine.pack.vocabulary
    at_door = uses_of([*door.guards, *door.waiting, *plan.packages], vocabulary)
    layers = [_uses_of_layer(layer, vocabulary) for layer in plan.layers]
    uses = Uses(set().union(*(one.whole for one in (at_door, *layers))))
    for one in (at_door, *layers):
        for name, edges in one.edges.items():
            uses.edges.setdefault(name, set()).update(edges)
    rules = [*plan.items.exclude, *plan.items.first_pay, *plan.items.price_limit]
    items = uses_of(rules, vocabulary)
    by_fee = any(rule.by == "fee" for rule in rules)
    dates = {"fee_date", "unit_price"} & items.names
    odd = uses.amounts or items.amounts or "nth" in uses.whole or "nth" in items.names or by_fee or bool(dates)
    odd = odd or any(layer.layer.payer == "given" for layer in plan.layers)
    odd = odd or any(name[4:] not in _DATES for name in uses.names | items.names if name.startswith("age@"))
    odd = odd or ON_PAID in plan.scale  # whose fractions outgrow 64 bits
    regular = not odd and not _WHOLE_DATES & (uses.whole | items.names)
    return Group(plan, door, members, uses, at_door, layers, items, regular)


_DATES = ("admitted", "discharged", "settled")
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
    rules = group.door.waiting
    open_ = np.zeros(len(members), dtype=bool)
    by = [profiles(uses_of(rules, claims.pack.vocabulary), members, claims)]
    for rule in rules:
        name = value_of(rule, Waiting).after
        after = claims.day_of(name)
        if after is None:
            by.append(claims.told_apart(Uses({name}), {name}, members))
            open_[:] = True
        else:
            day = after[members]
            open_ |= (day != NOT_THERE) & (claims.admitted[members] - day <= longest(rule))
            by.append(Kinds.telling(day))
    seen = np.flatnonzero(open_)
    found = told_apart(len(seen), [kinds.among(seen) for kinds in by])
    of = np.zeros(len(members), dtype=np.int32)
    of[seen] = np.int32(1) + found.of
    return Kinds(of, 1 + found.count)
