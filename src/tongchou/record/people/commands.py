"""Commands on persons, households, categories and employment."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError
from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.fields import finder
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import PROVISIONAL, RESIDENT_CARD, Certificate, certificate
from tongchou.record.people.models import Category, Employment, Household, Identity, Membership, Person
from tongchou.record.people.queries import in_sight, person


@command("people.register", needs="people.write")
def register(
    *,
    agency: int,
    kind: str,
    number: str,
    name: str,
    born: date,
    sex: str,
    phone: str | None = None,
    household: int | None = None,
) -> Person:
    """Register a person, alone in a household of their own unless one is named.

    Raises P101/P102 for the certificate, P104 when it is known, P105 when birthday or sex are not the card's, P106 for
    no name, a sex that is none or a birthday to come.
    """
    card = certificate(kind, number)
    lock(("certificate", f"{card.kind}:{card.number}"))
    home = None if household is None else _household(household)
    return enter(card, organisation(agency), name, born, sex, phone, home)


def enter(
    card: Certificate,
    agency: Organisation,
    name: str,
    born: date,
    sex: str,
    phone: str | None = None,
    home: Household | None = None,
) -> Person:
    """What `register` does, for a command that has locked the certificate."""
    _check(card, name, born, sex)
    _free(card)
    found = Person(agency=agency, born=born, sex=sex, phone=phone or None, provisional=card.kind == PROVISIONAL)
    found.rename(name.strip())
    found.save()
    _keep(found, card)
    head, home = home is None, home or Household.objects.create(agency=agency)
    Membership.objects.create(person=found, household=home, head=head, during=DateRange(born, None))
    return found


@command("people.add_certificate", needs="people.write")
def add_certificate(*, person_id: int, kind: str, number: str, reason: str) -> Person:
    """Another certificate of a person; a newborn's provisional one ends when the resident card comes."""
    card = certificate(kind, number)
    lock(("certificate", f"{card.kind}:{card.number}"), ("person", person_id))
    found = person(person_id)
    _check(card, found.name, found.born, found.sex)
    _free(card)
    _keep(found, card)
    no_longer_provisional(found)
    return found


def no_longer_provisional(found: Person) -> None:
    """The resident card, come by itself or with a merged row, ends a newborn's provisional certificate."""
    if not found.identities.filter(kind=RESIDENT_CARD, ended=None).exists():
        return
    born_with = found.identities.filter(kind=PROVISIONAL, ended=None)
    if found.provisional or found.merged.filter(provisional=True).exists():
        born_with.update(ended=clock.today())
        found.provisional = False
        found.save()


@command("people.correct", needs="people.write")
def correct(
    *, person_id: int, reason: str, name: str | None = None, phone: str | None = None, sex: str | None = None
) -> Person:
    """Correct what was written down wrong. What it was before goes into the trail, sealed, as an entry of its own."""
    lock(("person", person_id))
    found = person(person_id)
    before = {"name": found.name, "phone": found.phone, "sex": found.sex}
    trail.write("command", "people.correct before", reason=reason, persons=[found.pk], details=before)
    if name is not None:
        if not name.strip():
            raise fail("P106")
        found.rename(name.strip())
    if phone is not None:
        found.phone = phone or None
    if sex is not None:
        for one in found.identities.filter(ended=None):
            _check(Certificate(one.kind, one.number), found.name, found.born, sex)
        found.sex = sex
    found.save()
    return found


@command("people.move", needs="people.write")
def move(*, person_id: int, since: date, reason: str, household: int | None = None, head: bool = False) -> Membership:
    """Move a person to another household, or one of their own, from a day on. Raises P108 after a later move."""
    found = person(person_id)
    before = found.memberships.order_by("-during").first()
    lock(("person", found.pk), ("household", household or 0), ("household", before.household_id if before else 0))
    if before is not None and (before.during.lower >= since or before.during.upper is not None):
        raise fail("P108", since=before.during.lower)
    if before is not None:
        before.during = DateRange(before.during.lower, since)
        before.save()
    home = Household.objects.create(agency=found.agency) if household is None else _household(household)
    return Membership.objects.create(
        person=found, household=home, head=head or household is None, during=DateRange(since, None)
    )


@command("people.categorise", needs="people.write")
def categorise(
    *,
    person_id: int,
    name: str,
    issuer: str,
    evidence: str,
    since: date,
    through: date | None,
    reason: str,
) -> Category:
    """Put a person into a category on some evidence. Raises P109 without evidence, P110 where it overlaps."""
    lock(("person", person_id))
    found = person(person_id)
    if not (name.strip() and issuer.strip() and evidence.strip()) or (through is not None and through < since):
        raise fail("P109")
    period = days(since, through)
    if found.categories.filter(name=name, during__overlap=period).exists():
        raise fail("P110", name=name)
    return Category.objects.create(person=found, name=name, issuer=issuer, evidence=evidence, during=period)


@command("people.end_category", needs="people.write")
def end_category(*, category_id: int, last: date, reason: str) -> Category:
    """End a category after a day. Raises A114 when there is none, P109 for a day before it began."""
    found = Category.objects.filter(id=category_id).first()
    if found is None:
        raise fail("A114")
    lock(("person", found.person_id))
    if last < found.during.lower:
        raise fail("P109")
    found.during = days(found.during.lower, last)
    found.save()
    return found


@command("people.employ", needs="enrolment.write")
def employ(*, person_id: int, employer: int, since: date) -> Employment:
    """Record that an employer employs a person. Raises P111 for an organisation that is none, or twice."""
    lock(("person", person_id))
    return begin_employment(in_sight(person_id), organisation(employer), since)


def begin_employment(found: Person, where: Organisation, since: date) -> Employment:
    """What `employ` does, for a command that has locked the person."""
    if where.kind != "employer":
        raise fail("P111", name=where.name)
    if found.employments.filter(employer=where, during__overlap=DateRange(since, None)).exists():
        raise fail("P111", name=where.name)
    return Employment.objects.create(person=found, employer=where, during=DateRange(since, None))


@command("people.dismiss", needs="enrolment.write")
def dismiss(*, person_id: int, employer: int, last: date) -> Employment:
    """Record that an employment ended after a day. Raises A114 when there is none on that day."""
    lock(("person", person_id))
    return end_employment(in_sight(person_id), employer, last)


def end_employment(found: Person, employer: int, last: date) -> Employment:
    """What `dismiss` does, likewise."""
    held = found.employments.filter(employer_id=employer, during__contains=last).first()
    if held is None:
        raise fail("A114")
    held.during = days(held.during.lower, last)
    held.save()
    return held


def _check(card: Certificate, name: str, born: date, sex: str) -> None:
    if not name.strip() or sex not in dict(Person.SEXES) or born > clock.today():
        raise fail("P106")
    if card.born is not None and (card.born, card.sex) != (born, sex):
        raise fail("P105")


def _free(card: Certificate) -> None:
    from tongchou.record.base.scope import system

    known = Identity.objects.within(system("a certificate belongs to one person in the whole region"))
    if known.filter(kind=card.kind, number_finder=finder(card.number, "certificate")).exists():
        raise fail("P104", number=card.masked)


def _keep(found: Person, card: Certificate) -> None:
    try:
        Identity.objects.create(
            person=found, kind=card.kind, number=card.number, number_finder=finder(card.number, "certificate")
        )
    except IntegrityError as error:
        raise fail("P104", number=card.masked) from error


def _household(number: int) -> Household:
    found = Household.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found
