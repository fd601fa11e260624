"""Which lines are settled."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from tongchou.record.base.scope import system
from tongchou.record.settlement.models import LineResult
from tongchou.record.visits.models import Charge

_ALL = system("whether a line is settled is asked by whoever sees the line")


def with_settlement(rows: QuerySet[Charge]) -> QuerySet[Charge]:
    """Lines with the number of the settlement in which each stands (`settled`), None where there is none."""
    standing = LineResult.objects.within(_ALL).filter(charge=OuterRef("pk"), event__reversed_by=None)
    return rows.annotate(settled=Subquery(standing.values("event")))
