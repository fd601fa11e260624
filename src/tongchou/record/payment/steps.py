"""Statements and deductions, and the steps that they have come to."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import system
from tongchou.record.ledger.banks import payable_key
from tongchou.record.payment.models import Deduction, DeductionStep, Prepayment, Statement, StatementStep

Key = tuple[str, object]
_ALL = system("the months of an institution are one account, whoever asks")


def month_key(institution: int, month: date, scheme: str) -> Key:
    """What is locked while anything of a month is done."""
    return "month", f"{institution} {month:%Y-%m} {scheme}"


def key_of(statement: Statement) -> Key:
    return month_key(statement.institution_id, statement.month, statement.scheme)


def order_key(scheme: str) -> Key:
    """What is locked besides while what is payable to providers changes its place."""
    return payable_key("provider", scheme)


def with_state(rows: QuerySet[Statement]) -> QuerySet[Statement]:
    """Statements with their last step as `state`."""
    last = StatementStep.objects.filter(statement=OuterRef("pk")).order_by("-number")
    return rows.annotate(state=Subquery(last.values("act")[:1]))


def the(number: int) -> Statement:
    """A statement in scope. Raises A114."""
    found = Statement.objects.select_related("institution").filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def standing(institution: int, month: date, scheme: str) -> Statement | None:
    """The statement of a month that was not reopened."""
    rows = Statement.objects.filter(institution=institution, month=month, scheme=scheme)
    found = with_state(rows).order_by("round").last()
    return None if found is None or found.state == "reopened" else found


def state_of(statement: Statement) -> str:
    return str(
        StatementStep.objects.filter(statement=statement).order_by("number").values_list("act", flat=True).last()
    )


def must_be(statement: Statement, *states: str) -> None:
    """Raises M407 where another step was done last."""
    if (now := state_of(statement)) not in states:
        raise fail("M407", statement=statement.pk, state=dict(StatementStep.ACTS)[now])


def step(statement: Statement, act: str, reason: str = "", until: date | None = None) -> None:
    """Write the next step; whoever calls holds the month's lock."""
    follow(statement, act, actor().user, reason, until)


def follow(statement: Statement, act: str, by: int | None, reason: str = "", until: date | None = None) -> None:
    """Write the next step as somebody's: none where an institution's software did it."""
    number = StatementStep.objects.filter(statement=statement).count() + 1
    StatementStep.objects.create(
        statement=statement, number=number, act=act, until=until, by=by, at=clock.now(), reason=reason
    )


def last_of(deduction: Deduction) -> DeductionStep | None:
    return DeductionStep.objects.filter(deduction=deduction).order_by("number").last()


def end(deduction: Deduction, act: str, stands: int | None, reason: str = "") -> DeductionStep:
    """Write the next step of a deduction; whoever calls holds the month's lock."""
    number = DeductionStep.objects.filter(deduction=deduction).count() + 1
    return DeductionStep.objects.create(
        deduction=deduction, number=number, act=act, stands=stands, by=actor().user, at=clock.now(), reason=reason
    )


def standing_prepayments(institution: int, scheme: str, year: int) -> QuerySet[Prepayment]:
    """Those of a quota's year whose statements were not reopened."""
    again = StatementStep.objects.within(_ALL).filter(statement=OuterRef("statement"), act="reopened")
    rows = Prepayment.objects.within(_ALL).filter(
        ~Exists(again), statement__institution=institution, statement__scheme=scheme, year=year
    )
    return rows.select_related("statement")
