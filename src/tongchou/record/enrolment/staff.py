"""增减员: somebody begins to work for an employer and is enrolled through it, or leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base.fields import finder
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.enrolment.changing import begin, check_present, days_of, employer_of, end_after
from tongchou.record.enrolment.insurances import insurance
from tongchou.record.enrolment.models import Spell
from tongchou.record.enrolment.timeline import State
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.commands import begin_employment, end_employment, enter
from tongchou.record.people.identity import Certificate, certificate
from tongchou.record.people.models import Identity, Person
from tongchou.record.people.queries import in_sight

_REGISTER = system("whoever joins may be known already, wherever; the certificate lies before who asks")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Staffed:
    """A person who joined or left, and the spells through this employer."""

    person: int
    spells: tuple[Spell, ...]

    def persons_of(self) -> list[int]:
        return [self.person]


@command("enrolment.join", needs="enrolment.write")
def join(
    *,
    employer: int,
    kind: str,
    number: str,
    name: str,
    since: date,
    insurances: Sequence[str],
    reason: str,
    facts: Mapping[str, Any] | None = None,
    born: date | None = None,
    sex: str | None = None,
    phone: str | None = None,
) -> Staffed:
    """Somebody begins to work for an employer and is enrolled through it in these insurances.

    Whoever is not known is registered under the agency of the employer, with birthday and sex where the certificate
    does not tell them. Whoever is known is taken as registered, wherever that is; the answer is the same, so that
    nobody learns by it who is.

    Raises P101/P102 for the certificate, P106 without birthday or sex, P115 where the name is not its holder's, P111
    for somebody employed there already, and what `enrol` raises: all or nothing.
    """
    card = certificate(kind, number)
    known = _holder(card)
    lock(("certificate", f"{card.kind}:{card.number}"), ("person", known.pk if known else 0))
    where = organisation(employer)
    if _holder(card) != known:
        raise fail("E113")
    found = known or _newcomer(card, where, name, born, sex, phone)
    if bytes(found.name_finder) != finder(name.strip(), "name"):
        raise fail("P115")
    during = days_of(found, since, None)
    begin_employment(found, where, since)
    for one in insurances:
        state = State(employer_of(found, employer, since), dict(facts or {}))
        begin(found, insurance(pack_in_force(), one), during, state)
    return _staffed(found, where)


@command("enrolment.leave", needs="enrolment.write")
def leave(*, person_id: int, employer: int, last: date, reason: str) -> Staffed:
    """Somebody works for an employer for the last day; every spell through it ends then. Raises A114 where they do not
    work there on that day, E104 for the days from the next one on."""
    lock(("person", person_id))
    found, where = in_sight(person_id), organisation(employer)
    end_employment(found, employer, last)
    beyond = _through(found, where).filter(during__overlap=DateRange(last + _DAY, None))
    for name in sorted(set(beyond.values_list("insurance", flat=True))):
        check_present(name, last + _DAY)
        end_after(found, name, last, "enrolment.leave", reason, employer)
    return _staffed(found, where)


def _holder(card: Certificate) -> Person | None:
    rows = Identity.objects.within(_REGISTER).filter(kind=card.kind, number_finder=finder(card.number, "certificate"))
    found = rows.select_related("person").first()
    return None if found is None else found.person


def _newcomer(
    card: Certificate, where: Organisation, name: str, born: date | None, sex: str | None, phone: str | None
) -> Person:
    born, sex = born or card.born, sex or card.sex
    if born is None or sex is None or where.parent is None:
        raise fail("P106")
    return enter(card, where.parent, name, born, sex, phone)


def _through(found: Person, where: Organisation):
    return Spell.objects.filter(person=found, employer=where)


def _staffed(found: Person, where: Organisation) -> Staffed:
    return Staffed(found.pk, tuple(_through(found, where).order_by("insurance", "during")))
