"""Visits that nothing tells apart: one of them is looked up and stands for all, in this run and in later ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tongchou.engines.benefits.bulk.columns import Claims, Numbers
from tongchou.engines.benefits.bulk.groups import UNASKED, Group, still_waiting
from tongchou.engines.benefits.bulk.kinds import Kinds, Told
from tongchou.engines.benefits.bulk.lookup import Lookup, within
from tongchou.engines.benefits.bulk.signatures import Sort
from tongchou.engines.benefits.bulk.visits import PLAIN


def look_up(lookup: Lookup, groups: Sequence[Group], masks: Numbers, run: Any) -> tuple[Numbers, Numbers]:
    """Of every visit the first of its kinds, or PLAIN, and its cells, as `Lookup.kinds` finds them. `run`: the passes.

    Those that lie in a set for which was looked up before are asked for with it, and once more as they are where it has
    no answer.
    """
    members = [group.claims[~lookup.odd[group.claims]] for group in groups]
    met = Kinds.met(masks)
    different, wide = masks[met.first()], masks.copy()
    for group, own in zip(groups, members, strict=True):
        wide[own] = within(different, lookup.visits.common_cells.get(group.plans, []))[met.of[own]]
    found, cells = _asked(lookup, groups, members, wide, run)
    lost = (found == PLAIN) & (wide != masks)
    if lost.any():
        again = _asked(lookup, groups, [own[lost[own]] for own in members], masks, run)
        found, cells = (np.where(lost, *both) for both in zip(again, (found, cells), strict=True))
    return found, cells


def _asked(
    lookup: Lookup, groups: Sequence[Group], members: Sequence[Numbers], masks: Numbers, run: Any
) -> tuple[Numbers, Numbers]:
    """The same of some visits of each group: by what was found for those alike, which only those never seen lack."""
    claims, answers = lookup.claims, lookup.visits.answers
    met = Kinds.met(masks)
    cells = Told(met, masks[met.first()].tolist())
    sorts = [_sort(group, own, claims, cells) for group, own in zip(groups, members, strict=True)]
    of = answers.signatures.of(claims.count, sorts, run)
    found, filled = answers.known(of)
    new = np.flatnonzero((found == PLAIN) & (of > 0))
    if len(new):
        kinds = Kinds.telling(of[new])
        first = new[kinds.first()]
        many, asked = np.zeros((2, claims.count), dtype=np.int64)
        many[first], asked[first] = np.bincount(kinds.of), 1
        ones = [replace(group, claims=own[asked[own] > 0]) for group, own in zip(groups, members, strict=True)]
        looked_up = lookup.kinds(ones, masks, many)
        answers.learn(of[first], [column[first] for column in looked_up])
        found[new], filled[new] = (column[first][kinds.of] for column in looked_up)
    return found, filled


def _sort(group: Group, members: Numbers, claims: Claims, cells: Told) -> Sort:
    """Some visits of a group, told apart by all that some rule asks for and by their cells."""
    asked = claims.asked(group.uses, group.uses.names - UNASKED, members)
    return Sort(group.plans, members, [*asked, *still_waiting(group, members, claims), cells.among(members)])
