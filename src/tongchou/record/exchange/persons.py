"""Who stands at the counter: what an institution may know of somebody whose certificate lies before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongchou.engines.contributions import Period
from tongchou.ground.errors import fail
from tongchou.record.accounts.entries import held
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.fields import finder
from tongchou.record.base.scope import scoped, system
from tongchou.record.enrolment.models import Spell
from tongchou.record.entitlement.queries import entitlement_of
from tongchou.record.filings.models import Filing
from tongchou.record.filings.stored import names_of
from tongchou.record.people.identity import Certificate, certificate
from tongchou.record.people.models import Category, Identity, Person
from tongchou.record.people.queries import known_as
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.models import Accumulator

CARD = system("the certificate lies before who asks, or the number that was answered for it")


@dataclass(frozen=True)
class Balance:
    """What an account of an insurance holds today, in fen."""

    insurance: str
    account: str
    fen: int


@dataclass(frozen=True)
class Standing:
    """A person as an institution sees them: identity, spells, categories, accounts."""

    person: Person
    card: Certificate
    spells: Sequence[Spell]
    categories: Sequence[Category]
    balances: Sequence[Balance]


def by_card(kind: str, number: str) -> Person:
    """The holder of a certificate. Raises P101, P102, A114."""
    card = certificate(kind, number)
    rows = Identity.objects.within(CARD).filter(kind=card.kind, number_finder=finder(card.number, "certificate"))
    found = rows.select_related("person__agency").first()
    if found is None:
        raise fail("A114")
    return by_number(found.person_id)


def by_number(number: int) -> Person:
    """The person that a number leads to, the one who was kept of two that were merged. Raises A114."""
    found = Person.objects.within(CARD).select_related("agency").filter(id=number).first()
    while found is not None and found.merged_into_id is not None:
        found = Person.objects.within(CARD).select_related("agency").filter(id=found.merged_into_id).first()
    if found is None:
        raise fail("A114")
    return found


def card_of(person: Person) -> Certificate:
    """The certificate that holds, the resident card before others."""
    rows = Identity.objects.within(CARD).filter(person=person, ended=None).order_by("kind", "id")
    found = rows.first()
    return Certificate("", "") if found is None else Certificate(found.kind, found.number)


def periods(person: Person, insurance: str, on: date) -> dict[str, Period]:
    """What a person is entitled to on a day in an insurance, by fund; it is in the trail. Raises as the engine does of
    a history that the rules cannot be asked about."""
    with scoped(CARD):
        found = entitlement_of(person_id=person.pk, on=on)
    return {one.fund: one for one in found if one.scheme == insurance}


@dataclass(frozen=True)
class Held:
    """A filing that was approved: what it names, and its days, the last one None where it has no end."""

    names: Mapping[str, Any]
    first: date
    last: date | None


def filings(person: Person, scheme: str, kind: str) -> list[Held]:
    """The approved filings of a type about a person, wherever they were made. They are in the trail."""
    actor().needs("filings.read")
    trail.seen("exchange.filings", [person.pk])
    rows = Filing.objects.within(CARD).filter(
        person__in=known_as([person.pk]), scheme=scheme, type=kind, state="approved", during__isnull=False
    )
    return [
        Held(names_of(row), row.during.lower, None if row.during.upper is None else row.during.upper - timedelta(1))
        for row in rows.order_by("id")
    ]


def institution_name(code: str) -> str:
    """What an institution of the region is called; empty for one that there is not."""
    rows = Institution.objects.within(CARD).filter(code=code).values_list("organisation__name", flat=True)
    return str(rows.first() or "")


def accumulated(person: Person) -> list[Accumulator]:
    """What settlements of a person used up. It is in the trail."""
    actor().needs("settlement.read")
    trail.seen("exchange.accumulated", [person.pk])
    return list(Accumulator.objects.filter(subject=f"p{person.pk}").order_by("name", "period", "each"))


def standing(person: Person, on: date | None = None) -> Standing:
    """What an institution may know of a person on a day. It is in the trail."""
    actor().needs("people.read")
    day = on or clock.today()
    trail.seen("exchange.standing", [person.pk])
    accounts = held([person.pk])
    return Standing(
        person=person,
        card=card_of(person),
        spells=list(
            Spell.objects.within(CARD).filter(person=person).select_related("employer").order_by("insurance", "during")
        ),
        categories=list(Category.objects.within(CARD).filter(person=person, during__contains=day).order_by("name")),
        balances=[Balance(one.insurance, one.account, one.free(clock.today())) for one in accounts],
    )
