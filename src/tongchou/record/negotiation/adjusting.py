"""年度中期调整 (人社部发〔2012〕70号 三(七), BUD-11): a quota changes from a month on where effective workload or the
make-up of costs changed as much as declared. It comes out of what was kept of the total, and another person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Sum

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.negotiation.models import Adjustment, AdjustmentStep, Member, Negotiation, Quota
from tongchou.record.negotiation.steps import key_of, must_be, the
from tongchou.record.negotiation.terms import change_terms, kept
from tongchou.record.packs.queries import pack_in_force

_ALL = system("what was kept of a total is kept for all institutions")
WHOLE = 10_000


@dataclass(frozen=True)
class Changed:
    """What changed: effective workload before and after, and the share of costs (of 10,000) before and after."""

    workload_before: int
    workload_after: int
    costs_before: int
    costs_after: int


@command("quotas.adjust", needs="quotas.propose")
def adjust(
    *, negotiation_id: int, institution: int, part: str, month: date, fen: int, changed: Changed, reason: str
) -> Adjustment:
    """Propose that a part of a published quota changes by so many fen from a month on. Raises A114, Q101, Q112 where
    too little changed, for a month that is over or of another year, or a part that the institution has not; Q113 for
    more than is declared or than was kept."""
    of = the(negotiation_id)
    lock(key_of(negotiation_id))
    must_be(negotiation_id, "published")
    pack, month = pack_in_force(), month.replace(day=1)
    first, last = pack.year.span(of.year)
    member = Member.objects.filter(negotiation=of, institution=institution).first()
    if member is None:
        raise fail("A114")
    own = Quota.objects.within(_ALL).filter(member=member)
    if not own.filter(part=part).exists() or not max(first, clock.today().replace(day=1)) <= month <= last:
        raise fail("Q112", why=f"{part} {month:%Y-%m}")
    terms = change_terms(pack, of.scheme, month)
    workload = Fraction(abs(changed.workload_after - changed.workload_before), max(1, changed.workload_before))
    costs = Fraction(abs(changed.costs_after - changed.costs_before), WHOLE)
    if not fen or (workload < terms.workload and costs < terms.costs):
        raise fail("Q112", why=f"{float(workload):.2%}, {float(costs):.2%}")
    most = int(terms.at_most * (own.filter(adjustment=None).aggregate(fen=Sum("fen"))["fen"] or 0))
    if abs(fen) > most:
        raise fail("Q113", fen=yuan(fen), most=yuan(most))
    _fits(of, member, part, fen)
    return Adjustment.objects.create(
        member=member, part=part, month=month, fen=fen, terms=kept(terms), by=actor().user, at=clock.now(),
        reason=reason, **vars(changed),
    )  # fmt: skip


@command("quotas.decide_adjustment", needs="quotas.decide")
def decide(*, adjustment_id: int, approve: bool, reason: str) -> AdjustmentStep:
    """Decide on an adjustment; approved, it is published at once. Raises A114, A112 for whoever proposed it, Q114 when
    it is decided or its month has passed, Q113 when less is kept by now."""
    found = Adjustment.objects.select_related("member__negotiation").filter(id=adjustment_id).first()
    if found is None:
        raise fail("A114")
    of = found.member.negotiation
    lock(key_of(of.pk))
    if AdjustmentStep.objects.within(_ALL).filter(adjustment=found).exists():
        raise fail("Q114", adjustment=adjustment_id)
    if actor().user is not None and actor().user == found.by:
        raise fail("A112")
    if approve:
        if found.month < clock.today().replace(day=1):
            raise fail("Q114", adjustment=adjustment_id)
        _fits(of, found.member, found.part, found.fen)
    made = AdjustmentStep.objects.create(
        adjustment=found, act="approved" if approve else "refused", by=actor().user, at=clock.now(), reason=reason
    )
    if approve:
        Quota.objects.create(
            member=found.member, part=found.part, month=found.month, fen=found.fen, adjustment=found, at=clock.now()
        )
    return made


def left_of(negotiation: Negotiation) -> int:
    """What nobody has of the total, in fen."""
    given = Quota.objects.within(_ALL).filter(member__negotiation=negotiation).aggregate(fen=Sum("fen"))["fen"] or 0
    return int(negotiation.total - given)


def _fits(of: Negotiation, member: Member, part: str, fen: int) -> None:
    """Raises Q113 where it is more than is kept, or leaves less than nothing."""
    own = Quota.objects.within(_ALL).filter(member=member, part=part).aggregate(fen=Sum("fen"))["fen"] or 0
    if not -own <= fen <= left_of(of):
        raise fail("Q113", fen=yuan(fen), most=yuan(left_of(of) if fen > 0 else -own))
