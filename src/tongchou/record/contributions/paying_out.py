"""Cash that is due: what left an account to be paid, and what is paid to who cannot be enrolled. Rules ACC-05, CON-04,
ENR-07.

A pay-out is prepared by one, approved by another, and then paid, or returned by the bank, after which it can be
prepared anew. It carries no money itself. What it or a payment order has taken, the other finds no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from tongchou.ground.errors import fail
from tongchou.record.accounts.models import Entry
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.contributions.cash_postings import move, whose_money
from tongchou.record.contributions.models import CashDue, PayOut
from tongchou.record.contributions.reports import MOST
from tongchou.record.ledger.banks import bank_key, must_hold, payable_key
from tongchou.record.people.queries import known_as

LIVE = ("prepared", "approved", "paid")
IN_CASH = ("inheritance", "paid_out")
"""What leaves an account to be paid to a person; the rest goes to a fund, another region or a relative's bill."""


@dataclass(frozen=True)
class Due:
    """Cash that nobody has prepared to pay, in fen: of an account's `entry`, or of `cash`."""

    of: Literal["entry", "cash"]
    number: int
    person: int
    what: str
    to: str
    since: date
    fen: int
    cite: str


def due(*, of: Literal["entry", "cash"], after: int = 0) -> list[Due]:
    """What waits to be paid out of accounts (`entry`) or to who cannot be enrolled (`cash`), in scope and by number; at
    most a thousand, those after `after`."""
    actor().needs("accounts.read")
    if of == "entry":
        entries = _waiting(Entry, "entry").filter(kind__in=IN_CASH, fen__lt=0, id__gt=after).order_by("id")[:MOST]
        found = [
            Due(of, one.pk, one.person_id, one.get_kind_display(), one.to, one.day, -one.fen, one.cite)
            for one in entries
        ]
    else:
        rows = _waiting(CashDue, "cash").filter(fen__gt=0, id__gt=after).order_by("id")[:MOST]
        found = [Due(of, one.pk, one.person_id, one.name, "本人", one.first, one.fen, one.cite) for one in rows]
    trail.seen("contributions.due_in_cash", {one.person for one in found})
    return found


def _waiting(model: type[Entry] | type[CashDue], field: str) -> QuerySet[Any]:
    return model.objects.filter(~Exists(PayOut.objects.filter(**{field: OuterRef("pk")}, state__in=LIVE)))


def pay_outs(*, state: str = "prepared", after: int = 0) -> list[PayOut]:
    """The pay-outs in scope of a state, the oldest first; at most a thousand, those after `after`."""
    actor().needs("accounts.read")
    rows = list(PayOut.objects.filter(state=state, id__gt=after).order_by("id")[:MOST])
    trail.seen("contributions.pay_outs", {one.person_id for one in rows})
    return rows


@command("contributions.prepare_pay_out", needs="accounts.write")
def prepare(*, of: Literal["entry", "cash"], number: int, payee: str, bank: str, account: str, reason: str) -> PayOut:
    """Prepare to pay what is due to a payee's bank account. Raises A114 for nothing in scope that is due in cash, J119
    while it is under way or paid, here or by a payment order, J120 without a payee or account."""
    model = Entry if of == "entry" else CashDue
    found = model.objects.filter(id=number).first()
    if found is None or (of == "entry" and (found.kind not in IN_CASH or found.fen >= 0)) or found.fen == 0:
        raise fail("A114")
    if not (payee.strip() and bank.strip() and account.strip()):
        raise fail("J120")
    whose = whose_money(found)
    lock((f"pay out {of}", number), payable_key("person", whose.fund.scheme))
    if whose.owed() < abs(found.fen):
        raise fail("J119")
    if PayOut.objects.filter(**{of: found}, state__in=LIVE).exists():
        raise fail("J119")
    made = PayOut(
        person_id=known_as([found.person_id])[found.person_id],
        fen=abs(found.fen),
        payee=payee.strip(),
        bank=bank.strip(),
        account=account.strip(),
        why=reason,
        prepared_by=actor().user,
        prepared_at=clock.now(),
        **{of: found},
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise fail("J119") from error
    move(made, "prepared", clock.today(), "person_payable", "in_payment")
    return made


@command("contributions.decide_pay_out", needs="contributions.approve")
def decide(*, pay_out: int, approve: bool, reason: str) -> PayOut:
    """Approve a pay-out or refuse it. Raises A114, J121 when it is decided, A112 for whoever prepared it, M108
    where the expenditure account does not hold it."""
    found = _locked(pay_out, "prepared")
    if found.prepared_by is not None and found.prepared_by == actor().user:
        raise fail("A112")
    found.state, found.opinion = "approved" if approve else "refused", reason
    found.decided_by, found.decided_at = actor().user, clock.now()
    found.save()
    if approve:
        must_hold("expenditure_bank", whose_money(found.what).fund.scheme, clock.today(), found.fen)
        move(found, "approved", clock.today(), "in_payment", "approved_payment")
    else:
        move(found, "refused", clock.today(), "in_payment", "person_payable")
    return found


@command("contributions.paid_out", needs="accounts.write")
def paid(*, pay_out: int, number: str, day: date) -> PayOut:
    """Record that the money went, under a number of the bank. Raises A114, J121 for one that is not approved, J107
    for a day to come, J105 for a number that is known."""
    found = _locked(pay_out, "approved")
    if day > clock.today():
        raise fail("J107", day=day)
    found.state, found.number, found.paid_on = "paid", number, day
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise fail("J105", number=number) from error
    move(found, "paid", day, "approved_payment", "paid_out")
    return found


@command("contributions.returned_pay_out", needs="accounts.write")
def returned(*, pay_out: int, day: date, reason: str) -> PayOut:
    """Record that the money came back, or could not be sent: what was due is due again. Raises A114, J121 for one that
    is neither approved nor paid, J107 for a day to come, or before it was paid."""
    found = _locked(pay_out, "approved", "paid")
    if day > clock.today() or (found.paid_on is not None and day < found.paid_on):
        raise fail("J107", day=day)
    out = "paid_out" if found.state == "paid" else "approved_payment"
    found.state, found.returned_on, found.returned_why = "returned", day, reason
    found.save()
    move(found, "returned", day, out, "person_payable")
    return found


def _locked(number: int, *states: str) -> PayOut:
    """A pay-out in scope in one of these states, nobody else working on it. Raises A114, J121."""
    found = PayOut.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    lock(("pay out", number), bank_key(whose_money(found.what).fund.scheme))
    found.refresh_from_db()
    if found.state not in states:
        raise fail("J121", state=found.get_state_display())
    return found
