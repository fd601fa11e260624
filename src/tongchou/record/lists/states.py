"""4102: an institution submits its lists; the agency approves or refuses what is submitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.lists.models import SettlementList
from tongchou.record.lists.models.sheet import APPROVED, NEW, REFUSED, SUBMITTED
from tongchou.record.lists.settled import list_of, settled, standing

_MAY = {(NEW, SUBMITTED), (REFUSED, NEW), (REFUSED, SUBMITTED)}
"""From which state to which an institution may set its list."""


@dataclass(frozen=True)
class Change:
    """The state that the list of a settlement is to have."""

    event_id: int
    state: str


@command("lists.set_states", needs="settlement.write")
def set_states(*, changes: Sequence[Change]) -> list[SettlementList]:
    """Submit lists, or take back what was refused; all or none. Raises A114, N351 for a settlement that was reversed,
    N354 for one without a list, N353 for a change that is not the institution's to make."""
    events = [settled(one.event_id) for one in changes]
    lock(*(("settlement list", one.pk) for one in events))
    return [_set(list_of(standing(event)), change.state) for event, change in zip(events, changes, strict=True)]


def _set(held: SettlementList, state: str) -> SettlementList:
    if (held.state, state) not in _MAY:
        raise fail("N353", before=held.state, after=state[:10])
    held.state = state
    if state == SUBMITTED:
        held.submitted_by, held.submitted_at = actor().user, clock.now()
        held.decided_by, held.decided_at, held.opinion = None, None, ""
    held.save()
    return held


@command("lists.decide", needs="lists.decide")
def decide(*, list_id: int, approve: bool, reason: str) -> SettlementList:
    """Approve a list that is submitted, or refuse it with a reason. Raises A114, N351, N376 for another state, A112 for
    whoever submitted it."""
    found = SettlementList.objects.select_related("event").filter(id=list_id).first()
    if found is None:
        raise fail("A114")
    lock(("settlement list", found.event_id))
    held = list_of(standing(found.event))
    if held.state != SUBMITTED:
        raise fail("N376", state=held.get_state_display())
    if held.submitted_by is not None and held.submitted_by == actor().user:
        raise fail("A112")
    held.state, held.opinion = APPROVED if approve else REFUSED, reason
    held.decided_by, held.decided_at = actor().user, clock.now()
    held.save()
    return held
