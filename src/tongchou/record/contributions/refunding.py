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
def ask_refund(*, part: int, fen: int, reason: str, to: int | None = None) -> RefundCase:
    """Ask that so many fen of a part are given back, or, with `to`, that so much of what was paid too much on it is set
    off on another part. Raises J106, J110 for more than came in, or while a case of the part is open, J125 for what
    cannot be set off there."""
    found, there = _part(part), None if to is None else _part(to)
    lock(*lock_keys([found.order_id, *([] if there is None else [there.order_id])]))
    held = _held(found)
    pending = RefundCase.objects.filter(part=found, state="open").exists()
    if pending or not 0 < fen <= held:
        raise fail("J110", part=part, room=yuan(0 if pending else held), amount=yuan(fen))
    if there is not None:
        _check_set_off(found, there, fen)
    try:
        with transaction.atomic():
            return RefundCase.objects.create(part=found, to=there, fen=fen, why=reason, asked_by=actor().user)
    except IntegrityError as error:
        raise fail("J110", part=part, room=yuan(0), amount=yuan(fen)) from error


@command("contributions.decide_refund", needs="contributions.approve")
def decide_refund(*, case_id: int, approve: bool, number: str, day: date, reason: str) -> RefundCase:
    """Decide a refund; approved, the money goes out under `number` on a day, and an account gives back what it was
    credited for it. What is set off comes in on the other part on that day, under `number` and 抵. Raises A114, J111
    when it is decided, A112 for whoever asked, P004 for more than is there by now, J125 for what cannot be set off any
    more, B102 where the account was spent."""
    case = RefundCase.objects.select_related("part__order", "part__share", "to__order", "to__share")
    case = case.filter(id=case_id).first()
    if case is None:
        raise fail("A114")

    def still_open() -> None:
        case.refresh_from_db(fields=["state"])
        if case.state != "open":
            raise fail("J111")
        if case.asked_by is not None and case.asked_by == actor().user:
            raise fail("A112")
        if approve and case.to is not None:
            _check_set_off(case.part, case.to, case.fen)
        case.state, case.decided_by, case.opinion = "approved" if approve else "refused", actor().user, reason
        case.save()

    if approve:
        moved = [Movement(number, case.part_id, day, -case.fen, refund=case.pk)]
        if case.to_id is not None:
            moved.append(Movement(f"{number} 抵", case.to_id, day, case.fen))
        take_in(moved, first=still_open)
    else:
        lock(*lock_keys([case.part.order_id]))
        still_open()
    return case


def _part(number: int) -> Part:
    found = Part.objects.select_related("order", "share").filter(id=number).first()
    if found is None:
        raise fail("J106", part=number)
    return found


def _held(part: Part) -> int:
    return sum(Receipt.objects.filter(part=part).values_list("fen", flat=True))


def _check_set_off(part: Part, to: Part, fen: int) -> None:
    """Raises J125 unless so much was paid too much on the one, and is unpaid on the other, of the same insurance and
    payer: the same person, or the same employer for any of its people."""
    room = max(0, _held(part) - part.fen)
    one, other = part.order, to.order
    same_payer = (part.share.kind, part.share.claims) == (to.share.kind, to.share.claims) and (
        one.person_id == other.person_id or (part.share.kind == "employer" and one.employer_id == other.employer_id)
    )
    same = part.pk != to.pk and one.insurance == other.insurance and same_payer
    if not same or hasattr(other, "cancelled") or fen > min(room, to.fen - _held(to)):
        raise fail("J125", part=part.pk, room=yuan(room), amount=yuan(fen), to=to.pk)
