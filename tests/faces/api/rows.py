"""A row for every name in an address, in the branch of a city: what another city must not see."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from tests.record.filings.stage import MONDAY, enact, lives_elsewhere
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import register
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.filings.models import Evidence
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import commands, merging
from tongchou.record.people.models import Person

_serial = count(11, 2)  # odd: the same sex, so that two rows may be one person


def stage():
    """Whoever sets the stage may do everything that setting it takes."""
    return acting(system_actor("stage", "people.write"))


def a_person(city: Organisation) -> int:
    with stage():
        return register(city, next(_serial)).pk


def a_case(city: Organisation) -> int:
    with stage():
        keep, drop = register(city, next(_serial)), register(city, next(_serial))
        return merging.open_merge(keep=keep.pk, drop=drop.pk, reason="同名同生日").pk


def a_category(city: Organisation) -> int:
    with stage():
        return commands.categorise(
            person_id=a_person(city), name="低保", issuer="民政局", evidence="文", since=date(2025, 1, 1), through=None,
            reason="认定",
        ).pk  # fmt: skip


def a_filing(city: Organisation) -> int:
    with clock.at(MONDAY):
        enact()
        person = a_person(city)
        with acting_as(add_user("clerk", city)):
            return lives_elsewhere(Person.objects.get(id=person)).pk


def a_file(city: Organisation) -> int:
    number = a_filing(city)
    with scoped(system("stage")):
        return Evidence.objects.get(filing_id=number).pk


ROWS: dict[str, Callable[[Organisation], int | str]] = {
    "organisation": lambda city: city.pk,
    "user": lambda city: add_user("clerk", city).pk,
    "role": lambda city: "clerk",
    "person": a_person,
    "case": a_case,
    "category": a_category,
    "filing": a_filing,
    "number": a_file,
    "employer": lambda city: organisation("employer", city).pk,
}


class Form(dict[str, Any]):
    """A body that is sent as a form; `files` are names with their contents."""


_FILES = {"kinds": ["x"], "files": [("a.pdf", b"%PDF-")]}
BODIES = {
    "POST /api/filings/with-evidence": Form(filing='{"scheme": "x", "type": "x", "person": 1}', **_FILES),
    "POST /api/filings/{filing}/evidence": Form(_FILES),
    "POST /api/persons/{person}/certificates": {"kind": "02", "number": "P1234567", "reason": "护照"},
}
"""Bodies that get as far as the row, where the plainest that the schema accepts would not."""
