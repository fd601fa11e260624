"""Commands on single receipts: record one, reverse one, cancel an order."""

from __future__ import annotations

from datetime import date

from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN, yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.contributions.models import Cancellation, LateFee, Order, Paid, Part, Receipt
from tongchou.record.contributions.movements import Movement, lock_keys, take_in
from tongchou.record.contributions.postings import (
    RECEIVED,
    came_through,
    due_of,
    for_the_books,
    post_cancelled,
    post_receipts,
)


@command("contributions.receive", needs="contributions.receive")
def receive(*, number: str, part: int, day: date, fen: int, late_fee: int = 0) -> Receipt:
    """Record money that came in for a part of an order, in fen, and the late fee that came with it, or without it
    where `fen` is 0.

    Raises P010 for an amount below zero or nothing, C010 beyond all bounds, and whatever `take_in` refuses.
    """
    if min(fen, late_fee) < 0 or not (fen or late_fee):
        raise fail("P010", value=yuan(min(fen, late_fee)))
    if max(fen, late_fee) > MAX_FEN:
        raise fail("C010", value=max(fen, late_fee))
    (receipt,) = take_in([Movement(number, part, day, fen, late_fee)])
    return receipt


@command("contributions.reverse", needs="contributions.receive")
def reverse(*, receipt_id: int, number: str, day: date, reason: str) -> Receipt:
    """Reverse a receipt that was none: the cheque bounced, the wrong person. Raises A114, J109 where it was reversed
    before, or is itself a reversal or refund."""
    found = Receipt.objects.filter(id=receipt_id).first()
    if found is None:
        raise fail("A114")

    def still_stands() -> None:
        back = found.reverses_id is not None or found.refund_id is not None
        if back or day < found.day or Receipt.objects.filter(reverses=found).exists():
            raise fail("J109")

    moved = Movement(number, found.part_id, day, -found.fen, reverses=found.pk)
    (receipt,) = take_in([moved], first=still_stands, through=came_through(found))
    paid = LateFee.objects.filter(receipt=found, kind="paid").first()
    if paid is not None:
        back = LateFee.objects.create(part_id=found.part_id, receipt=receipt, kind="paid", day=day, fen=-paid.fen)
        part = for_the_books(Part.objects.all()).get(id=found.part_id)
        post_receipts(None, [], [(back, part.order.insurance, due_of(part))], RECEIVED)
    return receipt


@command("contributions.cancel", needs="contributions.assess")
def cancel(*, order_id: int, reason: str) -> Cancellation:
    """Take an order back, so that the period can be assessed again. Raises A114, J103 when it is cancelled, J104 while
    money that came in for it lies here."""
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        raise fail("A114")
    lock(*lock_keys([order.pk]))
    if Cancellation.objects.filter(order=order).exists():
        raise fail("J103", order=order.pk)
    paid = sum(Receipt.objects.filter(part__order=order).values_list("fen", flat=True))
    fees = LateFee.objects.filter(part__order=order, kind="paid").values_list("fen", flat=True)
    if paid := paid or -sum(fees):
        raise fail("J104", order=order.pk, paid=yuan(paid))
    last = Paid.objects.filter(order=order).order_by("known_on", "id").last()
    if last is not None and last.paid_on is not None:
        Paid.objects.create(
            order=order,
            person_id=order.person_id,
            insurance=order.insurance,
            levy=order.levy,
            first=order.first,
            through=order.through,
            known_on=last.known_on,
        )
    post_cancelled(order)
    return Cancellation.objects.create(order=order, why=reason, by=actor().user, at=clock.now())
