"""Looking lists up: what one says, what was found in it, how many are due. Whoever looks is in the trail."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.lists.models import Finding, Grouping, SettlementList, Version
from tongchou.record.lists.models.sheet import REFUSED
from tongchou.record.lists.settled import list_of, settled
from tongchou.record.settlement.models import Event, LineResult

_CLASS_A, _CLASS_B = ("甲", "01"), ("乙", "02")


@dataclass(frozen=True)
class Held:
    """A list with the version that holds."""

    list: SettlementList
    version: Version
    said: dict[str, Any]


def held(*, event_id: int) -> Held:
    """The list of a settlement in scope. Raises A114, N354 where there is none."""
    actor().needs("settlement.read")
    event = settled(event_id)
    found = list_of(event)
    trail.seen("lists.held", [event.person_id])
    version = Version.objects.get(of=found, number=found.version)
    return Held(found, version, json.loads(version.said))


def lists(
    *, state: str = "", institution_id: int | None = None, before: int | None = None, limit: int = 50
) -> list[Held]:
    """Lists in scope of standing settlements, the latest first: of a state, of an institution, older than a list when
    one is named."""
    actor().needs("settlement.read")
    asked: dict[str, Any] = {
        "state": state or None, "event__institution": institution_id, "id__lt": before,
    }  # fmt: skip
    rows = _standing().filter(**{name: value for name, value in asked.items() if value is not None})
    found = list(rows.order_by("-id")[:limit])
    trail.seen("lists.lists", {one.event.person_id for one in found})
    return [_with_version(one) for one in found]


def one_list(*, list_id: int) -> Held:
    """A list in scope, by its own number. Raises A114."""
    actor().needs("settlement.read")
    found = _standing(reversed_too=True).filter(id=list_id).first()
    if found is None:
        raise fail("A114")
    trail.seen("lists.one_list", [found.event.person_id])
    return _with_version(found)


def quality(
    *,
    month: date,
    event_id: int | None = None,
    person_id: int | None = None,
    level: str = "",
    refused: bool | None = None,
) -> QuerySet[SettlementList]:
    """The lists of settlements of a month with what was found in them (`held_versions`), by settlement: of a level (0
    nothing, 1 something, 2 refused by the agency), of those that it `refused`, or of the others. Whoever reads a page
    calls `looked_at`."""
    actor().needs("settlement.read")
    rows = _standing().filter(event__day__gte=month, event__day__lt=add_months(month, 1, "clamp"))
    if event_id is not None:
        rows = rows.filter(event=event_id)
    if person_id is not None:
        rows = rows.filter(event__person=person_id)
    if level == "2" or refused:
        rows = rows.filter(state=REFUSED)
    if level in ("0", "1") or refused is False:
        rows = rows.exclude(state=REFUSED)
    if level in ("0", "1"):
        doubted = Exists(Finding.objects.filter(version__of=OuterRef("pk"), version__number=OuterRef("version")))
        rows = rows.filter(doubted if level == "1" else ~doubted)
    return rows.order_by("event_id")


def looked_at(name: str, rows: Collection[SettlementList]) -> None:
    """These lists were read."""
    trail.seen(name, {one.event.person_id for one in rows})


@dataclass(frozen=True)
class Counted:
    """How many settlements call for a list, and how many have one."""

    due: int
    uploaded: int


def counted(
    *, kinds: Collection[tuple[str, str]] | None, first: datetime, last: datetime, with_reversed: bool = False
) -> Counted:
    """Of settlements in scope between two moments: of these kinds of visits of these schemes, of every stay when none
    are named. `with_reversed` counts those that were reversed, and their reversals."""
    actor().needs("settlement.read")
    rows = Event.objects.filter(at__gte=first, at__lte=last)
    if kinds is None:
        rows = rows.filter(Q(visit__discharged_at__isnull=False) | Q(visit__state="open"))
    else:
        wanted = Q(pk__in=())
        for scheme, kind in kinds:
            wanted |= Q(scheme=scheme, visit__kind=kind)
        rows = rows.filter(wanted)
    if not with_reversed:
        rows = rows.filter(kind="settle", reversed_by=None)
    have = SettlementList.objects.filter(event__in=rows.values("id"))
    return Counted(rows.count(), have.count())


def _standing(reversed_too: bool = False) -> QuerySet[SettlementList]:
    """Lists with the findings of the version that holds, of settlements that were not reversed."""
    holding = Version.objects.filter(number=F("of__version")).prefetch_related(
        Prefetch("findings", Finding.objects.order_by("id"))
    )
    rows = SettlementList.objects.select_related("event__institution__organisation", "event__person", "event__visit")
    rows = rows.defer("event__claim", "event__delta", "event__reads", "event__trace")
    rows = rows.prefetch_related(
        Prefetch("versions", holding.defer("said"), to_attr="held_versions"), Prefetch("groups", Grouping.objects.all())
    )
    return rows if reversed_too else rows.filter(event__reversed_by=None)


def _with_version(found: SettlementList) -> Held:
    (version,) = found.held_versions
    return Held(found, version, {})


@dataclass
class Charged:
    """Of a class of charges, in fen: all, of class A, of class B, and what the person paid in full."""

    total: int = 0
    class_a: int = 0
    class_b: int = 0
    own: int = 0


def charged(event: Event) -> dict[str, Charged]:
    """What was settled, by class of charges (`med_chrgitm_type`; 14 where none is known)."""
    found: dict[str, Charged] = {}
    for line in LineResult.objects.filter(event=event, charge__visit=event.visit_id).select_related("charge"):
        facts = line.charge.facts
        sums = found.setdefault(str(facts.get("fee_kind") or "14"), Charged())
        sums.total += line.charge.fen
        sums.own += line.full_self_pay
        covered = line.charge.fen - line.full_self_pay
        if facts.get("class") in _CLASS_A:
            sums.class_a += covered
        elif facts.get("class") in _CLASS_B:
            sums.class_b += covered
    return found
