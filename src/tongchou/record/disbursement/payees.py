"""Bank accounts of payees. Whoever changes where money goes needs another who looked at the evidence."""

from __future__ import annotations

from collections.abc import Iterable

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.disbursement.models import PayeeAccount
from tongchou.record.orgs.commands import organisation
from tongchou.record.people.models import Person
from tongchou.record.people.queries import person

_ALL = system("a hospital is paid by every county whose people it treats")


@command("disbursement.register_account", needs="payees.write")
def register_account(
    *,
    holder: str,
    bank: str,
    number: str,
    reason: str,
    organisation_id: int | None = None,
    person_id: int | None = None,
) -> PayeeAccount:
    """Register the bank account of an organisation or of a person; it is used once another confirmed it. Raises M201
    for one that cannot be, A114."""
    if (organisation_id is None) == (person_id is None):
        raise fail("M201", why="organisation / person")
    if organisation_id is not None:
        to = organisation(organisation_id)
        agency = to.parent if to.kind != "agency" else to
        return _register(holder, bank, number, agency=agency, organisation=to)
    who = person(person_id or 0)
    return _register(holder, bank, number, agency=who.agency, person=who.pk)


def account_for(who: Person, bank: str, number: str) -> PayeeAccount:
    """The account into which a person asks to be paid, as part of a command: the one that is known, or one registered
    now, which another confirms like any other. Raises M201 for one that cannot be."""
    digits = _digits(number)
    rows = PayeeAccount.objects.within(_ALL).filter(person=who.pk, tail=digits[-4:]).exclude(state="refused")
    known = [one for one in rows.order_by("-id") if (one.bank, one.number) == (bank.strip(), digits)]
    return known[0] if known else _register(who.name, bank, digits, agency=who.agency, person=who.pk)


def _register(holder: str, bank: str, number: str, **of: object) -> PayeeAccount:
    digits = _digits(number)
    if not holder.strip() or not bank.strip():
        raise fail("M201", why="户名、开户行")
    return PayeeAccount.objects.create(
        **of,
        holder=holder.strip(),
        bank=bank.strip(),
        number=digits,
        tail=digits[-4:],
        registered_by=actor().user,
        registered_at=clock.now(),
    )


def _digits(number: str) -> str:
    digits = "".join(number.split())
    if not (digits.isascii() and digits.isalnum() and 6 <= len(digits) <= 34):
        raise fail("M201", why="账号")
    return digits


@command("disbursement.decide_account", needs="payees.confirm")
def decide_account(*, account_id: int, approve: bool, reason: str) -> PayeeAccount:
    """Confirm an account, or refuse it. Raises A114, M202 when it is decided, A112 for whoever registered it."""
    found = PayeeAccount.objects.filter(id=account_id).first()
    if found is None:
        raise fail("A114")
    lock(("payee account", found.pk))
    found.refresh_from_db(fields=["state"])
    if found.state != "open":
        raise fail("M202", account=found.pk)
    if found.registered_by is not None and found.registered_by == actor().user:
        raise fail("A112")
    found.state, found.decided_by, found.opinion = "confirmed" if approve else "refused", actor().user, reason
    found.save()
    return found


def accounts_of(payee: str, numbers: Iterable[int]) -> dict[int, PayeeAccount]:
    """The account that holds for each of these organisations or persons; those without one are left out."""
    of = "person" if payee == "person" else "organisation_id"
    rows = PayeeAccount.objects.within(_ALL).filter(state="confirmed", **{f"{of}__in": list(numbers)}).order_by("id")
    return {getattr(one, of): one for one in rows}
