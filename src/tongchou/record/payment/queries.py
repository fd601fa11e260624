"""Statements, deductions and what they came to, for whoever may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.payment.models import (
    Advance,
    Deduction,
    DeductionStep,
    Prepayment,
    Statement,
    StatementLine,
    StatementStep,
)
from tongchou.record.payment.steps import the, with_state

PAGE = 200


@dataclass(frozen=True)
class Seen:
    """A statement as it stands, amounts in fen. `deducted`: what stands, or may still stand, of the deductions;
    `deposit`, `deferred`, `withheld`, `payable`: once it is prepaid. `until`: the last day for appeals."""

    id: int
    institution: int
    month: date
    scheme: str
    round: int
    state: str
    fund: int
    account: int
    others: int
    deducted: int
    until: date | None
    quota: int | None
    deposit: int | None
    deferred: int | None
    withheld: int | None
    payable: int | None
    at: datetime


@dataclass(frozen=True)
class DeductionSeen:
    """A deduction as it stands: `open` before anything became of it; `stands` in fen once it ended."""

    id: int
    statement: int
    event: int
    line: str
    fen: int
    kind: str
    article: str
    why: str
    evidence: str
    state: str
    stands: int | None
    reason: str


def statements(*, month: date | None = None, scheme: str = "", state: str = "", after: int = 0) -> list[Seen]:
    """Statements in scope, the oldest first."""
    actor().needs("statements.read")
    rows = with_state(Statement.objects.filter(id__gt=after)).order_by("id")
    if month is not None:
        rows = rows.filter(month=month.replace(day=1))
    if scheme:
        rows = rows.filter(scheme=scheme)
    if state:
        rows = rows.filter(state=state)
    return [_seen(one) for one in rows[:PAGE]]


def look_at(*, statement_id: int) -> Seen:
    """One statement. Raises A114."""
    actor().needs("statements.read")
    return _seen(with_state(Statement.objects.filter(id=the(statement_id).pk)).get())


def lines(*, statement_id: int) -> list[StatementLine]:
    """What a statement is made of, by county, fund, bearer and year."""
    actor().needs("statements.read")
    return list(StatementLine.objects.filter(statement=the(statement_id)).order_by("county", "fund", "bearer", "year"))


def steps(*, statement_id: int) -> list[StatementStep]:
    """Who did what with a statement."""
    actor().needs("statements.read")
    return list(StatementStep.objects.filter(statement=the(statement_id)).order_by("number"))


def deductions(*, statement_id: int, after: int = 0) -> list[DeductionSeen]:
    """The deductions of a statement. An institution sees them when it is told, once the review is closed."""
    actor().needs("statements.read")
    found = the(statement_id)
    if actor().scope.kind == "provider" and not _told(found):
        return []
    rows = Deduction.objects.filter(statement=found, id__gt=after).order_by("id")[:PAGE]
    return [_deduction(one) for one in rows]


def look_at_deduction(*, deduction_id: int) -> DeductionSeen:
    """One deduction. Raises A114, also for an institution that was not told yet."""
    actor().needs("statements.read")
    found = Deduction.objects.select_related("statement").filter(id=deduction_id).first()
    if found is None or (actor().scope.kind == "provider" and not _told(found.statement)):
        raise fail("A114")
    return _deduction(found)


def advances(*, after: int = 0) -> list[Advance]:
    """Advances in scope, the oldest first; `recovery` where they were recovered."""
    actor().needs("statements.read")
    return list(Advance.objects.select_related("recovery").filter(id__gt=after).order_by("id")[:PAGE])


def _told(statement: Statement) -> bool:
    return StatementStep.objects.filter(statement=statement, act="reviewed").exists()


def _seen(one: Statement) -> Seen:
    paid = Prepayment.objects.filter(statement=one).first()
    reviewed = StatementStep.objects.filter(statement=one, act="reviewed").first()
    return Seen(
        id=one.pk,
        institution=one.institution_id,
        month=one.month,
        scheme=one.scheme,
        round=one.round,
        state=one.state,
        fund=one.fund,
        account=one.account,
        others=one.others,
        deducted=_deducted(one) if reviewed or actor().scope.kind != "provider" else 0,
        until=reviewed.until if reviewed else None,
        quota=paid.quota if paid else None,
        deposit=paid.deposit if paid else None,
        deferred=paid.deferred if paid else None,
        withheld=paid.withheld if paid else None,
        payable=paid.payable if paid else None,
        at=one.at.astimezone(clock.CHINA),
    )


def _deducted(one: Statement) -> int:
    rows = Deduction.objects.filter(statement=one)
    ended = DeductionStep.objects.filter(deduction__statement=one, stands__isnull=False)
    open_ = rows.exclude(id__in=ended.values("deduction")).aggregate(fen=Sum("fen"))["fen"] or 0
    return open_ + (ended.aggregate(fen=Sum("stands"))["fen"] or 0)


def _deduction(one: Deduction) -> DeductionSeen:
    last = DeductionStep.objects.filter(deduction=one).order_by("number").last()
    return DeductionSeen(
        id=one.pk,
        statement=one.statement_id,
        event=one.event,
        line=one.line,
        fen=one.fen,
        kind=one.kind,
        article=one.article,
        why=one.why,
        evidence=one.evidence,
        state=last.act if last else "open",
        stands=last.stands if last else None,
        reason=last.reason if last else "",
    )
