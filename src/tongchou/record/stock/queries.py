"""Reading stock: entries, packages, and packages that were sold more than once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Sum, Value, When

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import system
from tongchou.record.providers.queries import institution
from tongchou.record.stock.models import SALE, TAKEN_BACK, Entry, Trace

MOST = 5_000
"""Rows that a query answers; for more it is asked in parts."""
_ALL = system("a package is sold once, wherever")


@dataclass(frozen=True)
class SoldTwice:
    """A package that was sold more often than it came back, whole, with the sales."""

    code: str
    times: int
    sales: Sequence[Entry]


def entries(
    institution_id: int,
    kinds: Iterable[str],
    first: date,
    last: date,
    *,
    withdrawn: bool = False,
    **where: Any,
) -> list[Entry]:
    """The entries of an institution in scope in some days, in order; those that count, or those that were withdrawn.
    Persons among them are in the trail. Raises A114, N334 for too many."""
    actor().needs("settlement.read")
    rows = Entry.objects.filter(institution=institution(institution_id), kind__in=tuple(kinds), **where)
    rows = rows.filter(at__range=clock.span(first, last), withdrawn__isnull=not withdrawn)
    found = _bounded(rows.order_by("at", "id"))
    trail.seen("stock.entries", {one.person for one in found if one.person is not None})
    return found


def traces(
    institution_id: int, kinds: Iterable[str], first: date | None, last: date | None, **where: Any
) -> list[Trace]:
    """The packages in entries of an institution in scope that count, likewise."""
    actor().needs("settlement.read")
    rows = Trace.objects.filter(
        entry__institution=institution(institution_id), entry__kind__in=tuple(kinds), entry__withdrawn=None, **where
    )
    rows = rows.filter(entry__at__range=clock.span(first or date.min, last or date.max))
    found = _bounded(rows.select_related("entry").order_by("entry__at", "id"))
    trail.seen("stock.traces", {one.entry.person for one in found if one.entry.person is not None})
    return found


def said_of(entry: Entry) -> Mapping[str, Any]:
    """All that was said of an entry, by the names of the interface."""
    return dict(json.loads(entry.details))


def sold_now(codes: Iterable[str]) -> set[str]:
    """Which of these packages are sold, at whatever institution: sold whole, and not come back."""
    rows = Trace.objects.within(_ALL).filter(code__in=set(codes))
    return {code for code, _ in _net(rows).filter(net__gte=1).values_list("code", "net")}


def sold_twice(first: date, last: date) -> list[SoldTwice]:
    """Packages in scope that were sold whole more than once, without those that came back, and at least once in these
    days: what supervision looks into. Whom they were sold to is in the trail. Raises N334 for too many sales."""
    actor().needs("supervision.read")
    lately = Trace.objects.filter(entry__kind=SALE, entry__at__range=clock.span(first, last))
    many = dict(_net(Trace.objects.filter(code__in=lately.values("code"))).filter(net__gt=1).values_list("code", "net"))
    sales: dict[str, list[Entry]] = {}
    rows = _standing(Trace.objects.filter(code__in=many, entry__kind=SALE))
    for one in _bounded(rows.select_related("entry__institution__organisation").order_by("code", "entry__at", "id")):
        sales.setdefault(one.code, []).append(one.entry)
    trail.seen("stock.sold_twice", {one.person for found in sales.values() for one in found if one.person is not None})
    return [SoldTwice(code, many[code], found) for code, found in sales.items()]


def _standing(rows: QuerySet[Trace]) -> QuerySet[Trace]:
    return rows.filter(split=False, entry__withdrawn=None)


def _net(rows: QuerySet[Trace]) -> QuerySet[Trace, Any]:
    """By code how often it was sold more than it came back."""
    one = Case(When(entry__kind=SALE, then=Value(1)), default=Value(-1), output_field=IntegerField())
    found = _standing(rows).filter(entry__kind__in=(SALE, TAKEN_BACK))
    return found.order_by().values("code").annotate(net=Sum(one))


def _bounded(rows: QuerySet[Any]) -> list[Any]:
    found = list(rows[: MOST + 1])
    if len(found) > MOST:
        raise fail("N334", most=MOST)
    return found
