"""Visits that nothing tells apart: one of them is looked up and stands for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers
from tongchou.engines.benefits.bulk.groups import Group, profiles, waiting
from tongchou.engines.benefits.bulk.kinds import Kinds, told_apart
from tongchou.engines.benefits.bulk.lookup import Lookup


@dataclass(frozen=True)
class Alike:
    """The visits of a group that are looked up, which of them are alike, and the one that stands for each kind."""

    members: Numbers
    kinds: Kinds
    ones: Group


def alike(group: Group, claims: Claims, odd: Flags, cells: Kinds) -> Alike:
    """The visits of a group that are not `odd`, told apart by all that some rule asks for and by their `cells`.

    How long somebody still waits hangs on the day besides.
    """
    members = group.claims[~odd[group.claims]]
    waits = waiting(group, members, claims)
    since = np.where(waits.of > 0, claims.admitted[members], 0)
    by = [profiles(group.uses, members, claims), waits, Kinds.telling(since), cells.among(members)]
    kinds = told_apart(len(members), by)
    return Alike(members, kinds, replace(group, claims=members[kinds.first()]))


def look_up(lookup: Lookup, groups: Sequence[Group], masks: Numbers) -> tuple[Numbers, Numbers]:
    """Of every visit the first of its kinds, or PLAIN, and its cells, as `Lookup.kinds` finds them."""
    count = lookup.claims.count
    cells = Kinds.met(masks)
    each = [alike(group, lookup.claims, lookup.odd, cells) for group in groups]
    many = np.zeros(count, dtype=np.int64)
    for one in each:
        many[one.ones.claims] = np.bincount(one.kinds.of)
    found, filled = lookup.kinds([one.ones for one in each], masks, many)
    for one in each:
        for column in (found, filled):
            column[one.members] = column[one.ones.claims][one.kinds.of]
    return found, filled
