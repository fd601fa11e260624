"""Deductions are entered while a declared month is reviewed, and withdrawn by whoever finds one wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Sum

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.payment.charged import charged_for, entered_on
from tongchou.record.payment.models import Deduction, Statement
from tongchou.record.payment.steps import end, key_of, last_of, must_be, standing
from tongchou.record.settlement.models import Event, LineResult

_ALL = system("a settlement is deducted from once, wherever its patient is insured")
_TEXTS = (("article", 200), ("why", 500), ("evidence", 200))


@dataclass(frozen=True)
class Entered:
    """A deduction before it is kept: of a settlement, or one of its lines as the hospital numbers them, so many fen."""

    event: int
    fen: int
    kind: str
    article: str
    why: str
    evidence: str = ""
    line: str = ""


@command("statements.deduct", needs="statements.deduct")
def deduct(*, entered: Entered) -> Deduction:
    """Enter a deduction of a settlement whose month is declared. Raises A114, M407 where it is not, M408 for a
    deduction that cannot be, M409 for more than was charged."""
    of = statement_of(entered.event)
    lock(key_of(of))
    return keep(entered, of)


@command("statements.withdraw_deduction", needs="statements.deduct")
def withdraw(*, deduction_id: int, reason: str) -> Deduction:
    """Withdraw a deduction before the institution is told. Raises A114, M407, M410 for one that is withdrawn."""
    found = the_deduction(deduction_id)
    lock(key_of(found.statement))
    must_be(found.statement, "declared")
    must_be_at(found)
    end(found, "withdrawn", 0, reason)
    return found


def statement_of(event: int) -> Statement:
    """The standing statement, in scope, of the month in which a settlement stands in the books. Raises M408 where there
    is none."""
    of, day = Event.objects.within(_ALL).filter(id=event).first(), entered_on(event)
    found = None if of is None or day is None else _standing(of, day)
    if found is None:
        raise fail("M408", why=f"结算 {event}", why_en=f"settlement {event}")
    return found


def _standing(of: Event, day: date) -> Statement | None:
    found = standing(of.institution_id, day.replace(day=1), of.scheme)
    return None if found is None else Statement.objects.select_related("institution").get(id=found.pk)


def keep(entered: Entered, of: Statement) -> Deduction:
    """Write a deduction; whoever calls holds the month's lock. Raises as `deduct`."""
    must_be(of, "declared")
    _check(entered)
    room = room_of(entered.event, of)
    if entered.fen > room:
        raise fail("M409", settlement=entered.event, room=yuan(room), fen=yuan(entered.fen))
    return Deduction.objects.create(statement=of, by=actor().user, at=clock.now(), **vars(entered))


def room_of(event: int, of: Statement) -> int:
    """What may still be deducted of a settlement, in fen."""
    whole = sum(charged_for(event, of.institution.organisation_id, of.scheme).values())
    rows = Deduction.objects.within(_ALL).filter(statement=of, event=event)
    taken = rows.exclude(steps__act="withdrawn").aggregate(fen=Sum("fen"))["fen"] or 0
    return whole - taken


def _check(entered: Entered) -> None:
    """Raises M408."""
    if entered.fen <= 0:
        raise fail("M408", why=yuan(entered.fen), why_en=yuan(entered.fen))
    if entered.kind not in dict(Deduction.KINDS):
        raise fail("M408", why=entered.kind, why_en=entered.kind)
    for name, most in _TEXTS:
        text = getattr(entered, name)
        if len(text) > most or (name != "evidence" and not text.strip()):
            raise fail("M408", why=name, why_en=name)
    if reversed_(entered.event):
        raise fail("M408", why=f"结算 {entered.event} 已撤销", why_en=f"settlement {entered.event} was reversed")
    if entered.line:
        lines = LineResult.objects.within(_ALL).filter(event=entered.event, charge__visit=F("event__visit"))
        line = lines.filter(charge__number=entered.line).first()
        if line is None or entered.fen > sum(line.paid.values()):
            raise fail("M408", why=f"明细 {entered.line}", why_en=f"line {entered.line}")


def reversed_(event: int) -> bool:
    """Whether a settlement was taken back as a whole since."""
    return Event.objects.within(_ALL).filter(reverses=event).exists()


def the_deduction(number: int) -> Deduction:
    """A deduction in scope. Raises A114."""
    found = Deduction.objects.select_related("statement__institution").filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def must_be_at(deduction: Deduction, *acts: str) -> None:
    """Raises M410 unless the last step is one of these; without any: unless nothing happened yet."""
    last = last_of(deduction)
    if (last.act if last else None) not in (acts or (None,)):
        shown = "未处理" if last is None else last.get_act_display()
        raise fail("M410", deduction=deduction.pk, state=shown, state_en=last.act if last else "open")
