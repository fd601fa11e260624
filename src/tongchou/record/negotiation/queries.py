"""Negotiations, what is proposed and agreed, adjustments, overruns and the course of costs, for whoever may see
them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import system
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.queries import last_close
from tongchou.record.negotiation.adjusting import left_of
from tongchou.record.negotiation.agreed import MONTHS, agreed_quotas, spread
from tongchou.record.negotiation.correcting import charged_to_fund
from tongchou.record.negotiation.models import (
    Adjustment,
    AdjustmentStep,
    Negotiation,
    NegotiationStep,
    Overrun,
    OverrunStep,
    Proposal,
    ProposalLine,
    Quota,
    Reply,
)
from tongchou.record.negotiation.steps import members_of, rounds_of, speaker, standing, state_of, the
from tongchou.record.packs.queries import pack_in_force

PAGE = 200
_ALL = system("the course of costs is published to all institutions (BUD-10)")


@dataclass(frozen=True)
class Seen:
    """A negotiation as it stands, in fen. `left`: what nobody has of the total, once it is published."""

    id: int
    agency: int
    year: int
    scheme: str
    state: str
    total: int
    reserve: int
    left: int
    round: int
    rounds: int
    standing: int
    until: date
    at: datetime


@dataclass(frozen=True)
class MemberSeen:
    """An institution in a negotiation; `speaks` for its group."""

    id: int
    institution: int
    name: str
    group: str
    speaks: bool


@dataclass(frozen=True)
class QuotaSeen:
    """What an institution has of a part from a month on; `why`, where it was adjusted."""

    institution: int
    name: str
    group: str
    part: str
    month: date
    fen: int
    adjustment: int | None
    why: str


@dataclass(frozen=True)
class Course:
    """An institution's month: what it charged to the fund, and quota and charges of the year so far, in fen."""

    institution: int
    name: str
    group: str
    month: date
    charged: int
    quota_so_far: int
    charged_so_far: int


@dataclass(frozen=True)
class OverrunSeen:
    """`state`: called, submitted, returned or accepted; `overdue`: it is past due and not submitted."""

    id: int
    institution: int
    month: date
    quota: int
    charged: int
    due: date
    state: str
    overdue: bool
    analysis: str
    correction: str


def negotiations(*, year: int | None = None, scheme: str = "") -> list[Seen]:
    """Those in scope, the oldest first."""
    actor().needs("quotas.read")
    rows = Negotiation.objects.order_by("id")
    rows = rows if year is None else rows.filter(year=year)
    return [_seen(one) for one in (rows.filter(scheme=scheme) if scheme else rows)[:PAGE]]


def look_at(*, negotiation_id: int) -> Seen:
    """One of them. Raises A114."""
    actor().needs("quotas.read")
    return _seen(the(negotiation_id))


def members(*, negotiation_id: int) -> list[MemberSeen]:
    """Who takes part, and who speaks for each group. Raises A114."""
    actor().needs("quotas.read")
    found = members_of(the(negotiation_id).pk)
    speaks = {group: speaker([one for one in found if one.group == group]) for group in {one.group for one in found}}
    return [
        MemberSeen(one.pk, one.institution_id, one.institution.name, one.group, speaks[one.group] == one)
        for one in found
    ]


def steps(*, negotiation_id: int) -> list[NegotiationStep]:
    """Who did what with a negotiation. Raises A114."""
    actor().needs("quotas.read")
    return list(NegotiationStep.objects.filter(negotiation=the(negotiation_id)).order_by("number"))


def proposals(*, negotiation_id: int) -> list[Proposal]:
    """All that was ever proposed, in order: the agency's to all, the groups' of their amounts. Raises A114."""
    actor().needs("quotas.read")
    return list(Proposal.objects.filter(negotiation=the(negotiation_id)).order_by("number"))


def lines(*, proposal_id: int) -> list[ProposalLine]:
    """What a proposal gives to whom. Raises A114."""
    actor().needs("quotas.read")
    rows = ProposalLine.objects.filter(proposal=_proposal(proposal_id)).select_related("member")
    return list(rows.order_by("member__institution__code", "part"))


def replies(*, proposal_id: int) -> list[Reply]:
    """What was answered to a proposal. Raises A114."""
    actor().needs("quotas.read")
    return list(Reply.objects.filter(proposal=_proposal(proposal_id)).select_related("member").order_by("id"))


def quotas(*, negotiation_id: int) -> list[QuotaSeen]:
    """What was published, of all institutions, adjustments with their reason. Raises A114."""
    actor().needs("quotas.read")
    rows = Quota.objects.filter(member__negotiation=the(negotiation_id)).select_related(
        "member__institution__organisation"
    )
    why = dict(Adjustment.objects.within(_ALL).filter(member__negotiation=negotiation_id).values_list("id", "reason"))
    return [
        QuotaSeen(
            one.member.institution_id, one.member.institution.name, one.member.group, one.part, one.month, one.fen,
            one.adjustment_id, why.get(one.adjustment_id, ""),
        )
        for one in rows.order_by("id")
    ]  # fmt: skip


def adjustments(*, negotiation_id: int) -> list[Adjustment]:
    """Adjustments in scope with their decision, as `decided`. Raises A114."""
    actor().needs("quotas.read")
    return list(_decided().filter(member__negotiation=the(negotiation_id)).order_by("id"))


def look_at_adjustment(*, adjustment_id: int) -> Adjustment:
    """One of them. Raises A114."""
    actor().needs("quotas.read")
    found = _decided().filter(id=adjustment_id).first()
    if found is None:
        raise fail("A114")
    return found


def overruns(*, negotiation_id: int) -> list[OverrunSeen]:
    """Who was called upon, in scope, and what became of it. Raises A114."""
    actor().needs("quotas.read")
    rows = Overrun.objects.filter(member__negotiation=the(negotiation_id)).select_related("member").order_by("id")
    return [_overrun(one) for one in rows]


def look_at_overrun(*, overrun_id: int) -> OverrunSeen:
    """One of them. Raises A114."""
    actor().needs("quotas.read")
    found = Overrun.objects.filter(id=overrun_id).select_related("member").first()
    if found is None:
        raise fail("A114")
    return _overrun(found)


def course(*, negotiation_id: int) -> list[Course]:
    """费用动态: of every institution and every closed month of the year what was charged, beside the quota so far.
    Every institution sees all of it (BUD-10). Raises A114."""
    actor().needs("quotas.read")
    of, closed = the(negotiation_id), last_close(BUSINESS)
    first = pack_in_force().year.span(of.year)[0]
    found = []
    for member in members_of(of.pk):
        own, sofar = agreed_quotas(member.institution_id, of.scheme, of.year, (), first), 0
        for number in range(MONTHS):
            month = add_months(first, number, "clamp")
            if closed is None or month > closed.month:
                break
            fen = charged_to_fund(member, of.scheme, month)
            sofar += fen
            name, group = member.institution.name, member.group
            found.append(Course(member.institution_id, name, group, month, fen, spread(own, number), sofar))
    return found


def _seen(one: Negotiation) -> Seen:
    now = standing(one.pk)
    return Seen(
        id=one.pk,
        agency=one.agency_id,
        year=one.year,
        scheme=one.scheme,
        state=state_of(one.pk),
        total=one.total,
        reserve=one.reserve,
        left=left_of(one),
        round=rounds_of(one.pk),
        rounds=one.terms["rounds"],
        standing=now.pk,
        until=now.until,
        at=one.at.astimezone(clock.CHINA),
    )


def _proposal(number: int) -> Proposal:
    found = Proposal.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def _decided() -> QuerySet[Adjustment]:
    """Adjustments in scope, each with its decision as `decided`, empty where there is none."""
    step = AdjustmentStep.objects.within(_ALL).filter(adjustment=OuterRef("pk")).values("act")
    return Adjustment.objects.select_related("member").annotate(decided=Coalesce(Subquery(step), Value("")))


def _overrun(one: Overrun) -> OverrunSeen:
    steps = list(OverrunStep.objects.filter(overrun=one).order_by("number"))
    submitted = next((step for step in reversed(steps) if step.act == "submitted"), None)
    state = steps[-1].act if steps else "called"
    waits = state in ("called", "returned")
    return OverrunSeen(
        one.pk, one.member.institution_id, one.month, one.quota, one.charged, one.due, state,
        waits and clock.today() > one.due,
        submitted.analysis if submitted else "", submitted.correction if submitted else "",
    )  # fmt: skip
