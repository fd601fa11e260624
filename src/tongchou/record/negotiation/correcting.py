"""Whoever is above its quota is called upon to say why and what it will do about it (三(五), BUD-09)."""

from __future__ import annotations

from datetime import date

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.queries import last_close
from tongchou.record.negotiation.agreed import agreed_quotas, months_between, spread
from tongchou.record.negotiation.models import Member, Negotiation, Overrun, OverrunStep
from tongchou.record.negotiation.steps import key_of, members_of, must_be, the
from tongchou.record.negotiation.terms import overrun_terms
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.packs.working_days import working_days_after
from tongchou.record.payment.charged import charged

_ALL = system("an overrun is called for once, whoever asks")


@command("quotas.call_overruns", needs="quotas.propose")
def call_overruns(*, negotiation_id: int, month: date, reason: str) -> list[Overrun]:
    """Call upon every institution in scope that is above its quota, by more than declared, at the end of a month whose
    books are closed. Raises A114, Q101, Q112 for a month that is not closed or of another year, I107, M417."""
    of = the(negotiation_id)
    lock(key_of(negotiation_id))
    must_be(negotiation_id, "published")
    pack, month = pack_in_force(), month.replace(day=1)
    first, last = pack.year.span(of.year)
    closed = last_close(BUSINESS)
    if not first <= month <= last or closed is None or closed.month < month:
        raise fail("Q112", why=f"{month:%Y-%m}")
    terms = overrun_terms(pack, of.scheme, month)
    due = working_days_after(pack, clock.today(), terms.working_days)
    made = []
    for member in members_of(negotiation_id):
        known = Overrun.objects.within(_ALL).filter(member=member, month=month).exists()
        quota, fen = so_far(of, member, first, month)
        if not known and fen > quota * (1 + terms.above):
            made.append(
                Overrun.objects.create(
                    member=member, month=month, quota=quota, charged=fen, due=due, by=actor().user, at=clock.now()
                )
            )
    return made


def so_far(of: Negotiation, member: Member, first: date, month: date) -> tuple[int, int]:
    """Of an institution's year, through a month: its quota, and what it charged to the fund, in fen."""
    quotas = agreed_quotas(member.institution_id, of.scheme, of.year, (), first)
    number = months_between(first, month)
    months = [add_months(first, one, "clamp") for one in range(number + 1)]
    return spread(quotas, number), sum(charged_to_fund(member, of.scheme, one) for one in months)


def charged_to_fund(member: Member, scheme: str, month: date) -> int:
    amounts = charged(member.institution.organisation_id, scheme, month)
    return sum(fen for fund, fen in amounts.items() if fund.bearer == "fund")


@command("quotas.correct", needs="quotas.negotiate")
def correct(*, overrun_id: int, analysis: str, correction: str) -> OverrunStep:
    """Submit why the institution is above its quota and what it will do; also after the due day, which stays visible.
    Raises A114, Q115 where it waits for the agency or was accepted."""
    found = _overrun(overrun_id)
    lock(key_of(found.member.negotiation_id))
    return _next(found, "submitted", ("", "returned"), analysis=analysis, correction=correction)


@command("quotas.judge_correction", needs="quotas.propose")
def judge(*, overrun_id: int, accept: bool, reason: str) -> OverrunStep:
    """Accept what was submitted, or return it. Raises A114, Q115 where nothing is submitted."""
    found = _overrun(overrun_id)
    lock(key_of(found.member.negotiation_id))
    return _next(found, "accepted" if accept else "returned", ("submitted",), reason=reason)


def _overrun(number: int) -> Overrun:
    found = Overrun.objects.select_related("member").filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def _next(of: Overrun, act: str, after: tuple[str, ...], **said: str) -> OverrunStep:
    steps = list(OverrunStep.objects.within(_ALL).filter(overrun=of).order_by("number"))
    now = steps[-1].act if steps else ""
    if now not in after:
        raise fail("Q115", overrun=of.pk, state=now)
    return OverrunStep.objects.create(
        overrun=of, number=len(steps) + 1, act=act, by=actor().user, at=clock.now(), **said
    )
