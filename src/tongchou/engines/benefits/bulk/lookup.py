"""For every visit of a run the kind of visit it is: looked up once for all that the rules cannot tell apart.

First the door (guards and waiting), then layer by layer, since a layer asks for few facts while all of them together
ask for many; visits with the same layers, cells and door are of one kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, count

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import NOT_THERE, Claims, Flags, Numbers
from tongchou.engines.benefits.bulk.groups import UNASKED, Group, profiles, waiting
from tongchou.engines.benefits.bulk.kinds import Kinds, Small, Told
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.bulk.samples import Samples
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.bulk.visits import PLAIN, Entered, Outcome, Sides, Visits
from tongchou.engines.benefits.claim import PARTS, Claim, Refusal
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import Cells

_EPOCH = date(1970, 1, 1)
RARE = 32
"""A set of cells that fewer than one in so many visits have is rare."""
WORTH = 100
"""So is one that fewer visits share, on average, with each that is looked up for it."""


@dataclass(frozen=True)
class _Asked:
    """A group and the visits of it that are looked up."""

    group: Group
    members: Numbers


@dataclass(frozen=True)
class _Profile:
    """Visits told apart by what somebody asks, and a name of each kind, the same in every run, to remember it by."""

    kinds: Kinds
    keys: list[Hashable]
    by_nth: bool  # whether the number of a stay is among what is asked


class Lookup:
    """The kinds of visits found so far. `odd` visits are left out, and those that no look can tell become odd.

    What was looked up once is remembered in `visits`, for the claims of a year come in many runs.
    """

    def __init__(
        self, engine: Engine, tables: dict[str, pa.Table], claims: Claims, lines: Lines, odd: Flags, visits: Visits
    ) -> None:
        self.engine, self.tables, self.claims, self.lines, self.odd = engine, tables, claims, lines, odd
        self.visits = visits
        self._line_of = lines.firsts(claims.count)
        self._lost: dict[Hashable, Outcome] = {}

    def kinds(self, groups: Sequence[Group], masks: Numbers, many: Numbers) -> tuple[Numbers, Numbers]:
        """Of every visit the first of its kinds (one for each side of the edges of `nth`), or PLAIN; and its cells.

        `masks` tell by their bits which cells of a visit hold money. Those of its kind may be more: what holds none
        receives none, and looking up each of many rare sets of cells would take longer than to carry a few along.
        `many`: how many visits each stands for.
        """
        masks = masks.copy()
        found = np.full(self.claims.count, PLAIN, dtype=np.int64)
        asked = [_Asked(group, group.claims[~self.odd[group.claims]]) for group in groups]
        asked = [one for one in asked if len(one.members)]
        doors = [
            self._profile(one, (*one.group.plans, None), one.group.at_door, starts)
            for one, starts in zip(asked, self._waiting(asked), strict=True)
        ]
        arrived = self._arrived(asked, doors)
        turns = [_of_door(door.kinds, _turns(outcomes)) for outcomes, door in zip(arrived, doors, strict=True)]
        layers = [
            [self._profile(one, (*one.group.plans, at), uses, turn) for at, uses in enumerate(one.group.layers)]
            for one, turn in zip(asked, turns, strict=True)
        ]
        each = [(one, profile) for one, own in zip(asked, layers, strict=True) for profile in own]
        there = self._arrived([one for one, _ in each], [profile for _, profile in each])
        for one, door, outcomes, own in zip(asked, doors, arrived, layers, strict=True):
            mine, there = there[: len(own)], there[len(own) :]
            exact = masks[one.members]
            common = self.visits.common_cells.setdefault(one.group.plans, [])
            wide = covers(exact, many[one.members], common)
            kind = self._put_together(one, door, outcomes, own, mine, wide)
            lost = (kind == PLAIN) & (wide != exact)  # there may be no answer for what holds no money
            if lost.any():
                wide = np.where(lost, exact, wide)
                kind = self._put_together(one, door, outcomes, own, mine, wide)
            found[one.members], masks[one.members] = kind, wide
        return found, masks

    def _profile(self, one: _Asked, place: Hashable, uses: Uses, others: Told) -> _Profile:
        """The visits of a group as far as what is asked at some place of its plan, and something else, tell them
        apart."""
        kinds = profiles(uses, one.members, self.claims).by(others.kinds).tight()
        first = kinds.first()
        named = self.claims.named(uses, uses.names - UNASKED, one.members[first])
        keys: list[Hashable] = [(place, other, own) for other, own in zip(others.at(first), named, strict=True)]
        return _Profile(kinds, keys, "nth" in uses.names | one.group.at_door.names)

    def _put_together(
        self,
        one: _Asked,
        door: _Profile,
        outcomes: list[Outcome],
        layers: list[_Profile],
        there: list[list[Outcome]],
        masks: Numbers,
    ) -> Numbers:
        """The kind of every visit of a group, from its outcome at the door, its layers and its cells."""
        mask = Kinds.telling(masks)
        cells = [self._filled(int(value)) for value in masks[mask.first()]]
        told = _of_door(door.kinds, _outcomes(outcomes))
        alike = told.kinds.by(mask)
        chosen = []
        for at, (profile, arrived) in enumerate(zip(layers, there, strict=True)):
            kind = profile.kinds.by(mask).tight()
            first = kind.first()
            of_profile, of_mask = profile.kinds.of[first].tolist(), mask.of[first].tolist()
            blocks = [
                self._blocks(one.group, at, profile.keys[i], arrived[i], cells[k])
                for i, k in zip(of_profile, of_mask, strict=True)
            ]
            chosen.append((kind.of, blocks))
            alike = alike.by(Kinds.telling(_numbered(blocks)[kind.of]))
        alike = alike.tight()
        first = alike.first()
        outcome, of_door = told.at(first), door.kinds.of[first].tolist()
        of_layer = [[blocks[k] for k in kind[first].tolist()] for kind, blocks in chosen]
        found = [
            self._kind(one, outcome[i], outcomes[of_door[i]], tuple(own[i] for own in of_layer), cells[k])
            for i, k in enumerate(mask.of[first].tolist())
        ]
        return np.array(found, dtype=np.int64)[alike.of]

    def _blocks(self, group: Group, at: int, key: Hashable, arrived: Outcome, cells: Cells) -> Sides:
        """A layer side by side; None where a look at tables is not enough, or nobody comes that far."""
        known = self.visits.known_layers
        if not any(isinstance(one, Entered) for one in arrived):
            return (None,) * len(arrived)
        if (key, cells) not in known:
            found = {id(one): one for one in arrived}  # where no number of a stay is asked, all sides are one
            number = {
                place: self.visits.layer(group.plan, at, one.part, cells) if isinstance(one, Entered) else None
                for place, one in found.items()
            }
            known[key, cells] = tuple(number[id(one)] for one in arrived)
        return known[key, cells]

    def _kind(self, one: _Asked, told: Hashable, arrived: Outcome, layers: tuple[Sides, ...], cells: Cells) -> int:
        known, key = self.visits.known_kinds, (one.group.plans, told, layers, cells)
        if key not in known:
            known[key] = self._added(one.group, arrived, layers, cells)
        return known[key]

    def _added(self, group: Group, arrived: Outcome, layers: tuple[Sides, ...], cells: Cells) -> int:
        sides: list[tuple[Entered, list[int]] | Refusal] = []
        for side, one in enumerate(arrived):
            numbers = [layer[side] for layer in layers]
            if isinstance(one, Refusal):
                sides.append(one)
            elif one is None or None in numbers:
                return PLAIN
            else:
                sides.append((one, [number for number in numbers if number is not None]))
        return self.visits.add(group.plan, sides, cells)

    def _arrived(self, asked: Sequence[_Asked], profiles: Sequence[_Profile]) -> list[list[Outcome]]:
        """For every profile of some visits, what becomes of them at the door, side by side of the edges of `nth`."""
        known = self.visits.known_outcomes
        new = [[key not in known for key in profile.keys] for profile in profiles]
        places = [
            one.members[profile.kinds.first()[np.array(mine, dtype=bool)]]
            for one, profile, mine in zip(asked, profiles, new, strict=True)
        ]
        for one, profile, mine, claims in zip(asked, profiles, new, self.samples(places), strict=True):
            sides = sides_of(one.group.nth_edges)
            for key, claim in zip(compress(profile.keys, mine), claims, strict=True):
                # That one claim cannot be built says nothing of those of other runs.
                kept = known if claim is not None else self._lost
                asked_at = sides if profile.by_nth else sides[:1]
                found: Outcome = [None] if claim is None else self.visits.past_the_door(one.group.plan, claim, asked_at)
                kept[key] = found * (len(sides) // len(found))
        return [[known[key] if key in known else self._lost[key] for key in profile.keys] for profile in profiles]

    def _waiting(self, asked: Sequence[_Asked]) -> list[Told]:
        """Visits told apart by the day on which cover starts; alike where it has started."""
        kinds = [waiting(one.group, one.members, self.claims) for one in asked]
        places = [one.members[kind.first()[1:]] for one, kind in zip(asked, kinds, strict=True)]
        found = []
        for one, kind, claims in zip(asked, kinds, self.samples(places), strict=True):
            days = [None if claim is None else self.visits.cover_start(one.group.door, claim) for claim in claims]
            start = np.array([NOT_THERE, *(NOT_THERE if day is None else (day - _EPOCH).days for day in days)])
            waits = self.claims.admitted[one.members] < start[kind.of]
            found.append(Told.numbers(np.where(waits, start[kind.of], NOT_THERE)))
        return found

    def samples(self, places: Sequence[Numbers]) -> list[list[Claim | None]]:
        """The claims at these places, each with its first line."""
        at = np.concatenate([np.zeros(0, dtype=np.int64), *places])
        if not len(at):
            return [[] for _ in places]
        samples = Samples(self.tables, self.claims, self.lines, at, self._line_of[at])
        return [[samples.claim(place) for place in mine.tolist()] for mine in places]

    def _filled(self, mask: int) -> Cells:
        """The cells that hold something."""
        cells = ((part, word) for part in PARTS for word in self.visits.words)
        return tuple(cell for i, cell in enumerate(cells) if mask >> i & 1)


def covers(masks: Numbers, many: Numbers, common: list[int]) -> Numbers:
    """For every set of cells the smallest common one that holds it: bits of a number, as are those given.

    Each is that of `many` visits, for which one is looked up. `common` are sets that were so before, the largest first;
    those that are now come to them.
    """
    known, inverse = np.unique(masks, return_inverse=True)
    visits = np.bincount(inverse, many)
    often = (visits * RARE >= many.sum()) & (visits >= WORTH * np.bincount(inverse))
    whole = int(np.bitwise_or.reduce([*common, *known.tolist()]))
    common[:] = sorted({*common, *known[often].tolist(), whole}, key=int.bit_count, reverse=True)
    return within(known, common)[inverse]


def within(masks: Numbers, common: Sequence[int]) -> Numbers:
    """For every set of cells the smallest of some others that holds it, or itself. `common`: the largest first."""
    found = masks.copy()
    for wide in common:
        found[masks & ~wide == 0] = wide
    return found


def _turns(arrived: list[Outcome]) -> list[Hashable]:
    """Of every outcome at the door what the layers see of it: the same reductions, the same turn."""
    return [
        tuple(tuple(map(id, one.part.reductions)) if isinstance(one, Entered) else None for one in sides)
        for sides in arrived
    ]


def _outcomes(arrived: list[Outcome]) -> list[Hashable]:
    """Of every outcome at the door which refusals and packages follow."""
    return [
        tuple((one.guard, one.because) if isinstance(one, Refusal) else one and one.packages for one in sides)
        for sides in arrived
    ]


def _of_door(door: Kinds, outcomes: Sequence[Hashable]) -> Told:
    """Visits told apart by what became of their kind at the door."""
    different = list(dict.fromkeys(outcomes))
    return Told(Kinds(_numbered(outcomes)[door.of], len(different)), different)


def _numbered(keys: Sequence[Hashable]) -> Small:
    number = count()
    known: dict[Hashable, int] = defaultdict(lambda: next(number))
    return np.array([known[key] for key in keys], dtype=np.int32)


def sides_of(edges: list[int]) -> list[int]:
    """A number of a stay on every side of the edges: below the first, at it, between it and the next, …

    Where no whole number lies between, the number before stands in; no stay ever asks for it.
    """
    found = [max(1, edges[0] - 1)] if edges else [1]
    for edge, following in zip(edges, [*edges[1:], None], strict=False):
        found += [edge, edge + 1 if following is None or following > edge + 1 else edge]
    return found
