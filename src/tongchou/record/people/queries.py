"""Looking persons up. Whoever looks is in the trail."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, QuerySet

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import as_array
from tongchou.record.base.fields import finder
from tongchou.record.base.scope import current
from tongchou.record.orgs.commands import organisation
from tongchou.record.people.identity import Certificate, certificate
from tongchou.record.people.models import Employment, Household, Identity, Membership, Person

_BATCH = 10_000
"""Certificates that are looked up at a time."""


@dataclass(frozen=True)
class Seen:
    """A person as shown: certificates and telephone masked unless whoever looks may see them in full."""

    id: int
    name: str
    born: date
    sex: str
    phone: str | None
    died: date | None
    provisional: bool
    certificates: tuple[tuple[str, str], ...]
    household: int | None
    categories: tuple[str, ...]


def person(number: int) -> Person:
    """A person of whom one may see all that the record holds, by number: for an agency or themselves. Raises A114."""
    not_for_employers()
    return in_sight(number)


def not_for_employers() -> None:
    """An employer sees who its people are; not what they have elsewhere, nor what they are entitled to. Raises A114."""
    if current().kind == "employer":
        raise fail("A114")


def in_sight(number: int) -> Person:
    """A person in scope, by number, also an employer's; a merged one leads to the one that was kept. Raises A114."""
    found = Person.objects.filter(id=number).first()
    while found is not None and found.merged_into_id is not None:
        found = Person.objects.filter(id=found.merged_into_id).first()
    if found is None:
        raise fail("A114")
    return found


def household_on(number: int, day: date) -> list[Person]:
    """The living members of a household on a day, by number; nobody yet to be born. Raises A114 for none in scope."""
    home = Household.objects.filter(id=number).first()
    if home is None:
        raise fail("A114")
    members = Membership.objects.filter(household=home, during__contains=day).values("person")
    living = Person.objects.filter(id__in=members, merged_into=None, born__lte=day)
    return list(living.exclude(died__lt=day).order_by("id"))


def known_as(numbers: Iterable[int]) -> dict[int, int]:
    """Every row of these persons, those merged into them included → the number they are known by. Rows that are
    written once stay with whom they name, so whoever sums them up asks for all of these. Numbers that are none are
    left out; the rows' scope is the caller's affair."""
    with connection.cursor() as cursor:
        cursor.execute(f"{KNOWN_AS} SELECT id, known FROM down", [as_array(set(numbers))])
        return dict(cursor.fetchall())


KNOWN_AS = """
WITH RECURSIVE up AS (
    SELECT id, merged_into_id FROM person WHERE id = ANY(%s::bigint[])
    UNION SELECT p.id, p.merged_into_id FROM person p JOIN up ON p.id = up.merged_into_id
), down AS (
    SELECT id, id AS known FROM up WHERE merged_into_id IS NULL
    UNION SELECT p.id, down.known FROM person p JOIN down ON p.merged_into_id = down.id
)
"""
"""The same for a statement to go on with: it takes a list of numbers, and `down` has each `id` as `known`."""


def look_at(*, number: int, reason: str = "", in_full: bool = False) -> Seen:
    """One person. `in_full` needs the permission `people.reveal` and a reason (A102)."""
    actor().needs("people.read")
    if in_full:
        actor().needs("people.reveal")
        if not reason.strip():
            raise fail("A102", command="people.look_at")
    found = in_sight(number)
    trail.seen("people.look_at" if not in_full else "people.look_at in full", [found.pk], reason)
    return _shown(found, in_full)


def find(*, kind: str = "", number: str = "", name: str = "", born: date | None = None) -> list[Seen]:
    """Persons in scope by certificate, or by name and birthday; at most twenty. Raises P103 when asked for nothing."""
    actor().needs("people.read")
    if number:
        found = by_certificate(certificate(kind, number))
    elif name and born is not None:
        found = Person.objects.filter(name_finder=finder(name, "name"), born=born, merged_into=None)
    else:
        raise fail("P103")
    persons = list(found[:20])
    trail.seen("people.find", [one.pk for one in persons])
    return [_shown(one, in_full=False) for one in persons]


def employees(*, employer: int, after: int = 0) -> list[Seen]:
    """Whom an employer in scope employs today, by number, those beyond `after`; at most fifty. Raises A114."""
    actor().needs("people.read")
    jobs = Employment.objects.filter(employer=organisation(employer), during__contains=clock.today(), person__gt=after)
    numbers = list(jobs.order_by("person").values_list("person", flat=True)[:50])
    persons = list(Person.objects.filter(id__in=numbers).order_by("id"))
    trail.seen("people.employees", numbers)
    return [_shown(one, in_full=False) for one in persons]


def by_certificate(one: Certificate) -> QuerySet[Person]:
    """Whom a certificate belongs to, in scope."""
    known = Identity.objects.filter(kind=one.kind, number_finder=finder(one.number, "certificate"))
    return Person.objects.filter(id__in=known.values("person_id"))


def by_certificates(cards: Collection[Certificate]) -> dict[Certificate, int]:
    """Whom each of many certificates belongs to, in scope, by the number they are known by; without those of nobody."""
    by_finder = {(one.kind, finder(one.number, "certificate")): one for one in cards}
    kinds = {one.kind for one in cards}
    owners = {}
    finders = [found for _, found in by_finder]
    for begin in range(0, len(finders), _BATCH):
        rows = Identity.objects.filter(kind__in=kinds, number_finder__in=finders[begin : begin + _BATCH])
        for kind, found, person in rows.values_list("kind", "number_finder", "person"):
            if (kind, bytes(found)) in by_finder:
                owners[by_finder[kind, bytes(found)]] = person
    known = known_as(owners.values())
    return {card: known[person] for card, person in owners.items()}


def alike() -> list[tuple[int, int]]:
    """Pairs of persons in scope with the same name, birthday and sex: perhaps one person twice. The older row first."""
    actor().needs("people.read")
    fields = ("name_finder", "born", "sex")
    living = Person.objects.filter(merged_into=None)
    found = []
    for group in living.values(*fields).annotate(n=Count("id")).filter(n__gt=1).order_by("born"):
        same = living.filter(**{field: group[field] for field in fields}).order_by("id")
        first, *others = same.values_list("id", flat=True)
        found += [(first, other) for other in others]
    trail.seen("people.alike", {number for pair in found for number in pair})
    return found


def _shown(found: Person, in_full: bool) -> Seen:
    cards = [Certificate(one.kind, one.number) for one in found.identities.filter(ended=None).order_by("kind", "id")]
    today = clock.today()
    member = found.memberships.filter(during__contains=today).first()
    return Seen(
        id=found.pk,
        name=found.name,
        born=found.born,
        sex=found.sex,
        phone=_phone(found, in_full),
        died=found.died,
        provisional=found.provisional,
        certificates=tuple((card.kind, card.number if in_full else card.masked) for card in cards),
        household=None if member is None else member.household_id,
        categories=tuple(
            found.categories.filter(during__contains=today).order_by("name").values_list("name", flat=True)
        ),
    )


def _phone(found: Person, in_full: bool) -> str | None:
    """Masked, and for an employer not at all."""
    if found.phone is None or current().kind == "employer":
        return None
    return found.phone if in_full else "*" * (len(found.phone) - 4) + found.phone[-4:]
