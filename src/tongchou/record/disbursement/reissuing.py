"""What the bank returned goes out again by a new order, into a corrected account."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.disbursement.deciding import order_key, the
from tongchou.record.disbursement.models import PaymentItem, PaymentLine, PaymentOrder
from tongchou.record.disbursement.owed import Owed
from tongchou.record.disbursement.payees import accounts_of
from tongchou.record.disbursement.preparing import Transfer, write
from tongchou.record.disbursement.queries import returned


@command("disbursement.reissue", needs="payments.prepare")
def reissue(*, order_id: int, reason: str) -> PaymentOrder:
    """Prepare an order for the lines of another that the bank returned and whose payees have a new confirmed account
    since; it is reviewed and approved like any other. Raises A114, M209 where there is none."""
    order = the(order_id)
    lock(order_key(order))
    lines = returned(order)
    accounts = accounts_of(order.payee, [_payee(one) for one in lines])
    again = [(one, accounts[_payee(one)]) for one in lines if accounts[_payee(one)].pk != one.account_id]
    if not again:
        raise fail("M209", order=order.pk)
    transfers = [Transfer(account, _owed(line), line) for line, account in again]
    return write(order.payee, order.agency_id, order.scheme, order.through, transfers, "payment_returned")


def _payee(line: PaymentLine) -> int:
    return int(line.person if line.organisation_id is None else line.organisation_id)


def _owed(line: PaymentLine) -> list[Owed]:
    return [
        Owed(one.county_id, one.fund, one.bearer, one.year, one.person, one.fen)
        for one in PaymentItem.objects.filter(line=line).order_by("id")
    ]
