"""One line of each kind looked at, for all lines that the rules cannot tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers, factorized, pair
from tongchou.engines.benefits.bulk.groups import Group
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.bulk.samples import Samples
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import Plan
from tongchou.ground.region.vocabulary import LINE_FACTS

T = TypeVar("T")


def look_at_lines(
    engine: Engine,
    tables: dict[str, pa.Table],
    claims: Claims,
    lines: Lines,
    groups: Sequence[Group],
    uses: Callable[[Group], Uses],
    look: Callable[[Engine, Plan, Claim, Line], T],
    elsewhere: T,
    odd: Flags | None = None,
) -> tuple[list[T], Numbers]:
    """The answers of `look`, and for every line the number of its answer.

    `uses`: what the rules of a group ask. Lines of no group, of `odd` claims, and of claims that cannot be built, have
    the answer `elsewhere`.
    """
    of_claim = np.zeros(claims.count, dtype=np.int64)
    group_of = np.full(claims.count, -1, dtype=np.int64)
    asked: set[str] = set()
    for number, group in enumerate(groups):
        seen = np.zeros(len(group.claims), dtype=np.int64)
        for name in sorted(uses(group).names - LINE_FACTS):
            seen = factorized(pair(seen, factorized(claims.column(uses(group), name)[group.claims])))
        of_claim[group.claims] = seen * len(groups) + number
        group_of[group.claims] = number
        asked |= uses(group).names
    even = group_of[lines.claim] >= 0
    if odd is not None:
        even &= ~odd[lines.claim]
    alike = np.where(even, 1 + lines.alike(Uses(asked), factorized(of_claim)), 0)
    known, first = _first_of(alike)
    chosen = first[known > 0]
    samples = Samples(engine.pack, tables, claims, lines.claim[chosen], lines.table.take(pa.array(chosen)))
    names = lines.table["line_id"].take(pa.array(chosen)).to_pylist()
    answers = [elsewhere] if 0 in known else []
    for at, name in zip(chosen.tolist(), names, strict=True):
        place = int(lines.claim[at])
        claim = samples.claim(place)
        line = next((line for line in claim.lines if line.id == name), None) if claim is not None else None
        plan = groups[int(group_of[place])].plan
        answers.append(elsewhere if claim is None or line is None else look(engine, plan, claim, line))
    return answers, factorized(alike)


def _first_of(values: Numbers) -> tuple[Numbers, Numbers]:
    """The different values, and where each stands first."""
    known = np.flatnonzero(np.bincount(values)) if len(values) else values
    first = np.zeros(int(values.max(initial=-1)) + 1, dtype=np.int64)
    first[values[::-1]] = np.arange(len(values))[::-1]
    return known, first[known]
