"""The bucket of every row: that of its claim's person, of its person, or of a number when it names neither."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.engines.lake.links import Groups
from tongchou.engines.lake.names import MISSING, Names, distinct, mixed
from tongchou.engines.lake.ties import CLAIM, PERSON, claims, people

Buckets = np.ndarray[Any, np.dtype[np.uint16]]

MOST = 2**16
"""Buckets there can be: sixteen bits name one."""
_BITS = np.uint64(16)


class Places:
    """Where rows belong, of a given number of buckets. The claims of the year must be placed before their lines are."""

    def __init__(self, groups: Groups, buckets: int, claims: int) -> None:
        self.buckets, self._groups = buckets, groups
        # The number of a claim and, in its last bits, its bucket; what is not filled is nobody's.
        self._claims = np.zeros(max(claims, 1), dtype=np.uint64)
        self._filled = 0

    def of_claims(self, batch: pa.RecordBatch, first: int) -> Buckets:
        """The buckets of claims; they are remembered for what belongs to them. `first`: number of the first row."""
        claim = claims(batch)
        found = self._bucket(_first_of(people(batch), claim, _nobody(batch, first)))
        last = self._filled + len(found)
        self._claims[self._filled : last] = claim | found
        self._filled = last
        if last == len(self._claims):
            self._claims.sort()
        return found

    def of(self, batch: pa.RecordBatch, first: int) -> Buckets:
        """The buckets of rows of any other table: with the claim, else with the person, else anywhere."""
        person = people(batch) if PERSON in batch.schema.names else np.full(len(batch), MISSING)
        if CLAIM not in batch.schema.names:
            return self._bucket(_first_of(person, _nobody(batch, first)))
        claim = claims(batch)
        there, found = self._with_claim(claim)
        found[~there] = self._bucket(_first_of(person, claim, _nobody(batch, first))[~there])
        return found

    def _with_claim(self, claim: Names) -> tuple[Any, Buckets]:
        """Which claims are known, and their buckets."""
        asked, back = distinct(claim)
        at = np.minimum(np.searchsorted(self._claims, asked), len(self._claims) - 1)
        there = (self._claims[at] >> _BITS == asked >> _BITS) & (asked != MISSING)
        return there[back], (self._claims[at] & np.uint64(MOST - 1)).astype(np.uint16)[back]

    def _bucket(self, group: Names) -> Buckets:
        return (self._groups.root(group) % np.uint64(self.buckets)).astype(np.uint16)


def _first_of(*numbers: Names) -> Names:
    """Row by row the first number that is not missing."""
    found = numbers[0]
    for other in numbers[1:]:
        found = np.where(found == MISSING, other, found)
    return found


def _nobody(batch: pa.RecordBatch, first: int) -> Names:
    """A number for each row by its place, so that rows without names are spread."""
    return mixed(np.arange(first, first + len(batch), dtype=np.uint64))
