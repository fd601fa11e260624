"""A case as its institution was told it: of the groups that were kept last."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc

from tongchou.ground.errors import fail
from tongchou.record.clearing.models import CaseTable, ClearingYear
from tongchou.record.clearing.tables import unpacked
from tongchou.record.settlement.models import Event


def case_of(year: ClearingYear, event_id: int) -> tuple[Event, dict[str, Any]]:
    """The settlement, in scope, and its row in its institution's cases. Raises A114."""
    event = Event.objects.select_related("institution").filter(id=event_id, kind="settle").first()
    table = None if event is None else last_table(year, event.institution_id)
    if event is None or table is None:
        raise fail("A114")
    rows = unpacked(table.content)
    at = pc.index(rows["settlement_id"], str(event_id)).as_py()
    if at < 0:
        raise fail("A114")
    return event, rows.slice(at, 1).to_pylist()[0]


def last_table(year: ClearingYear, institution: int) -> CaseTable | None:
    """What an institution, in scope, has of a year, as it was kept last."""
    found: CaseTable | None = CaseTable.objects.filter(year=year, institution=institution).order_by("id").last()
    return found
