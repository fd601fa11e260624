"""The periods over which a run counts, numbered, with the names that keep them apart in the state.

Source: `engines.benefits.periods`, which names the period of one claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Claims, Numbers, index_in
from tongchou.engines.benefits.bulk.kinds import Kinds

EVER = "ever"
_UNITS = {"month": "M", "day": "D"}  # `2025-06`, `2025-06-30`


@dataclass
class Periods:
    """`claim`: the claim of each visit, counted from 0; its id names a stay that has no name of its own.

    Kinds of period are numbered one after the other, as they are asked for.
    """

    claims: Claims
    claim: Numbers
    _texts: list[pa.Array] = field(default_factory=list)
    _start: dict[str, int] = field(default_factory=dict)
    _known: dict[tuple[str, ...], tuple[Numbers, pa.Array]] = field(default_factory=dict)

    def of(self, per: str) -> Numbers:
        """The number of the period of every visit; those of different kinds of period differ. To be asked for once."""
        if per == EVER:
            return np.full(self.claims.count, self.ever(), dtype=np.int64)
        numbers, texts = self._find(per)
        return numbers + self._add(per, texts)

    def ever(self) -> int:
        """The number of the period that has no end."""
        if EVER not in self._start:
            self._add(EVER, pa.array([EVER]))
        return self._start[EVER]

    def names(self) -> pa.Array:
        """The name of every number."""
        return pa.concat_arrays(self._texts)

    def _find(self, per: str) -> tuple[Numbers, pa.Array]:
        if per in _UNITS:
            days = Kinds.telling(self.claims.basis)
            seen = self.claims.basis[days.first()].astype("datetime64[D]").astype(f"datetime64[{_UNITS[per]}]")
            texts, of = np.unique(np.datetime_as_string(seen), return_inverse=True)
            return of[days.of], pa.array(texts.tolist(), pa.string())
        if per == "year":
            kinds, years = self.claims.years
            return kinds.of.astype(np.int64), pa.array(list(map(str, years)), pa.string())
        table = self.claims.table
        columns = ("stay_id",) if per == "stay" else ("episode_id", "stay_id")
        filled = tuple(name for name in columns if table[name].null_count < len(table))
        if filled not in self._known:
            self._known[filled] = self._named(filled or columns)
        return self._known[filled]

    def _add(self, per: str, texts: pa.Array) -> int:
        self._start[per] = sum(map(len, self._texts))
        self._texts.append(texts)
        return self._start[per]

    def _named(self, columns: Sequence[str]) -> tuple[Numbers, pa.Array]:
        """By the first of these columns that is filled, else by the claim; a claim may be called as a stay is."""
        table = self.claims.table
        first, *others = (table[name] for name in columns)
        named = (pc.coalesce(first, *others) if others else first).combine_chunks().dictionary_encode()
        number = np.asarray(pc.fill_null(named.indices, -1), dtype=np.int64)
        bare = np.flatnonzero(number < 0)
        new = np.diff(self.claim[bare], prepend=-1) > 0  # visits of one claim stand together
        ids = table["claim_id"].take(pa.array(bare[new]))
        same = index_in(ids, named.dictionary)
        of_claim = np.where(same >= 0, same, len(named.dictionary) + np.arange(len(same)))
        number[bare] = of_claim[np.cumsum(new) - 1]
        return number, pa.concat_arrays([named.dictionary, *ids.chunks])
