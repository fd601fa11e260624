"""Negotiations and what they have come to: the standing proposal, who speaks for a group, and how a group divides its
amount."""

from __future__ import annotations

from collections import Counter, defaultdict

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import system
from tongchou.record.negotiation.models import (
    Member,
    Negotiation,
    NegotiationStep,
    Nomination,
    Proposal,
    ProposalLine,
    Reply,
)

Key = tuple[str, object]
Lines = dict[tuple[int, str], int]
"""Fen by member and part."""
_ALL = system("a negotiation is about all of its institutions, whoever asks")


def key_of(negotiation: int) -> Key:
    """What is locked while anything of a negotiation is done."""
    return "negotiation", negotiation


def the(number: int) -> Negotiation:
    """A negotiation in scope. Raises A114."""
    found = Negotiation.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def state_of(negotiation: int) -> str:
    steps = NegotiationStep.objects.within(_ALL).filter(negotiation=negotiation).order_by("number")
    return str(steps.values_list("act", flat=True).last())


def must_be(negotiation: int, *states: str) -> None:
    """Raises Q101 where another step was done last."""
    if (now := state_of(negotiation)) not in states:
        raise fail("Q101", negotiation=negotiation, state=dict(NegotiationStep.ACTS)[now], state_en=now)


def step(negotiation: Negotiation, act: str, reason: str) -> None:
    """Write the next step; whoever calls holds the lock."""
    number = NegotiationStep.objects.within(_ALL).filter(negotiation=negotiation).count() + 1
    NegotiationStep.objects.create(
        negotiation=negotiation, number=number, act=act, by=actor().user, at=clock.now(), reason=reason
    )


def members_of(negotiation: int) -> list[Member]:
    """All of them, by the code of the institution."""
    rows = Member.objects.within(_ALL).filter(negotiation=negotiation).select_related("institution__organisation")
    return list(rows.order_by("institution__code"))


def standing(negotiation: int) -> Proposal:
    """The agency's last proposal."""
    rows = Proposal.objects.within(_ALL).filter(negotiation=negotiation, group="")
    found = rows.order_by("number").last()
    assert found is not None, "a negotiation begins with a proposal"
    return found


def rounds_of(negotiation: int) -> int:
    return Proposal.objects.within(_ALL).filter(negotiation=negotiation, group="").count()


def lines_of(proposal: Proposal) -> Lines:
    rows = ProposalLine.objects.within(_ALL).filter(proposal=proposal).order_by("member__institution__code", "part")
    return {(one.member_id, one.part): one.fen for one in rows}


def propose(negotiation: Negotiation, lines: Lines, until: object, reason: str, group: str = "") -> Proposal:
    """Write a proposal with its lines; whoever calls holds the lock."""
    number = Proposal.objects.within(_ALL).filter(negotiation=negotiation).count() + 1
    made = Proposal.objects.create(
        negotiation=negotiation, number=number, group=group, until=until, by=actor().user, at=clock.now(),
        reason=reason,
    )  # fmt: skip
    ProposalLine.objects.bulk_create(
        ProposalLine(proposal=made, member_id=member, part=part, fen=fen) for (member, part), fen in lines.items()
    )
    return made


def speaker(group: list[Member]) -> Member | None:
    """Whom most members of a group put forward, each by its last word; of equal ones the earlier code. None before
    anybody did."""
    votes: dict[int, int] = {}
    for one in Nomination.objects.within(_ALL).filter(member__in=group).order_by("id"):
        votes[one.member_id] = one.nominee_id
    if not votes:
        return None
    count = Counter(votes.values())
    return min(group, key=lambda one: (-count[one.pk], one.institution.code))


def my_membership(negotiation: int) -> Member:
    """The member whose institution acts. Raises Q102 for anybody else."""
    scope = actor().scope
    rows = Member.objects.filter(negotiation=negotiation)
    found = None
    if scope.kind == "provider":
        found = rows.filter(institution__organisation_id=scope.value).first()
    if found is None:
        raise fail("Q102")
    return found


def my_group(negotiation: int) -> tuple[Member, list[Member]]:
    """The member whose institution acts, when it speaks for its group, and the group. Raises Q102, Q103."""
    me = my_membership(negotiation)
    group = [one for one in members_of(negotiation) if one.group == me.group]
    if speaker(group) != me:
        raise fail("Q103", group=me.group)
    return me, group


def accepted_by(proposal: Proposal) -> dict[str, str]:
    """What groups answered to a proposal of the agency."""
    rows = Reply.objects.within(_ALL).filter(proposal=proposal).select_related("member")
    return {one.member.group: one.act for one in rows}


def division(proposal: Proposal, members: list[Member]) -> Lines:
    """A proposal of the agency as the groups divide their amounts: by the last division that more than half of a
    group's institutions agreed to, as it is where none did."""
    found = lines_of(proposal)
    sizes = Counter(one.group for one in members)
    later = Proposal.objects.within(_ALL).filter(
        negotiation=proposal.negotiation_id, number__gt=proposal.number
    ).exclude(group="")  # fmt: skip
    for one in later.order_by("number"):
        agreed = Reply.objects.within(_ALL).filter(proposal=one, act="accepted").count()
        if 2 * agreed > sizes[one.group]:
            found |= lines_of(one)
    return found


def totals(lines: Lines, members: list[Member]) -> dict[tuple[str, str], int]:
    """Fen by group and part."""
    group = {one.pk: one.group for one in members}
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (member, part), fen in lines.items():
        found[group[member], part] += fen
    return dict(found)
