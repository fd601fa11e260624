"""Giving money back: one asks, another decides."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.contributions.models import Part, Receipt, RefundCase
from tongchou.record.contributions.movements import Movement, lock_keys, take_in


@command("contributions.ask_refund", needs="contributions.refund")
def ask_refund(*, part: int, fen: int, reason: str) -> RefundCase:
    """Ask that so many fen of a part are given back. Raises J106, J110 for more than came in, or while a case of the
    part is open."""
    found = Part.objects.filter(id=part).first()
    if found is None:
        raise fail("J106", part=part)
    lock(*lock_keys([found.order_id]))
    held = sum(Receipt.objects.filter(part=found).values_list("fen", flat=True))
    pending = RefundCase.objects.filter(part=found, state="open").exists()
    if pending or not 0 < fen <= held:
        raise fail("J110", part=part, room=yuan(0 if pending else held), amount=yuan(fen))
    try:
        with transaction.atomic():
            return RefundCase.objects.create(part=found, fen=fen, why=reason, asked_by=actor().user)
    except IntegrityError as error:
        raise fail("J110", part=part, room=yuan(0), amount=yuan(fen)) from error


@command("contributions.decide_refund", needs="contributions.approve")
def decide_refund(*, case_id: int, approve: bool, number: str, day: date, reason: str) -> RefundCase:
    """Decide a refund; approved, the money goes out under `number` on a day, and an account gives back what it was
    credited for it. Raises A114, J111 when it is decided, A112 for whoever asked, P004 for more than is there by now,
    B102 where the account was spent."""
    case = RefundCase.objects.select_related("part").filter(id=case_id).first()
    if case is None:
        raise fail("A114")

    def still_open() -> None:
        case.refresh_from_db(fields=["state"])
        if case.state != "open":
            raise fail("J111")
        if case.asked_by is not None and case.asked_by == actor().user:
            raise fail("A112")
        case.state, case.decided_by, case.opinion = "approved" if approve else "refused", actor().user, reason
        case.save()

    if approve:
        take_in([Movement(number, case.part_id, day, -case.fen, refund=case.pk)], first=still_open)
    else:
        lock(*lock_keys([case.part.order_id]))
        still_open()
    return case
