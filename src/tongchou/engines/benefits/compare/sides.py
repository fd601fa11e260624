"""The claims of a set of tables under two policies, many households at a time, as tables of pairs.

Nothing of a household's settlements is kept once its pairs are handed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables, schema

HOUSEHOLDS = 2_000
"""How many households are settled, joined and added up at a time."""
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
        self, a: Pack, b: Pack, tables: Tables, assume: Mapping[str, str] | None = None, year_end: bool = False
    ) -> None:
        self.a, self.b, self.tables = a, b, tables
        self._policies = (Policy(a, tables, assume, year_end), Policy(b, tables, assume, year_end))
        bucket = self._policies[0].intake.bucket
        households = pa.chunked_array([[bucket(row) for row in tables.rows["persons"]]], pa.string())
        looked_at = {name: _columns(tables, name, columns) for name, columns in _LOOKED_AT.items()}
        self._visits = visits_of(looked_at, households, a.year, a.region.year.basis)

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return int(self._visits.num_rows)

    def results(self, household: str, claim_id: str) -> tuple[Result | None, Result | None]:
        """A claim as each policy settles it, with everything an explanation needs.

        Both must have judged it; `None` where only the other policy makes that payment at year end.
        """
        a, b = (policy.result(household, claim_id) for policy in self._policies)
        return a, b

    def parts(self, households: int) -> Iterator[pa.Table]:
        """The visits of so many households at a time, in the order of their first claims."""
        homes = codes(self._visits["household"])  # numbered from 1 as they come
        starts = np.searchsorted(homes, np.arange(1, homes.max(initial=0) + 1, households))
        for start, end in pairwise([*starts, len(homes)]):
            yield self._visits.slice(start, end - start)

    def pairs(self, visits: pa.Table) -> pa.Table:
        """The pairs of whole households (`PAIRS`): in A's order of settlement, year-end payments after the claims."""
        households = visits["household"].unique().to_pylist()
        a, b = (policy.settled(households) for policy in self._policies)
        return with_year_ends(pairs_of(visits, a, b), a, b, self.a.year)


def sides(both: Both, households: int = HOUSEHOLDS) -> Iterator[pa.Table]:
    """The pairs (`PAIRS`) of all claims, so many households at a time."""
    for visits in both.parts(households):
        yield both.pairs(visits)


def explained(both: Both, household: str, claim_id: str) -> tuple[Explanation | None, Explanation | None]:
    """One claim explained under each policy; its household is settled anew for it. `None` as in `Both.results`."""
    a, b = both.results(household, claim_id)
    return None if a is None else explain(a, both.a), None if b is None else explain(b, both.b)


def _columns(tables: Tables, name: str, columns: Sequence[str]) -> pa.Table:
    """Some columns of a canonical table."""
    fields, rows = schema(name), tables.rows[name]
    arrays = [pa.array([row[column] for row in rows], fields.field(column).type) for column in columns]
    return pa.table(arrays, names=list(columns))
