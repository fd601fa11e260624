"""A row for every name in an address, in the branch of a city: what another city must not see."""

from collections.abc import Callable
from datetime import date
from itertools import count

from tests.record.orgs.people import add_user, organisation
from tests.record.people.test_people import register
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import commands, merging

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


ROWS: dict[str, Callable[[Organisation], int | str]] = {
    "organisation": lambda city: city.pk,
    "user": lambda city: add_user("clerk", city).pk,
    "role": lambda city: "clerk",
    "person": a_person,
    "case": a_case,
    "category": a_category,
    "employer": lambda city: organisation("employer", city).pk,
}

BODIES = {
    "POST /api/persons/{person}/certificates": {"kind": "02", "number": "P1234567", "reason": "护照"},
}
"""Bodies that get as far as the row, where the plainest that the schema accepts would not."""
