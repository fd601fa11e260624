"""A negotiation ends when every group agreed, or as declared without it; another person publishes."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.negotiation.models import Negotiation, NegotiationStep, Quota
from tongchou.record.negotiation.steps import (
    accepted_by,
    division,
    key_of,
    members_of,
    must_be,
    rounds_of,
    standing,
    state_of,
    step,
    the,
)
from tongchou.record.packs.queries import pack_in_force

_ALL = system("whoever concluded does not publish, whoever asks")


@command("quotas.conclude", needs="quotas.propose")
def conclude(*, negotiation_id: int, reason: str) -> str:
    """Conclude what every group accepted (`agreed`), or, where the region says so, what the last round came to
    (`decided`). Raises A114, Q101, Q111 while groups have not agreed and there is a round, or time, left."""
    of = the(negotiation_id)
    lock(key_of(negotiation_id))
    must_be(negotiation_id, "opened")
    now, answers = standing(negotiation_id), accepted_by(standing(negotiation_id))
    groups = {one.group for one in members_of(negotiation_id)}
    agreed = {group for group, act in answers.items() if act == "accepted"} == groups
    last = rounds_of(negotiation_id) >= of.terms["rounds"]
    waited = clock.today() > now.until or set(answers) == groups
    if not agreed and not (of.terms["decides"] and last and waited):
        raise fail("Q111", groups="、".join(sorted(group for group in groups if answers.get(group) != "accepted")))
    step(of, "agreed" if agreed else "decided", reason)
    return state_of(negotiation_id)


@command("quotas.publish", needs="quotas.decide")
def publish(*, negotiation_id: int, reason: str) -> Negotiation:
    """Publish what was concluded: from then on it is every institution's quota, and every institution sees all of them.
    Raises A114, Q101, A112 for whoever concluded."""
    of = the(negotiation_id)
    lock(key_of(negotiation_id))
    must_be(negotiation_id, "agreed", "decided")
    concluded = NegotiationStep.objects.within(_ALL).filter(negotiation=of).order_by("number").last()
    if actor().user is not None and concluded is not None and actor().user == concluded.by:
        raise fail("A112")
    step(of, "published", reason)
    first = pack_in_force().year.span(of.year)[0]
    lines = division(standing(negotiation_id), members_of(negotiation_id))
    Quota.objects.bulk_create(
        Quota(member_id=member, part=part, month=first, fen=fen, at=clock.now())
        for (member, part), fen in lines.items()
    )
    return of
