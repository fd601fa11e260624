"""The institution accepts a deduction or appeals while the term lasts; another person decides."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.payment.deducting import must_be_at, the_deduction
from tongchou.record.payment.models import Deduction, StatementStep
from tongchou.record.payment.steps import end, key_of, must_be


@command("statements.accept_deduction", needs="statements.declare")
def accept(*, deduction_id: int) -> Deduction:
    """Accept a deduction, so that nobody need wait for the term to end. Raises A114, M407, M410."""
    found = the_deduction(deduction_id)
    lock(key_of(found.statement))
    must_be(found.statement, "reviewed")
    must_be_at(found)
    end(found, "accepted", found.fen)
    return found


@command("statements.appeal", needs="statements.declare")
def appeal(*, deduction_id: int, reason: str) -> Deduction:
    """Appeal against a deduction. Raises A114, M407, M410, M411 when the term is over."""
    found = the_deduction(deduction_id)
    lock(key_of(found.statement))
    must_be(found.statement, "reviewed")
    must_be_at(found)
    until = StatementStep.objects.get(statement=found.statement, act="reviewed").until
    if until is None or clock.today() > until:
        raise fail("M411", until=until)
    end(found, "appealed", None, reason)
    return found


@command("statements.decide_appeal", needs="statements.decide")
def decide_appeal(*, deduction_id: int, stands: int, reason: str) -> Deduction:
    """Decide on an appeal: so many fen of the deduction stand, none at the least. Raises A114, M407, M410 where nobody
    appealed or it is decided, A112 for whoever entered the deduction, M408 for more than was deducted."""
    found = the_deduction(deduction_id)
    lock(key_of(found.statement))
    must_be(found.statement, "reviewed")
    must_be_at(found, "appealed")
    if found.by is not None and found.by == actor().user:
        raise fail("A112")
    if not 0 <= stands <= found.fen:
        raise fail("M408", why=yuan(stands), why_en=yuan(stands))
    end(found, "decided", stands, reason)
    return found
