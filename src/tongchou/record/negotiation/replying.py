"""What institutions say: whom they put forward, what a group answers the agency, and how it would divide its amount."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.negotiation.models import Nomination, Proposal, Reply
from tongchou.record.negotiation.steps import (
    Lines,
    key_of,
    lines_of,
    members_of,
    must_be,
    my_group,
    my_membership,
    propose,
    standing,
    the,
    totals,
)

_ALL = system("a proposal is answered once, whoever asks")


@command("quotas.nominate", needs="quotas.negotiate")
def nominate(*, negotiation_id: int, institution: int) -> Nomination:
    """Put an institution of one's own group forward to speak for it; the last word counts. Raises A114, Q101 when it is
    over, Q102 for who takes no part, Q105 for an institution of another group."""
    the(negotiation_id)
    lock(key_of(negotiation_id))
    must_be(negotiation_id, "opened")
    me = my_membership(negotiation_id)
    among = [one for one in members_of(negotiation_id) if one.group == me.group and one.institution_id == institution]
    if not among:
        raise fail("Q105", institution=institution)
    return Nomination.objects.create(member=me, nominee=among[0], by=actor().user, at=clock.now())


@command("quotas.reply", needs="quotas.negotiate")
def reply(*, proposal_id: int, accept: bool, reason: str, asked: int | None = None) -> Reply:
    """Answer a proposal: the agency's for one's group, by whoever speaks for it; a group's own by each of its
    institutions for itself. `asked`: with an objection to the agency, the amount that the group asks for instead.

    Raises A114, Q101, Q102, Q103 for who does not speak for the group, Q107 for a proposal that is not the last one,
    was answered, or whose time is over.
    """
    found = Proposal.objects.filter(id=proposal_id).first()
    if found is None:
        raise fail("A114")
    lock(key_of(found.negotiation_id))
    must_be(found.negotiation_id, "opened")
    if found.group:
        me = my_membership(found.negotiation_id)
        if me.group != found.group:
            raise fail("Q103", group=found.group)
        later = Proposal.objects.within(_ALL).filter(negotiation=found.negotiation_id, number__gt=found.number)
        over = later.filter(group__in=("", found.group)).exists()
    else:
        me, _ = my_group(found.negotiation_id)
        over = standing(found.negotiation_id) != found
    if over or clock.today() > found.until or Reply.objects.within(_ALL).filter(proposal=found, member=me).exists():
        raise fail("Q107", proposal=proposal_id, until=found.until)
    act = "accepted" if accept else "objected"
    return Reply.objects.create(
        proposal=found, member=me, act=act, asked=None if accept or found.group else asked, by=actor().user,
        at=clock.now(), reason=reason,
    )  # fmt: skip


@command("quotas.counter", needs="quotas.negotiate")
def counter(*, negotiation_id: int, lines: Mapping[int, Mapping[str, int]], reason: str) -> Proposal:
    """How a group would rather divide the amounts that stand proposed to it, by its speaker: institution → part → fen.
    It counts once more than half of the group agreed to it. Raises A114, Q101, Q102, Q103, Q107 when the time is over,
    Q108 where it is not the group's amount of each part, to the fen, or not its institutions."""
    of = the(negotiation_id)
    lock(key_of(negotiation_id))
    must_be(negotiation_id, "opened")
    _, group = my_group(negotiation_id)
    now = standing(negotiation_id)
    if clock.today() > now.until:
        raise fail("Q107", proposal=now.pk, until=now.until)
    member = {one.institution_id: one.pk for one in group}
    own: Lines = {key: fen for key, fen in lines_of(now).items() if key[0] in member.values()}
    asked: Lines = {(member.get(i, 0), part): fen for i, parts in lines.items() for part, fen in parts.items()}
    if set(asked) != set(own) or min(asked.values()) < 0 or totals(asked, group) != totals(own, group):
        raise fail("Q108", group=group[0].group)
    return propose(of, asked, now.until, reason, group[0].group)
