"""A purchase in a pharmacy: no visit before it and nothing after, so that registering, charging and settling are one.

A purchase is known by what was bought: the same lines of the same person at the same time are the same purchase,
whatever message brings them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from tongchou.engines.benefits.claim import Settlement
from tongchou.record.audit import trail
from tongchou.record.audit.command import at_last, command
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.filings.about import About, about
from tongchou.record.people.models import Membership, Person
from tongchou.record.providers.models import Institution
from tongchou.record.providers.queries import institution
from tongchou.record.settlement import settling
from tongchou.record.settlement.asking import Asked, answer, answered, message_key
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.keeping import keep
from tongchou.record.settlement.models import Event
from tongchou.record.visits import charging, describing, registering
from tongchou.record.visits.lines import Line
from tongchou.record.visits.models import Charge, Visit

_ALL = system("the households of whoever buys, and what was answered before")


@dataclass(frozen=True)
class Purchase:
    """What somebody buys: `number` is the institution's own, or made of what is bought; `said`: what is
    kept of it that no rule asks for."""

    number: str
    scheme: str
    kind: str
    day: date
    certificate: tuple[str, str]
    lines: Sequence[Line]
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def visit(self) -> registering.Given:
        return registering.Given(self.number, self.scheme, self.kind, self.day, self.facts)


@dataclass(frozen=True)
class Tried:
    """What a purchase would come to; nothing of it is recorded."""

    visit: Visit
    charges: Sequence[Charge]
    result: Settlement


@command("settlement.sell", needs="settlement.write")
def sell(
    *, institution_id: int, purchase: Purchase, choice: Choice = settling.OWN, asked: Asked | None = None
) -> Event:
    """Register, charge and settle a purchase, all of it or nothing. The same message, or the same purchase while its
    settlement stands, is answered by what was settled.

    Raises as `registering.register`, `charging.charge` and `settling.settle`.
    """
    at, whom, person = _whose(institution_id, purchase)
    homes = list(Membership.objects.within(_ALL).filter(person=person))
    message = {message_key(at.pk, asked.msgid)} if asked is not None else set()
    number = ("visit", f"{at.pk} {purchase.number}")
    lock(whom.key, number, ("settling", person.pk), *settling.lock_keys(person.pk, choice, homes), *message)
    before = answered(at.pk, asked, "settle")
    if before is not None and before.event is not None:
        return Event.objects.within(_ALL).get(id=before.event)
    visit = registering.enter(at, whom, person, purchase.visit)
    charging.add(visit, purchase.lines)
    at_last(describing.noting(visit, "visit", purchase.said))
    standing = Event.objects.filter(visit=visit, kind="settle", reversed_by=None).order_by("-id").first()
    if standing is None:
        rules = settling.rules_now()
        settled = settling.settled_of(settling.known_of(visit.pk, person.pk, homes), choice, rules)
        standing = keep(visit, settled, rules)
    answer(at.pk, asked, "settle", standing.pk)
    return standing


def try_to_sell(*, institution_id: int, purchase: Purchase, choice: Choice = settling.OWN) -> Tried:
    """What a purchase would come to (试算): done and undone, nothing stays. Raises as `sell`."""
    actor().needs("settlement.trial")
    at, whom, person = _whose(institution_id, purchase)
    homes = list(Membership.objects.within(_ALL).filter(person=person))
    trail.seen("settlement.try_to_sell", [person.pk])
    with transaction.atomic():
        visit = registering.enter(at, whom, person, purchase.visit)
        charges = charging.add(visit, purchase.lines)
        settled = settling.settled_of(settling.known_of(visit.pk, person.pk, homes), choice, settling.rules_now())
        transaction.set_rollback(True)
    return Tried(visit, charges, settled.result)


def _whose(institution_id: int, purchase: Purchase) -> tuple[Institution, About, Person]:
    whom = about(None, purchase.certificate, None)
    assert whom.person is not None  # a certificate is a person's
    return institution(institution_id), whom, whom.person
