"""Somebody who paid a hospital and claims it back."""

from datetime import date
from typing import Any

from tests.record.visits.stage import MAY, SEEN, line
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope
from tongchou.record.manual.commands import Account, Paid, apply
from tongchou.record.manual.models import ManualClaim
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import PERMISSIONS
from tongchou.record.people.models import Person
from tongchou.record.providers.models import Institution

ACCOUNT = Account("宁和银行", "6222000011112222")


def at_the_desk(city: Organisation):
    """Somebody of the agency who may do all there is: the system itself files nothing."""
    return acting(Actor("desk", Scope("agency", city.path), frozenset(PERMISSIONS)))


def claimed(
    at: Institution, person: Person, invoice: str = "10001", fen: int = 8_000_00, day: date = MAY, **given: Any
) -> ManualClaim:
    """A claim for a stay of a day with one invoice and one line."""
    plain = {
        "institution": at.code, "person_id": person.pk, "scheme": "employee", "kind": "住院", "admitted": day,
        "discharged": day, "invoices": [Paid(invoice, day, fen)], "lines": [line("1", fen, day)], "account": ACCOUNT,
        "facts_of_visit": SEEN,
    }  # fmt: skip
    return apply(**{**plain, **given})
