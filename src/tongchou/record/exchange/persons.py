"""Who stands at the counter: what an institution may know of somebody whose certificate lies before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongchou.engines.contributions import Period
from tongchou.ground.errors import fail
from tongchou.record.accounts import entries
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.fields import finder
from tongchou.record.base.remembered import Parameter, Remembered
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
    found = _BY_CARD.first(kind=card.kind, finder=finder(card.number, "certificate"))
    if found is None:
        raise fail("A114")
    return found.person if found.person.merged_into_id is None else by_number(found.person_id)


def by_number(number: int) -> Person:
    """The person that a number leads to, the one who was kept of two that were merged. Raises A114."""
    found = _BY_NUMBER.first(id=number)
    while found is not None and found.merged_into_id is not None:
        found = _BY_NUMBER.first(id=found.merged_into_id)
    if found is None:
        raise fail("A114")
    return found


def card_of(person: Person) -> Certificate:
    """The certificate that holds, the resident card before others."""
    return _card(_CARDS.first(person=person.pk))


def _card(found: Identity | None) -> Certificate:
    return Certificate("", "") if found is None else Certificate(found.kind, found.number)


_BY_CARD: Remembered[Identity] = Remembered(
    lambda scope: (
        Identity.objects.within(scope)
        .filter(kind=Parameter("kind"), number_finder=Parameter("finder"))
        .select_related("person__agency")
    ),
    CARD,
)
_BY_NUMBER: Remembered[Person] = Remembered(
    lambda scope: Person.objects.within(scope).select_related("agency").filter(id=Parameter("id")), CARD
)
_CARDS: Remembered[Identity] = Remembered(
    lambda scope: (
        Identity.objects.within(scope).filter(person=Parameter("person"), ended=None).order_by("kind", "id")[:1]
    ),
    CARD,
)
_SPELLS: Remembered[Spell] = Remembered(
    lambda scope: (
        Spell.objects.within(scope)
        .filter(person=Parameter("person"))
        .select_related("employer")
        .order_by("insurance", "during")
    ),
    CARD,
)
_CATEGORIES: Remembered[Category] = Remembered(
    lambda scope: (
        Category.objects.within(scope)
        .filter(person=Parameter("person"), during__contains=Parameter("day"))
        .order_by("name")
    ),
    CARD,
)


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
    card, spells, categories, accounts = trail.seen(
        "exchange.standing",
        [person.pk],
        after=[
            _CARDS.asking(person=person.pk),
            _SPELLS.asking(person=person.pk),
            _CATEGORIES.asking(person=person.pk, day=on or clock.today()),
            entries.asking([person.pk]),
        ],
    )
    return Standing(
        person=person,
        card=_card(next(iter(_CARDS.found(card)), None)),
        spells=_SPELLS.found(spells),
        categories=_CATEGORIES.found(categories),
        balances=[Balance(one.insurance, one.account, one.free(clock.today())) for one in entries.held_as(accounts)],
    )
