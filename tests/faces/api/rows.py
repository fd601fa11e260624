"""A row for every name in an address, in the branch of a city: what another city must not see."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from tests.record.contributions.stage import doing_everything, put_in_force, worker
from tests.record.filings.stage import MONDAY, enact, lives_elsewhere
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import register
from tongchou.record.accounts.commands import share
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import Order, Part, Receipt
from tongchou.record.contributions.receiving import receive
from tongchou.record.contributions.refunding import ask_refund
from tongchou.record.filings.models import Evidence
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.models import StoredPack
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


def everybody():
    """Whoever may do all there is."""
    if not StoredPack.objects.exists():
        put_in_force()
    return doing_everything()


def an_order(city: Organisation) -> int:
    with everybody():
        person = worker(city)
        assess_month(insurance="employee", month=date(2025, 3, 1))
        return Order.objects.filter(person=person, levy="基本医疗").get().pk


def a_receipt(city: Organisation) -> int:
    with everybody():
        part = Part.objects.filter(order=an_order(city)).order_by("id")[0]
        return receive(number=f"T{part.pk}", part=part.pk, day=date(2025, 4, 1), fen=part.fen).pk


def a_refund(city: Organisation) -> int:
    with everybody():
        receipt = Receipt.objects.get(id=a_receipt(city))
        return ask_refund(part=receipt.part_id, fen=1, reason="多缴").pk


def a_sharing(city: Organisation) -> int:
    with everybody():
        return share(
            owner=worker(city).pk, relative=worker(city).pk, relation="子女", insurance="employee", account="个人账户",
            evidence="户口簿", since=date(2025, 1, 1), through=None, reason="申请",
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
    "order": an_order,
    "receipt": a_receipt,
    "refund": a_refund,
    "sharing": a_sharing,
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
