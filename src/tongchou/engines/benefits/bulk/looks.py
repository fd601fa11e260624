"""One line of each kind looked at, for all lines that the rules cannot tell apart."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import Claims, Flags
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
    untold: T,
    known: dict[Hashable, T],
    odd: Flags,
    run: Any,
) -> tuple[list[T], Small]:
    """The answers of `look`, and for every line the number of its answer.

    `uses`: what the rules of a group ask. Lines of no group and of `odd` claims have the answer `elsewhere`; those for
    which a claim stands that cannot be built, `untold`. `known`: answers found in earlier runs; `run`: the passes.
    """
    of_claim, named, group_of = _claims_alike(claims, groups, uses, odd)
    asked = Uses(set().union(*(uses(group).names for group in groups)))
    alike = lines.alike(asked, of_claim, run)
    first = alike.first()
    place = lines.claim[first]
    of_line = zip(*(told.each() for told in lines.asked(asked, first)), strict=True)
    by_claim = [named[kind] for kind in of_claim.of[place].tolist()]
    keys = [
        None if claim is None else (*sorted(asked.names), claim, line)
        for claim, line in zip(by_claim, of_line, strict=True)
    ]
    new = [kind for kind, key in enumerate(keys) if key is not None and key not in known]
    if new:
        samples = Samples(tables, claims, lines, place[new], first[new])
        for kind in new:
            sample = samples.line(int(first[kind]))
            if sample is not None:
                known[keys[kind]] = look(engine, groups[int(group_of[place[kind]])].plan, *sample)
    return [elsewhere if key is None else known.get(key, untold) for key in keys], alike.of


def _claims_alike(
    claims: Claims, groups: Sequence[Group], uses: Callable[[Group], Uses], odd: Flags
) -> tuple[Kinds, list[Hashable], Small]:
    """Claims that the rules for their lines cannot tell apart, a name of each kind, the same in every run, and
    the group of each claim."""
    of = np.full(claims.count, _NO_GROUP, dtype=np.int32)
    group_of = np.zeros(claims.count, dtype=np.int32)
    named: list[Hashable] = [None]
    for number, group in enumerate(groups):
        names = uses(group).names - LINE_FACTS
        seen = claims.told_apart(uses(group), names, group.claims)
        of[group.claims] = seen.of + np.int32(len(named))
        group_of[group.claims] = number
        named += [(group.plans, own) for own in claims.named(uses(group), names, group.claims[seen.first()])]
    of[odd] = _NO_GROUP
    return Kinds(of, len(named)), named, group_of
