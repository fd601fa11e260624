"""Looking manual claims up. Whoever looks is in the trail."""

from __future__ import annotations

from django.db.models import QuerySet

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.manual.models import ManualClaim


def look_at(*, claim_id: int) -> ManualClaim:
    """One claim. Raises A114."""
    actor().needs("settlement.read")
    found = _rows().filter(id=claim_id).first()
    if found is None:
        raise fail("A114")
    trail.seen("manual.look_at", found.persons_of())
    return found


def claims(*, state: str = "", person_id: int | None = None, after: int = 0, limit: int = 50) -> list[ManualClaim]:
    """Claims in scope, those first that are to be decided first: of a state of their filing, of a person."""
    actor().needs("settlement.read")
    asked = {"filing__state": state or None, "visit__person": person_id}
    rows = _rows().filter(**{name: value for name, value in asked.items() if value is not None})
    found = list(rows.order_by("filing__due_on", "id")[after : after + limit])
    trail.seen("manual.claims", {number for one in found for number in one.persons_of()})
    return found


def _rows() -> QuerySet[ManualClaim]:
    return ManualClaim.objects.select_related("visit__institution", "filing", "paid_into").prefetch_related("invoices")
