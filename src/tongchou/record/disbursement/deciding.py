"""Reviewing and approving an order: three people saw it before money leaves."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.disbursement import entries
from tongchou.record.disbursement.models import PaymentItem, PaymentOrder, PaymentStep
from tongchou.record.ledger.banks import bank_key, must_hold


@command("disbursement.review", needs="payments.review")
def review(*, order_id: int, approve: bool, reason: str) -> PaymentOrder:
    """Review an order, or refuse it: then what it took is free again. Raises A114, M204 where the order is not at this
    step, A112 for whoever prepared it."""
    order = the(order_id)
    lock(order_key(order))
    _may(order, "prepared")
    step(order, "reviewed" if approve else "refused", reason)
    if not approve:
        entries.refused(order, clock.today())
    return order


@command("disbursement.approve", needs="payments.approve")
def approve(*, order_id: int, approve: bool, reason: str) -> PaymentOrder:
    """Approve an order, or refuse it. Raises A114, M204, A112 for whoever prepared or reviewed it, M108 where the
    expenditure account does not hold what it and the orders approved before will take."""
    order = the(order_id)
    lock(order_key(order), bank_key(order.scheme))
    _may(order, "reviewed")
    step(order, "approved" if approve else "refused", reason)
    if not approve:
        entries.refused(order, clock.today())
        return order
    items = list(PaymentItem.objects.filter(line__order=order).select_related("line"))
    must_hold("expenditure_bank", order.scheme, clock.today(), sum(one.fen for one in items))
    entries.approved(order, items, clock.today())
    return order


def the(number: int) -> PaymentOrder:
    """An order in scope. Raises A114."""
    found = PaymentOrder.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def order_key(order: PaymentOrder) -> tuple[str, object]:
    return "payment", order.pk


def state_of(order: PaymentOrder) -> str:
    """The last step that was done."""
    return str(PaymentStep.objects.filter(order=order).order_by("number").values_list("act", flat=True).last())


def must_be(order: PaymentOrder, state: str) -> None:
    """Raises M204 where another step was done last."""
    if (now := state_of(order)) != state:
        raise fail("M204", order=order.pk, state=dict(PaymentStep.ACTS)[now])


def step(order: PaymentOrder, act: str, reason: str = "") -> None:
    """Write the next step; whoever calls holds the order's lock."""
    number = PaymentStep.objects.filter(order=order).count() + 1
    PaymentStep.objects.create(order=order, number=number, act=act, by=actor().user, at=clock.now(), reason=reason)


def _may(order: PaymentOrder, state: str) -> None:
    must_be(order, state)
    me = actor().user
    if me is not None and PaymentStep.objects.filter(order=order, by=me).exists():
        raise fail("A112")
