"""The next round: the agency names what each group has of each part. How a group divides it follows from the last
proposal, or from the group's own division, so that no single institution is dealt with."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.ground.errors import fail
from tongchou.ground.money import allocate, yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.negotiation.models import Proposal
from tongchou.record.negotiation.steps import (
    Lines,
    accepted_by,
    division,
    key_of,
    members_of,
    must_be,
    propose,
    rounds_of,
    standing,
    the,
    totals,
)
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.packs.working_days import working_days_after


@command("quotas.propose_again", needs="quotas.propose")
def propose_again(*, negotiation_id: int, groups: Mapping[str, Mapping[str, int]], reason: str) -> Proposal:
    """Propose anew, group → part → fen. Raises A114, Q101, Q110 when the rounds are used up or groups may still reply,
    Q108 for other groups and parts than there are, Q104 for more than the total less what is kept."""
    of = the(negotiation_id)
    lock(key_of(negotiation_id))
    must_be(negotiation_id, "opened")
    now, members = standing(negotiation_id), members_of(negotiation_id)
    answered = set(accepted_by(now)) == {one.group for one in members}
    if rounds_of(negotiation_id) >= of.terms["rounds"] or (not answered and clock.today() <= now.until):
        raise fail("Q110", rounds=of.terms["rounds"], until=now.until)
    before = division(now, members)
    asked = {(group, part): fen for group, parts in groups.items() for part, fen in parts.items()}
    if set(asked) != set(totals(before, members)) or min(asked.values()) < 0:
        raise fail("Q108", group="、".join(sorted(groups)))
    if sum(asked.values()) > of.total - of.reserve:
        raise fail("Q104", why=f"{yuan(sum(asked.values()))} > {yuan(of.total - of.reserve)}")
    until = working_days_after(pack_in_force(), clock.today(), of.terms["working_days"])
    group_of = {one.pk: one.group for one in members}
    lines: Lines = {}
    for (group, part), fen in asked.items():
        own = [key for key in before if group_of[key[0]] == group and key[1] == part]
        shares = allocate(fen, [before[key] for key in own], [fen] * len(own))
        lines |= dict(zip(own, shares, strict=True))
    return propose(of, lines, until, reason)
