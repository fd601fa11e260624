"""Claims as visits: one whose lines are diverted to another benefit is settled in two parts, one after the other.

Source: `engines.benefits.parts` (special diseases: what is outside the disease settles as an ordinary visit).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers
from tongchou.engines.benefits.bulk.groups import Group, groups_of
from tongchou.engines.benefits.bulk.kinds import Small
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.bulk.looks import look_at_lines
from tongchou.engines.benefits.bulk.odd import odd_claims
from tongchou.engines.benefits.bulk.visits import Visits
from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import Plan
from tongchou.engines.benefits.split import concerns, line_facts
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.values import value_of
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.model import Divert

OWN_KIND = ""


@dataclass
class Visited:
    """Claims by visit, in the order in which they settle: `claim` is the claim of each visit, counted from 0.

    `groups`: the visits that meet one plan. `odd`: visits of odd claims (`odd_claims`), and those of which a look at
    tables does not tell where they belong.
    """

    claims: Claims
    lines: Lines
    groups: list[Group]
    claim: Numbers
    odd: Flags


def in_parts(engine: Engine, tables: dict[str, pa.Table], claims: Claims, visits: Visits, run: Any) -> Visited:
    """Every claim as the visits in which it is settled: its own lines first, then those diverted to another kind.

    `visits`: what was looked up in earlier runs; `run`: the passes.
    """
    lines = Lines(tables["lines"], claims)
    groups = list(groups_of(engine, claims, visits.groups))
    odd = odd_claims(engine, tables, claims, lines)
    if not any(group.plan.diverts for group in groups):
        return Visited(claims, lines, groups, np.arange(claims.count), odd | _outside(groups, claims.count))
    own: str | None = OWN_KIND
    to, of_line = look_at_lines(
        engine, tables, claims, lines, groups, lambda group: group.diverts, _where_to, own, None,
        visits.known_diverted, odd, run,
    )  # fmt: skip
    kinds = [OWN_KIND, *sorted({kind for kind in to if kind})]
    number = np.array([-1 if kind is None else kinds.index(kind) for kind in to], dtype=np.int32)
    odd[lines.claim[(number < 0)[of_line]]] = True
    if len(kinds) < 2:
        return Visited(claims, lines, groups, np.arange(claims.count), odd | _outside(groups, claims.count))
    own_part = lines.claim * len(kinds) + np.maximum(0, number)[of_line]
    claim, kind, visit_of = _parts(own_part, claims.count, len(kinds))
    parted = claims.spread(claim)
    lines.claim = visit_of[own_part]
    groups = list(groups_of(engine, parted, visits.groups, kinds, kind))
    return Visited(parted, lines, groups, claim, odd[claim] | _outside(groups, parted.count))


def _parts(parts: Small, claims: int, kinds: int) -> tuple[Numbers, Numbers, Small]:
    """Claim and kind of every visit, and the visit of every part. `parts`: claim × kinds + kind, by line."""
    count = len(parts)
    first = np.full((claims, kinds), count, dtype=np.int64)
    first.reshape(-1)[parts[::-1]] = np.arange(count - 1, -1, -1)
    own = (first[:, 0] < count) | (first.min(axis=1) == count)  # a claim without lines stays as it is
    first[own, 0] = -1
    order = np.argsort(first, axis=1, kind="stable")
    of, nth = np.nonzero(np.take_along_axis(first, order, axis=1) < count)
    kind = order[of, nth]
    visit_of = np.zeros(claims * kinds, dtype=np.int32)
    visit_of[of * kinds + kind] = np.arange(len(of))
    return of, kind, visit_of


def _outside(groups: list[Group], count: int) -> Flags:
    odd = np.ones(count, dtype=bool)
    for group in groups:
        odd[group.claims] = False
    return odd


def _where_to(engine: Engine, plan: Plan, claim: Claim, line: Line) -> str | None:
    """The kind of visit a line is diverted to, empty for the claim's own; None where it cannot be told."""
    try:
        seen = line_facts(engine.facts_of(claim, State()), line)
        rule = next((rule for rule in plan.diverts if concerns(rule, seen)), None)
    except ProblemError:
        return None
    to = OWN_KIND if rule is None else value_of(rule, Divert).to
    return OWN_KIND if to == claim.kind else to
