"""The periods over which a run counts, numbered, with the names that keep them apart in the state.

Source: `engines.benefits.periods`, which names the period of one claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers, index_in, taken
from tongchou.engines.benefits.bulk.kinds import Kinds, words

EVER, STAY_LIKE = "ever", ("stay", "episode")
_UNITS = {"month": "M", "day": "D"}  # `2025-06`, `2025-06-30`


@dataclass
class Periods:
    """`claim`: the claim of each visit, counted from 0; its id names a stay that has no name of its own. `asked`:
    visits of claims that count by their stay or its episode, or look at its number.

    `texts`: the name of every number, piece by piece, as periods are asked for. Few of them are ever read.
    """

    claims: Claims
    claim: Numbers
    asked: Flags
    texts: list[pa.Array] = field(default_factory=list)
    _stays: dict[tuple[str, ...], Numbers] = field(default_factory=dict)

    def of(self, per: str) -> Numbers:
        """The number of the period of every visit; -1 for a stay of which nothing is known and nothing is asked. To be
        asked for once."""
        if per == EVER:
            return np.full(self.claims.count, self.ever, dtype=np.int64)
        if per in STAY_LIKE:
            return self._stay(per)
        numbers, texts = self._find(per)
        return numbers + self._add(texts)

    @cached_property
    def ever(self) -> int:
        """The number of the period that has no end."""
        return self._add(pa.array([EVER]))

    def _add(self, *texts: pa.Array) -> int:
        """The number of the first of some more names."""
        start = sum(map(len, self.texts))
        self.texts += texts
        return start

    def _find(self, per: str) -> tuple[Numbers, pa.Array]:
        if per in _UNITS:
            days = Kinds.telling(self.claims.basis)
            seen = self.claims.basis[days.first()].astype("datetime64[D]").astype(f"datetime64[{_UNITS[per]}]")
            texts, of = np.unique(np.datetime_as_string(seen), return_inverse=True)
            return of[days.of], pa.array(texts.tolist(), pa.string())
        kinds, years = self.claims.years
        return kinds.of.astype(np.int64), pa.array(list(map(str, years)), pa.string())

    def _stay(self, per: str) -> Numbers:
        """By name; an episode that has none is its stay, and a stay that has none its claim, where that is `asked`."""
        columns = ("stay_id",) if per == "stay" else ("episode_id", "stay_id")
        filled = tuple(name for name in columns if self.claims.table[name].null_count < self.claims.count)
        if filled not in self._stays:
            self._stays[filled] = self._named(filled or columns[-1:])
        return self._stays[filled]

    def _named(self, columns: Sequence[str]) -> Numbers:
        """By the first of these columns that is filled, else by the claim; a claim may be called as a stay is."""
        first, *others = (self.claims.table[name] for name in columns)
        named, ids = words(pc.coalesce(first, *others) if others else first), self.claims.table["claim_id"]
        number = named.kinds.of.astype(np.int64) - 1
        bare = np.flatnonzero((number < 0) & self.asked)
        same = index_in(ids.take(pa.array(bare)), named.list)
        number[bare] = np.where(same >= 0, same, len(named.list) + self.claim[bare])
        start = self._add(named.list, *self._claims().chunks)
        return np.where(number < 0, -1, number + start)

    def _claims(self) -> pa.ChunkedArray:
        """The id of every claim."""
        first = np.flatnonzero(np.diff(self.claim, prepend=-1))
        return taken(self.claims.table.select(["claim_id"]), first)["claim_id"]
