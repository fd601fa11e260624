"""The claims of a set of tables under two policies, many households at a time, as tables of pairs.

Nothing of a household's settlements is kept once its pairs are handed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import codes
from tongchou.engines.benefits.claim import Result
from tongchou.engines.benefits.compare.pairs import Settled, pairs_of
from tongchou.engines.benefits.compare.settled import Policy
from tongchou.engines.benefits.compare.visits import visits_of
from tongchou.engines.benefits.compare.year_ends import with_year_ends
from tongchou.engines.benefits.explain import Explanation, explain
from tongchou.engines.benefits.replay import Households
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables

MANY, FEW = 20_000, 2_000
"""How many households are settled, joined and added up at a time: by columns, and where each claim takes its time."""
_LOOKED_AT = {
    "persons": ("person_id", "birth_date", "sex"),
    "spells": ("person_id", "scheme", "from_date", "through_date", "category", "status"),
    "claims": (
        *("claim_id", "person_id", "scheme", "kind", "level", "place", "disease", "diseases", "total_fee"),
        *("admitted_on", "discharged_on", "settled_at"),
    ),
}


class Policies:
    """Policy A and policy B, ready to settle any claims.

    `assume` gives facts by name (as text) to claims that lack them. `year_end`: the data hold whole insurance years, so
    that year-end layers run too. Raises `ProblemError` for an assumption one of the policies cannot read.
    """

    def __init__(self, a: Pack, b: Pack, assume: Mapping[str, str] | None = None, year_end: bool = False) -> None:
        self.a, self.b = a, b
        self._each = (Policy(a, assume, year_end), Policy(b, assume, year_end))

    @property
    def one_by_one(self) -> bool:
        """Whether every claim goes through the plain step under one of them."""
        return any(policy.one_by_one for policy in self._each)

    def settled(self, tables: Mapping[str, pa.Table], rest: Tables) -> tuple[Settled, Settled]:
        """Whole households, as `Households.of` gives them, under each."""
        a, b = (policy.settled(tables, rest) for policy in self._each)
        return a, b

    def results(self, rows: Tables, claim_id: str) -> tuple[Result | None, Result | None]:
        """A claim of a household as each policy settles it, with everything an explanation needs.

        `rows` are those of the household. Both must have judged the claim; `None` where only the other policy makes
        that payment at year end.
        """
        a, b = (policy.result(rows, claim_id) for policy in self._each)
        return a, b

    def explained(self, rows: Tables, claim_id: str) -> tuple[Explanation | None, Explanation | None]:
        """A claim explained under each policy; `None` as in `results`."""
        a, b = self.results(rows, claim_id)
        return None if a is None else explain(a, self.a), None if b is None else explain(b, self.b)


class Both:
    """The claims of a set of tables, ready to settle under two policies."""

    def __init__(self, policies: Policies, households: Households) -> None:
        self.policies, self.households = policies, households
        looked_at = {name: households.about(name, columns) for name, columns in _LOOKED_AT.items()}
        self._visits = visits_of(looked_at, households.names, policies.a.year, policies.a.region.year.basis)

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return int(self._visits.num_rows)

    def rows(self, households: Iterable[str]) -> dict[str, Tables]:
        """The rows of some households, by household."""
        names = list(dict.fromkeys(households))
        few = Households(self.households.rows(pa.chunked_array([names], pa.string())))
        return {name: few.rows(pa.chunked_array([[name]])) for name in names}

    @property
    def at_a_time(self) -> int:
        """How many households to settle at a time."""
        slow = self.households.sifted is None or self.policies.one_by_one
        return FEW if slow else MANY

    def parts(self, households: int) -> Iterator[pa.Table]:
        """The visits of so many households at a time, in the order of their first claims."""
        homes = codes(self._visits["household"])  # numbered from 1 as they come
        starts = np.searchsorted(homes, np.arange(1, homes.max(initial=0) + 1, households))
        for start, end in pairwise([*starts, len(homes)]):
            yield self._visits.slice(start, end - start)

    def pairs(self, visits: pa.Table) -> pa.Table:
        """The pairs of whole households (`PAIRS`): in A's order of settlement, year-end payments after the claims."""
        names = pa.chunked_array([visits["household"].unique()])
        a, b = self.policies.settled(*self.households.of(names))
        return with_year_ends(pairs_of(visits, a, b), a, b, self.policies.a.year)


def sides(both: Both, households: int | None = None) -> Iterator[pa.Table]:
    """The pairs (`PAIRS`) of all claims, so many households at a time."""
    for visits in both.parts(households or both.at_a_time):
        yield both.pairs(visits)
