"""The settlement that a list is for: found, standing, and what the record knows of it."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.lists.models import SettlementList
from tongchou.record.lists.sheet import Known
from tongchou.record.people.models import Identity
from tongchou.record.settlement.models import Event
from tongchou.record.visits.models import Diagnosis, Visit

_ALL = system("who is named in a list is compared with who is registered")


def settled(event_id: int) -> Event:
    """A settlement in scope, by its number. Raises A114."""
    rows = Event.objects.select_related("visit", "person", "institution").defer("claim", "delta", "reads", "trace")
    found = rows.filter(id=event_id, kind="settle").first()
    if found is None:
        raise fail("A114")
    return found


def standing(event: Event) -> Event:
    """Raises N351 for a settlement that was reversed."""
    if Event.objects.filter(reverses=event).exists():
        raise fail("N351", settlement=event.pk)
    return event


def list_of(event: Event) -> SettlementList:
    """Raises N354 where there is none."""
    found = SettlementList.objects.select_related("event").filter(event=event).first()
    if found is None:
        raise fail("N354", settlement=event.pk)
    return found


def is_stay(visit: Visit) -> bool:
    """Whether somebody was admitted: a visit of a day is over without a discharge."""
    return visit.discharged_at is not None or visit.state == "open"


def known_of(event: Event, funds: Mapping[str, int]) -> Known:
    """What the record knows that a list may be held to."""
    visit, person = event.visit, event.person
    rows = Diagnosis.objects.filter(visit=visit, stage="discharge", kind="1", main=True)
    cards = Identity.objects.within(_ALL).filter(person=person)
    return Known(
        stay=is_stay(visit),
        admitted=visit.admitted,
        discharged=visit.discharged,
        born=person.born,
        sex=person.sex,
        name=person.name,
        certificates=frozenset(one.number for one in cards),
        amounts=event.fields,
        funds=funds,
        main=frozenset(rows.values_list("code", flat=True)),
        now=clock.now().astimezone(clock.CHINA).replace(tzinfo=None),
    )
