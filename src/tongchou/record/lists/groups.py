"""Looking groups up: of an institution's own cases, and totals of the region in which no institution can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.base.fields import finder
from tongchou.record.base.scope import system
from tongchou.record.lists.models import Grouping

_ALL = system("totals of the region without names")
_LENGTH = 30


def groupings(*, scheme: str, month: date, event_id: int | None = None) -> QuerySet[Grouping]:
    """The groups of a month in scope, by settlement; whoever reads a page calls `looked_at`."""
    actor().needs("settlement.read")
    rows = Grouping.objects.filter(scheme=scheme, month=month, of__event__reversed_by=None)
    rows = rows.select_related("of__event__person", "of__event__institution__organisation", "of__event__visit")
    rows = rows.defer("of__event__claim", "of__event__delta", "of__event__reads", "of__event__trace")
    return (rows if event_id is None else rows.filter(of__event=event_id)).order_by("of__event_id")


def looked_at(name: str, rows: list[Grouping]) -> None:
    """These groups were read."""
    trail.seen(name, {one.of.event.person_id for one in rows})


@dataclass(frozen=True)
class InstitutionTotal:
    """Of an institution that only its alias names: groups, cases, and what they cost in fen."""

    alias: str
    groups: int
    cases: int
    total: int


@dataclass(frozen=True)
class GroupTotal:
    """Of a group: cases, and what they cost in fen."""

    code: str
    name: str
    cases: int
    total: int


def alias(code: str) -> str:
    """Under which name an institution stands in the totals of the region: always the same, and nobody's to guess."""
    return finder(code, "grouping totals").hex()[:_LENGTH]


def institution_totals(*, scheme: str, month: date) -> Sequence[InstitutionTotal]:
    """Every institution of the region, by its alias."""
    actor().needs("settlement.read")
    rows = _everywhere(scheme, month).values("of__event__institution__code")
    found = rows.annotate(groups=Count("code", distinct=True), cases=Count("id"), total=Sum("of__event__total"))
    return sorted(
        (
            InstitutionTotal(alias(one["of__event__institution__code"]), one["groups"], one["cases"], one["total"])
            for one in found
        ),
        key=lambda one: one.alias,
    )


def group_totals(*, scheme: str, month: date, institution: str, code: str = "") -> Sequence[GroupTotal]:
    """The groups of an institution, by its alias; of one group when it is named."""
    actor().needs("settlement.read")
    rows = _everywhere(scheme, month)
    codes = rows.values_list("of__event__institution__code", flat=True).distinct()
    wanted = [one for one in codes if institution == alias(one)]
    rows = rows.filter(of__event__institution__code__in=wanted)
    if code:
        rows = rows.filter(code=code)
    found = rows.values("code", "name").annotate(cases=Count("id"), total=Sum("of__event__total")).order_by("code")
    return [GroupTotal(one["code"], one["name"], one["cases"], one["total"]) for one in found]


def _everywhere(scheme: str, month: date) -> QuerySet[Grouping]:
    rows = Grouping.objects.within(_ALL).filter(scheme=scheme, month=month, of__event__reversed_by=None)
    return rows.exclude(code="").order_by()
