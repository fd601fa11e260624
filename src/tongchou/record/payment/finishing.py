"""A review is closed, so that the institution is told; when all is accepted, decided or out of time, another person
makes the statement final, and what stands is deducted in the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Sum

from tongchou.ground.errors import fail
from tongchou.ground.money import allocate
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.ledger.posting import Fund
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.packs.working_days import working_days_after
from tongchou.record.payment import entries
from tongchou.record.payment.charged import charged, charged_for
from tongchou.record.payment.deducting import reversed_
from tongchou.record.payment.models import Deduction, DeductionStep, Statement, StatementLine, StatementStep
from tongchou.record.payment.steps import end, key_of, last_of, must_be, step, the
from tongchou.record.payment.terms import terms_in_force

_ALL = system("a statement is all of its lines, wherever the patients are insured")


@command("statements.review", needs="statements.review")
def close_review(*, statement_id: int, reason: str) -> Statement:
    """Close the review: the institution is told its deductions, and from the next day has the declared working days to
    appeal; without any there is nothing to wait for. Raises A114, M407, M401, M417."""
    found = the(statement_id)
    lock(key_of(found))
    must_be(found, "declared")
    until = today = clock.today()
    if any(last_of(one) is None for one in _deductions(found)):
        until = working_days_after(pack_in_force(), today, terms_in_force(found.scheme, found.month).appeal_days)
    step(found, "reviewed", reason, until)
    return found


@command("statements.finalise", needs="statements.decide")
def finalise(*, statement_id: int, reason: str) -> Statement:
    """Make a reviewed statement final: deductions that nobody opposed stand, those of settlements that were reversed
    since lapse, and what stands is entered. Raises A114, M407, A112 for whoever deducted or closed the review, M412
    while an appeal is open or may still come, M413 where the books of the month have changed."""
    found = the(statement_id)
    lock(key_of(found))
    must_be(found, "reviewed")
    rows = _deductions(found)
    reviewed = StatementStep.objects.within(_ALL).get(statement=found, act="reviewed")
    if actor().user is not None and actor().user in {reviewed.by, *(one.by for one in rows)}:
        raise fail("A112")
    as_booked(found)
    _close(rows, in_time=reviewed.until is not None and clock.today() <= reviewed.until)
    step(found, "final", reason)
    entries.final(found, deducted(found))
    return found


def _close(rows: Iterable[Deduction], in_time: bool) -> None:
    for one in rows:
        last = last_of(one)
        if last is not None and last.act != "appealed":
            continue
        if reversed_(one.event):
            end(one, "lapsed", 0)
        elif last is not None or in_time:
            raise fail("M412", deduction=one.pk)
        else:
            end(one, "unopposed", one.fen)


def deducted(of: Statement) -> dict[Fund, int]:
    """What is deducted, by what it is of: of each settlement over those who bear it in proportion, odd fen by largest
    remainder."""
    sums: defaultdict[Fund, int] = defaultdict(int)
    rows = DeductionStep.objects.within(_ALL).filter(deduction__statement=of, stands__gt=0)
    stands = rows.values_list("deduction__event").annotate(fen=Sum("stands")).order_by("deduction__event")
    for event, fen in stands:
        amounts = charged_for(event, of.institution.organisation_id, of.scheme)
        caps = list(amounts.values())
        for fund, part in zip(amounts, allocate(fen, caps, caps), strict=True):
            sums[fund] += part
    return dict(sums)


def lines_of(of: Statement) -> dict[Fund, int]:
    """What was charged, as the statement has it."""
    rows = StatementLine.objects.within(_ALL).filter(statement=of).order_by("county", "fund", "bearer", "year")
    return {Fund(of.scheme, one.county_id, one.fund, one.year, one.bearer): one.fen for one in rows}


def as_booked(of: Statement) -> None:
    """Raises M413 where the books of the month are not as they were stated."""
    if charged(of.institution.organisation_id, of.scheme, of.month) != lines_of(of):
        raise fail("M413", statement=of.pk)


def _deductions(of: Statement) -> list[Deduction]:
    return list(Deduction.objects.within(_ALL).filter(statement=of).order_by("id"))
