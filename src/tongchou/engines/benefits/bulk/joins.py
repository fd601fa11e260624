"""Which rows of several tables belong together: by the numbers of the names where there are any, else by the names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers, households, index_in
from tongchou.engines.benefits.bulk.kinds import Small
from tongchou.ground.tables.alike import Alike
from tongchou.ground.tables.links import HOUSEHOLD, Links


class Joins:
    """The persons and claims that the rows of sound tables name.

    `links`: their names as numbers, those of a person and of a claim being the places of their own rows, as `sift` and
    `Links.without` leave them. What has been numbered once is not looked up again.
    """

    def __init__(self, tables: Mapping[str, pa.Table], links: Links | None = None) -> None:
        self.tables, self.links = tables, links

    @cached_property
    def home(self) -> Numbers:
        """One number for all people of a household, another for everybody without one, by row of `persons`."""
        numbered = self._numbered("persons", HOUSEHOLD)
        return households(self.tables["persons"], None if numbered is None else numbered.astype(np.int64) + 1)

    @cached_property
    def first_of_home(self) -> Numbers:
        """The row of persons after whom each household is called: the first of all in it by id."""
        order = pc.sort_indices(self.tables["persons"]["person_id"]).to_numpy()[::-1]
        first = np.zeros(int(self.home.max(initial=0)) + 1, dtype=np.int64)
        first[self.home[order]] = order
        return first

    def alike(self, table: str) -> Alike | None:
        """Which rows of a table have the same words; None where nobody numbered them."""
        return None if self.links is None else self.links.alike.get(table)

    def person(self, table: str, column: str = "person_id") -> Numbers:
        """The row in `persons` of whom each row of a table names; -1 for nobody and for somebody unknown."""
        numbered = self._numbered(table, column)
        if numbered is None:
            return index_in(self.tables[table][column], self.tables["persons"]["person_id"])
        return numbered.astype(np.int64)

    def claim(self, table: str) -> Small:
        """The row in `claims` of the claim that each row of a table names; -1 for none and for one unknown."""
        numbered = self._numbered(table, "claim_id")
        if numbered is not None:
            return numbered
        # Lines of one claim stand together: a claim is looked up once for each run of them.
        runs = [pc.run_end_encode(chunk) for chunk in self.tables[table]["claim_id"].chunks]
        ids = pa.chunked_array([run.values for run in runs], pa.string())
        sizes = [np.diff(run.run_ends.to_numpy(), prepend=0) for run in runs]
        claim = index_in(ids, self.tables["claims"]["claim_id"]).astype(np.int32)
        return np.repeat(claim, np.concatenate([np.zeros(0, dtype=np.int64), *sizes]))

    def _numbered(self, table: str, column: str) -> Small | None:
        return None if self.links is None else self.links.numbers[table, column]
