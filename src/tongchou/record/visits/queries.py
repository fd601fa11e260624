"""Looking visits up, and what was charged for them. Whoever looks is in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.visits.models import Charge, Visit
from tongchou.record.visits.settled import with_settlement

UNSETTLED, SETTLED, TAKEN_BACK = "unsettled", "settled", "taken back"
STATES = (UNSETTLED, SETTLED, TAKEN_BACK)


@dataclass(frozen=True)
class Charged:
    """A line as shown: its state, and the settlement that it is in."""

    charge: Charge
    state: str
    settlement: int | None
    returns: str


def look_at(*, visit_id: int) -> Visit:
    """One visit. Raises A114."""
    actor().needs("settlement.read")
    return _seen("visits.look_at", Visit.objects.filter(id=visit_id))


def by_number(*, institution_id: int, number: str) -> Visit:
    """The visit that an institution knows by its number. Raises A114."""
    actor().needs("settlement.read")
    return _seen("visits.by_number", Visit.objects.filter(institution=institution_id, number=number))


def visits(
    *, institution_id: int | None = None, person_id: int | None = None, state: str = "", after: int = 0, limit: int = 50
) -> list[Visit]:
    """Visits in scope, the latest first: of an institution, of a person, in a state such as `open`."""
    actor().needs("settlement.read")
    asked: dict[str, Any] = {"institution": institution_id, "person": person_id, "state": state or None}
    rows = _rows(Visit.objects.filter(**{name: value for name, value in asked.items() if value is not None}))
    found = list(rows.order_by("-id")[after : after + limit])
    trail.seen("visits.visits", {one.person_id for one in found})
    return found


def charges(*, visit_id: int, state: str = "", after: int = 0, limit: int = 1_000) -> list[Charged]:
    """The lines of a visit in the order in which they were charged, of a state when one is named. Raises A114."""
    visit = look_at(visit_id=visit_id)
    rows = with_settlement(Charge.objects.filter(visit=visit).select_related("returns", "withdrawn")).order_by("id")
    if state == UNSETTLED:
        rows = rows.filter(settled=None, withdrawn=None)
    elif state:
        rows = rows.filter(**{"settled__isnull" if state == SETTLED else "withdrawn__isnull": False})
    return [_charged(row) for row in rows[after : after + limit]]


def _charged(row: Any) -> Charged:
    settled: int | None = row.settled
    state = SETTLED if settled is not None else TAKEN_BACK if hasattr(row, "withdrawn") else UNSETTLED
    return Charged(row, state, settled, "" if row.returns is None else row.returns.number)


def _seen(name: str, rows: QuerySet[Visit]) -> Visit:
    found = _rows(rows).first()
    if found is None:
        raise fail("A114")
    trail.seen(name, [found.person_id])
    return found


def _rows(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    return rows.select_related("institution", "filing")
