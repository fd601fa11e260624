"""Preparing an order: what is owed and free is collected, and is free no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.disbursement import entries
from tongchou.record.disbursement.models import PayeeAccount, PaymentItem, PaymentLine, PaymentOrder, PaymentStep
from tongchou.record.disbursement.owed import Owed, owed
from tongchou.record.disbursement.payees import accounts_of
from tongchou.record.ledger.banks import payable_key
from tongchou.record.orgs.commands import organisation

ROWS = 5_000  # written at a time


@dataclass(frozen=True)
class Transfer:
    """A line to be: into which account, for what, and in whose place."""

    account: PayeeAccount
    items: Sequence[Owed]
    reissues: PaymentLine | None = None


@command("disbursement.prepare", needs="payments.prepare")
def prepare(*, payee: str, agency: int, scheme: str, through: date, fund: str = "") -> PaymentOrder:
    """Prepare an order for what was owed at the end of a day, of one fund where it is named, to all providers, persons
    or employers whose account is confirmed; the others wait (`queries.waiting`).

    Raises M203 where nothing is to be paid, or for a payee or day that cannot be, A114.
    """
    if payee not in dict(PaymentOrder.PAYEES) or through > clock.today():
        raise fail("M203", what=f"{payee} {through}")
    where = organisation(agency)
    if where.kind != "agency":
        raise fail("A114")
    lock(payable_key(payee, scheme))
    found = owed(payee, where, scheme, through, fund)
    accounts = accounts_of(payee, found)
    transfers = [Transfer(accounts[to], items) for to, items in found.items() if to in accounts]
    if not transfers:
        raise fail("M203", what=f"{scheme} {through}")
    return write(payee, where.pk, scheme, through, transfers, f"{payee}_payable")


def write(
    payee: str, agency: int, scheme: str, through: date, transfers: Sequence[Transfer], source: str
) -> PaymentOrder:
    """The rows of an order, its first step, and its entry: what it pays leaves the account `source`."""
    order = PaymentOrder.objects.create(payee=payee, agency_id=agency, scheme=scheme, through=through, at=clock.now())
    PaymentStep.objects.create(order=order, number=1, act="prepared", by=actor().user, at=order.at)
    lines = [
        PaymentLine(
            order=order,
            number=number,
            account=one.account,
            organisation_id=one.account.organisation_id,
            person=one.account.person,
            fen=sum(item.fen for item in one.items),
            reissues=one.reissues,
        )
        for number, one in enumerate(transfers, 1)
    ]
    PaymentLine.objects.bulk_create(lines, batch_size=ROWS)
    items = [item for line, one in zip(lines, transfers, strict=True) for item in _items(line, one.items)]
    PaymentItem.objects.bulk_create(items, batch_size=ROWS)
    entries.ordered(order, items, source)
    return order


def _items(line: PaymentLine, items: Iterable[Owed]) -> list[PaymentItem]:
    return [
        PaymentItem(
            line=line,
            county_id=one.county,
            fund=one.fund,
            bearer=one.bearer,
            year=one.year,
            person=one.person,
            fen=one.fen,
        )
        for one in items
    ]
