"""For every visit of a run the kind of visit it is: looked up once for all that the rules cannot tell apart.

First the door (guards and waiting), then layer by layer, since a layer asks for few facts while all of them together
ask for many; visits with the same layers, cells and door are of one kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import NOT_THERE, Claims, Flags, Numbers, factorized, pair
from tongchou.engines.benefits.bulk.groups import Group, profiles, waiting_key
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.bulk.samples import Samples
from tongchou.engines.benefits.bulk.visits import PLAIN, Arrived, Entered, Visits
from tongchou.engines.benefits.claim import PARTS, Claim, Refusal
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import Cells

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class _Asked:
    """A group and the visits of it that are looked up."""

    group: Group
    members: Numbers


class Lookup:
    """The kinds of visits found so far. `odd` visits are left out, and those that no look can tell become odd."""

    def __init__(
        self, engine: Engine, tables: dict[str, pa.Table], claims: Claims, lines: Lines, odd: Flags, visits: Visits
    ) -> None:
        self.engine, self.tables, self.claims, self.lines, self.odd = engine, tables, claims, lines, odd
        self.visits = visits
        self._line_of = np.zeros(claims.count, dtype=np.int64)
        self._line_of[lines.claim[::-1]] = np.arange(lines.count)[::-1]

    def kinds(self, groups: Sequence[Group], masks: Numbers) -> Numbers:
        """Of every visit the first of its kinds (one for each side of the edges of `nth`), or PLAIN.

        `masks` tell by their bits which cells of a visit hold money.
        """
        found = np.full(self.claims.count, PLAIN, dtype=np.int64)
        asked = [_Asked(group, group.claims[~self.odd[group.claims]]) for group in groups]
        asked = [one for one in asked if len(one.members)]
        waiting = self._waiting(asked)
        doors = [
            factorized(pair(profiles(one.group.at_door, one.members, self.claims), starts))
            for one, starts in zip(asked, waiting, strict=True)
        ]
        arrived = self._arrived(asked, doors)
        turns = [_turns(outcomes)[door] for outcomes, door in zip(arrived, doors, strict=True)]
        layers = [
            [factorized(pair(profiles(uses, one.members, self.claims), turn)) for uses in one.group.layers]
            for one, turn in zip(asked, turns, strict=True)
        ]
        each = [(one, profile) for one, own in zip(asked, layers, strict=True) for profile in own]
        there = self._arrived([one for one, _ in each], [profile for _, profile in each])
        for one, door, outcomes, own in zip(asked, doors, arrived, layers, strict=True):
            mine, there = there[: len(own)], there[len(own) :]
            found[one.members] = self._put_together(one, door, outcomes, own, mine, masks[one.members])
        return found

    def _put_together(
        self,
        one: _Asked,
        door: Numbers,
        outcomes: list[list[Arrived]],
        layers: list[Numbers],
        there: list[list[list[Arrived]]],
        masks: Numbers,
    ) -> Numbers:
        """The kind of every visit of a group, from its outcome at the door, its layers and its cells."""
        mask = factorized(masks)
        cells = [self._filled(int(value)) for value in np.unique(masks)]
        alike = factorized(pair(_outcomes(outcomes)[door], mask))
        chosen = []
        for at, (profile, arrived) in enumerate(zip(layers, there, strict=True)):
            kind = factorized(pair(profile, mask))
            blocks = [
                self._blocks(one.group, at, arrived[int(profile[i])], cells[int(mask[i])])
                for i in _first_of(kind).tolist()
            ]
            chosen.append((kind, blocks))
            alike = factorized(pair(alike, _numbered([tuple(sides) for sides in blocks])[kind]))
        found = []
        for i in _first_of(alike).tolist():
            numbers = [blocks[int(kind[i])] for kind, blocks in chosen]
            found.append(self._kind(one.group, outcomes[int(door[i])], numbers, cells[int(mask[i])]))
        return np.array(found, dtype=np.int64)[alike]

    def _blocks(self, group: Group, at: int, arrived: list[Arrived], cells: Cells) -> list[int | None]:
        """A layer side by side; None where a look at tables is not enough, or nobody comes that far."""
        return [
            self.visits.layer(group.plan, at, one.part, cells) if isinstance(one, Entered) else None for one in arrived
        ]

    def _kind(self, group: Group, arrived: list[Arrived], layers: list[list[int | None]], cells: Cells) -> int:
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

    def _arrived(self, asked: Sequence[_Asked], profiles: Sequence[Numbers]) -> list[list[list[Arrived]]]:
        """For every profile of some visits, what becomes of them at the door, side by side of the edges of `nth`."""
        firsts = [_first_of(profile) for profile in profiles]
        claims = self.samples([one.members[first] for one, first in zip(asked, firsts, strict=True)])
        return [
            [[self._arrive(one.group, claim, nth) for nth in sides_of(one.group.nth_edges)] for claim in mine]
            for one, mine in zip(asked, claims, strict=True)
        ]

    def _arrive(self, group: Group, claim: Claim | None, nth: int) -> Arrived:
        return None if claim is None else self.visits.past_the_door(group.plan, claim, nth)

    def _waiting(self, asked: Sequence[_Asked]) -> list[Numbers]:
        """A number for every visit: 0 past its waiting period, else equal where cover starts on one day."""
        keys = [waiting_key(one.group, one.members, self.claims) for one in asked]
        known = [np.unique(key[key > 0], return_index=True) for key in keys]
        places = [one.members[key > 0][first] for one, key, (_, first) in zip(asked, keys, known, strict=True)]
        found = []
        for one, key, (numbers, _), claims in zip(asked, keys, known, self.samples(places), strict=True):
            start = np.full(int(key.max(initial=0)) + 1, NOT_THERE, dtype=np.int64)
            for number, claim in zip(numbers.tolist(), claims, strict=True):
                day = None if claim is None else self.visits.cover_start(one.group.door, claim)
                if day is not None:
                    start[number] = (day - _EPOCH).days
            found.append(np.where(self.claims.admitted[one.members] < start[key], 1 + start[key], 0))
        return found

    def samples(self, places: Sequence[Numbers]) -> list[list[Claim | None]]:
        """The claims at these places, each with its first line."""
        at = np.concatenate([np.zeros(0, dtype=np.int64), *places])
        lines = self.lines.table.take(pa.array(np.unique(self._line_of[at])))
        samples = Samples(self.engine.pack, self.tables, self.claims, at, lines)
        return [[samples.claim(place) for place in mine.tolist()] for mine in places]

    def _filled(self, mask: int) -> Cells:
        """The cells that hold something."""
        cells = ((part, word) for part in PARTS for word in self.visits.words)
        return tuple(cell for i, cell in enumerate(cells) if mask >> i & 1)


def _turns(arrived: list[list[Arrived]]) -> Numbers:
    """A number for every outcome at the door: equal where the layers see the same reductions."""
    return _numbered(
        [
            tuple(tuple(map(id, one.part.reductions)) if isinstance(one, Entered) else None for one in sides)
            for sides in arrived
        ]
    )


def _outcomes(arrived: list[list[Arrived]]) -> Numbers:
    """A number for every outcome at the door: equal where the same refusals and packages follow."""
    keys = [
        tuple((one.guard, one.because) if isinstance(one, Refusal) else one and one.packages for one in sides)
        for sides in arrived
    ]
    return _numbered(keys)


def _first_of(numbers: Numbers) -> Numbers:
    """Where each of the numbers 0, 1, … stands first."""
    first = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=np.int64)
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    return first


def _numbered(keys: Sequence[tuple[object, ...]]) -> Numbers:
    known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([known[key] for key in keys], dtype=np.int64)


def sides_of(edges: list[int]) -> list[int]:
    """A number of a stay on every side of the edges: below the first, at it, between it and the next, …

    Where no whole number lies between, the number before stands in; no stay ever asks for it.
    """
    found = [max(1, edges[0] - 1)] if edges else [1]
    for edge, following in zip(edges, [*edges[1:], None], strict=False):
        found += [edge, edge + 1 if following is None or following > edge + 1 else edge]
    return found
