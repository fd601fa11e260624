"""Whom a filing is about."""

from __future__ import annotations

from dataclasses import dataclass

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.fields import finder
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.base.scope import current, scoped, system
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import certificate as read_certificate
from tongchou.record.people.models import Employment, Identity, Person
from tongchou.record.people.queries import person


@dataclass(frozen=True)
class About:
    """A person or an organisation, and the agency that looks after them."""

    agency: Organisation
    person: Person | None = None
    organisation: Organisation | None = None

    @property
    def kind(self) -> str:
        return "person" if self.person is not None else "organisation"

    @property
    def key(self) -> tuple[str, object]:
        """What is locked: the same that a merge of the person locks."""
        one = self.person or self.organisation
        assert one is not None
        return self.kind, one.pk


def about(person_id: int | None, certificate: tuple[str, str] | None, organisation_id: int | None) -> About:
    """Exactly one of the three, or none: then oneself, who is insured or acts for an institution. Raises A114 for
    nobody in scope, P101/P102 for no certificate, F102 for two at once."""
    given = [one for one in (person_id, certificate, organisation_id) if one is not None]
    if len(given) > 1:
        raise fail("F102", type="-", about="本人或单位")
    scope = current()
    if certificate is not None:
        found = _holder(*certificate)
    elif person_id is not None:
        found = person(person_id)
    elif organisation_id is None and scope.kind == "person":
        found = person(int(scope.value))
    elif organisation_id is None and scope.kind not in ("provider", "employer"):
        raise fail("A114")
    else:
        where = organisation(int(scope.value) if organisation_id is None else organisation_id)
        return About(where.parent or where, organisation=where)
    return About(found.agency, person=found)


def _holder(kind: str, number: str) -> Person:
    """The holder of a certificate: for an agency one in its scope, for an institution whoever handed it to them, for
    an employer one whom it employs. A merge moves certificates, so the holder is never a row that gave way."""
    card = read_certificate(kind, number)
    handed = current().kind in ("provider", "employer")
    with_card = system("the certificate lies before who asks") if handed else current()
    with scoped(with_card):
        found = _HOLDING.first(kind=card.kind, finder=finder(card.number, "certificate"))
    if found is None or (current().kind == "employer" and not _employed(found.person, int(current().value))):
        raise fail("A114")
    return found.person


_HOLDING: Remembered[Identity] = Remembered(
    lambda scope: (
        Identity.objects.within(scope)
        .filter(kind=Parameter("kind"), number_finder=Parameter("finder"), ended=None)
        .select_related("person__agency")
    )
)


def _employed(one: Person, employer: int) -> bool:
    jobs = Employment.objects.filter(person=one, employer_id=employer, during__contains=clock.today())
    return bool(jobs.exists())
