"""The claims of a set of tables under two policies, many households at a time, as tables of pairs.

Nothing of a household's settlements is kept once its pairs are handed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import codes
from tongchou.engines.benefits.claim import Result
from tongchou.engines.benefits.compare.pairs import pairs_of
from tongchou.engines.benefits.compare.settled import Policy
from tongchou.engines.benefits.compare.visits import visits_of
from tongchou.engines.benefits.compare.year_ends import with_year_ends
from tongchou.engines.benefits.explain import Explanation, explain
from tongchou.engines.benefits.replay import Households
from tongchou.ground.region.pack import Pack

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


class Both:
    """The claims of a set of tables, ready to settle under policy A and policy B.

    `assume` gives facts by name (as text) to claims that lack them. `year_end`: the data hold whole insurance years, so
    that year-end layers run too. Raises `ProblemError` for an assumption one of the policies cannot read.
    """

    def __init__(
        self, a: Pack, b: Pack, households: Households, assume: Mapping[str, str] | None = None, year_end: bool = False
    ) -> None:
        self.a, self.b, self.households = a, b, households
        self._policies = (Policy(a, assume, year_end), Policy(b, assume, year_end))
        looked_at = {name: households.about(name, columns) for name, columns in _LOOKED_AT.items()}
        self._visits = visits_of(looked_at, households.names, a.year, a.region.year.basis)

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return int(self._visits.num_rows)

    def results(self, household: str, claim_id: str) -> tuple[Result | None, Result | None]:
        """A claim as each policy settles it, with everything an explanation needs.

        Both must have judged it; `None` where only the other policy makes that payment at year end.
        """
        rows = self.households.rows(pa.chunked_array([[household]]))
        a, b = (policy.result(rows, claim_id) for policy in self._policies)
        return a, b

    @property
    def at_a_time(self) -> int:
        """How many households to settle at a time."""
        slow = self.households.sifted is None or any(policy.one_by_one for policy in self._policies)
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
        taken = self.households.of(names)
        a, b = (policy.settled(*taken) for policy in self._policies)
        return with_year_ends(pairs_of(visits, a, b), a, b, self.a.year)


def sides(both: Both, households: int | None = None) -> Iterator[pa.Table]:
    """The pairs (`PAIRS`) of all claims, so many households at a time."""
    for visits in both.parts(households or both.at_a_time):
        yield both.pairs(visits)


def explained(both: Both, household: str, claim_id: str) -> tuple[Explanation | None, Explanation | None]:
    """One claim explained under each policy; its household is settled anew for it. `None` as in `Both.results`."""
    a, b = both.results(household, claim_id)
    return None if a is None else explain(a, both.a), None if b is None else explain(b, both.b)
