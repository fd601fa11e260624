"""One claim, or one line, to stand for all that are alike: built by the same code that builds every claim.

Where only some columns of a table were read, a row has the words of its kind, and is called by what it belongs to: no
rule asks for a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.engines.benefits.bulk.columns import Claims, Numbers
from tongchou.engines.benefits.bulk.kinds import Small
from tongchou.engines.benefits.bulk.lines import Lines
from tongchou.engines.benefits.bulk.rows import rows_of, some
from tongchou.engines.benefits.bulk.sources import Source
from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.ground.errors import ProblemError
from tongchou.ground.tables import TABLES, Tables


class Samples:
    """Claims at some places of the order, with some of their lines (`line_at`)."""

    def __init__(
        self, tables: Mapping[str, pa.Table], claims: Claims, lines: Lines, at: NDArray[Any], line_at: Numbers
    ) -> None:
        at, line_at = np.unique(at), np.unique(line_at)
        people = np.unique(np.append(claims.person[at], claims.relative[at]))
        people = people[people >= 0]
        name_of = dict(zip(people.tolist(), some(claims.persons, people)["person_id"].to_pylist(), strict=True))
        rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        persons = [name_of.get(person) for person in claims.person[at].tolist()]
        rows["claims"] = _rows("claims", claims.table, at, claims.own, claims.own_kind, person_id=persons)
        rows["persons"] = _rows("persons", claims.persons, people, claims.people, claims.people.kind)
        for name, source in (("spells", claims.insured), ("accounts", None)):
            if name in tables:
                person = claims.joins.person(name)
                theirs = np.flatnonzero(np.isin(person, people))
                kind = None if source is None else source.kind
                whose = [name_of[each] for each in person[theirs].tolist()]
                rows[name] = _rows(name, tables[name], theirs, source, kind, person_id=whose)
        id_of = dict(zip(at.tolist(), (row["claim_id"] for row in rows["claims"]), strict=True))
        of_claim = [id_of[claim] for claim in lines.claim[line_at].tolist()]
        ids = [str(place) for place in line_at.tolist()]
        rows["lines"] = _rows("lines", lines.table, line_at, lines.own, lines.own.kind, claim_id=of_claim, line_id=ids)
        self._intake = Intake(Tables(rows, [], dict.fromkeys(tables, 1)), claims.pack)
        self._rows = dict(zip(at.tolist(), rows["claims"], strict=True))
        self._line_id = dict(zip(line_at.tolist(), (row["line_id"] for row in rows["lines"]), strict=True))
        self._claim_of = dict(zip(line_at.tolist(), lines.claim[line_at].tolist(), strict=True))
        self._known: dict[int, Claim | None] = {}

    def claim(self, at: int) -> Claim | None:
        """The claim at a place of the order; None when its data cannot be settled."""
        if at not in self._known:
            try:
                found = self._intake.claim(self._rows[at])
            except ProblemError:
                found = None
            self._known[at] = found if isinstance(found, Claim) else None
        return self._known[at]

    def line(self, at: int) -> tuple[Claim, Line] | None:
        """The line at a place, with its claim; None when that cannot be settled."""
        claim = self.claim(self._claim_of[at])
        if claim is None:
            return None
        return claim, next(line for line in claim.lines if line.id == self._line_id[at])


def _rows(
    name: str, table: pa.Table, at: Numbers, source: Source | None, kind: Small | None, **names: Sequence[str | None]
) -> list[Row]:
    """Some rows of a table. What was not read of them is that of their kind, or these names."""
    own = rows_of(some(table, at))
    if all(column in table.column_names for column in TABLES[name].names):
        return own
    said: list[Row] = [dict.fromkeys(TABLES[name].names)] * len(own)
    if source is not None and kind is not None:
        wanted = np.unique(kind[at])
        of_kind = dict(zip(wanted.tolist(), rows_of(some(source.rows, wanted)), strict=True))
        said = [of_kind[each] for each in kind[at].tolist()]
    called = zip(*names.values(), strict=True) if names else [()] * len(own)
    return [{**one, **dict(zip(names, by, strict=True)), **row} for one, by, row in zip(said, called, own, strict=True)]
