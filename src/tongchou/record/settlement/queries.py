"""Looking settlements up. Whoever looks is in the trail."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet, Sum
from django.db.models.functions import Coalesce

from tongchou.engines.benefits.explain import Explanation, explain
from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.settlement.again import step_again
from tongchou.record.settlement.models import Batch, Event, LineResult
from tongchou.record.settlement.rules import rules_of


def settlement(*, event_id: int) -> Event:
    """One event, a settlement or a reversal. Raises A114."""
    actor().needs("settlement.read")
    found = _rows(Event.objects.filter(id=event_id)).first()
    if found is None:
        raise fail("A114")
    trail.seen("settlement.settlement", [found.person_id])
    return found


def settlements(
    *,
    institution_id: int | None = None,
    person_id: int | None = None,
    visit_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Event]:
    """Events in scope, the latest first: of an institution, a person, a visit; older than an event when one is named,
    so that what comes meanwhile does not shift the pages."""
    actor().needs("settlement.read")
    asked: dict[str, Any] = {
        "institution": institution_id, "person": person_id, "visit": visit_id, "id__lt": before,
    }  # fmt: skip
    rows = _rows(Event.objects.filter(**{name: value for name, value in asked.items() if value is not None}))
    found = list(rows.order_by("-id")[:limit])
    trail.seen("settlement.settlements", {one.person_id for one in found})
    return found


def lines(*, event_id: int, after: int = 0, limit: int = 1_000) -> list[LineResult]:
    """The lines of a settlement, in the order of its claim; a reversal has none of its own. Raises A114."""
    event = settlement(event_id=event_id)
    rows = LineResult.objects.filter(event=event, charge__visit=event.visit_id).select_related("charge")
    return list(rows.order_by("charge_id")[after : after + limit])


def batches(*, limit: int = 50) -> list[Batch]:
    """What was settled in bulk and is posted, the latest first, with how much of it is: `posted` settlements, and when
    the last of them came (`last`). Of the whole region, and of nobody in it."""
    actor().needs("settlement.post_batch")
    rows = Batch.objects.annotate(posted=Coalesce(Sum("shares__settlements"), 0), last=Max("shares__at"))
    return list(rows.order_by("-id")[:limit])


def explanation(*, event_id: int) -> Explanation:
    """Why a settlement is what it is, article by article: it is settled again on what came before it, by the pack that
    settled it. Raises A114, V210 where that gives something else than was kept."""
    actor().needs("settlement.read")
    event = Event.objects.filter(id=event_id, kind="settle").first()
    if event is None:
        raise fail("A114")
    trail.seen("settlement.explanation", [event.person_id])
    return explain(step_again(event), rules_of(event.pack).pack)


def _rows(rows: QuerySet[Event]) -> QuerySet[Event]:
    return rows.select_related("institution", "visit").defer("claim", "delta", "reads").prefetch_related("reversed_by")
