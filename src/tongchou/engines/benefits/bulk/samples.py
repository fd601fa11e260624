"""One claim, or one line, to stand for all that are alike: built by the same code that builds every claim."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Claims, Numbers
from tongchou.engines.benefits.bulk.rows import rows_of, some
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables


class Samples:
    """Claims at some places of the order, each with one of its lines or a chosen few."""

    def __init__(self, pack: Pack, tables: dict[str, pa.Table], claims: Claims, at: Numbers, lines: pa.Table) -> None:
        chosen = some(claims.table, at)
        names = [*chosen["person_id"].chunks, *chosen["account_person_id"].chunks]
        people = pa.chunked_array(names, pa.string()).unique()
        rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        rows["claims"] = rows_of(chosen)
        rows["lines"] = rows_of(lines)
        for name in ("persons", "spells", "accounts"):
            if name in tables:
                table = tables[name]
                rows[name] = rows_of(table.filter(pc.is_in(table["person_id"], value_set=people)))
        self._intake = Intake(Tables(rows, [], dict.fromkeys(tables, 1)), pack)
        self._rows = dict(zip(np.unique(at).tolist(), rows["claims"], strict=True))
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
