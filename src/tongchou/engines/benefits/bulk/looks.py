"""One line of each kind looked at, for all lines that the rules cannot tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import Claims, Flags, some
from tongchou.engines.benefits.bulk.groups import Group
from tongchou.engines.benefits.bulk.kinds import Kinds, Small
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.bulk.samples import Samples
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import Plan
from tongchou.ground.region.vocabulary import LINE_FACTS

T = TypeVar("T")
_NO_GROUP = 0


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
) -> tuple[list[T], Small]:
    """The answers of `look`, and for every line the number of its answer.

    `uses`: what the rules of a group ask. Lines of no group, of `odd` claims, and of claims that cannot be built, have
    the answer `elsewhere`.
    """
    of_claim, group_of = _claims_alike(claims, groups, uses, odd)
    asked = Uses(set().union(*(uses(group).names for group in groups)))
    alike = lines.alike(asked, of_claim)
    first = alike.first()
    place = lines.claim[first]
    asked_of = of_claim.of[place] != _NO_GROUP
    chosen = np.sort(first[asked_of])
    table = some(lines.table, chosen)
    samples = Samples(engine.pack, tables, claims, lines.claim[chosen], table)
    name_of = dict(zip(chosen.tolist(), table["line_id"].to_pylist(), strict=True))
    answers = [elsewhere] * alike.count
    for kind in np.flatnonzero(asked_of).tolist():
        at = int(place[kind])
        claim = samples.claim(at)
        if claim is not None:
            line = next(line for line in claim.lines if line.id == name_of[int(first[kind])])
            answers[kind] = look(engine, groups[int(group_of[at])].plan, claim, line)
    return answers, alike.of


def _claims_alike(
    claims: Claims, groups: Sequence[Group], uses: Callable[[Group], Uses], odd: Flags | None
) -> tuple[Kinds, Small]:
    """Claims that the rules for their lines cannot tell apart, and the group of each."""
    of = np.full(claims.count, _NO_GROUP, dtype=np.int32)
    group_of = np.zeros(claims.count, dtype=np.int32)
    count = 1
    for number, group in enumerate(groups):
        seen = claims.told_apart(uses(group), uses(group).names - LINE_FACTS, group.claims)
        of[group.claims] = seen.of + np.int32(count)
        group_of[group.claims] = number
        count += seen.count
    if odd is not None:
        of[odd] = _NO_GROUP
    return Kinds(of, count), group_of
