"""Resolving a difference: somebody found out why, and says so."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.matching.models import Difference
from tongchou.record.matching.reporting import day_key


@command("matching.resolve", needs="matching.resolve")
def resolve(*, difference_id: int, reason: str) -> Difference:
    """Resolve a difference with the reason. It comes back when its amounts change. Raises A114, M302 where it is not
    open any more, M303 for one between settlements and books: that is mended by an entry, not by a word."""
    found = Difference.objects.filter(id=difference_id).first()
    if found is None:
        raise fail("A114")
    lock(day_key(found.institution_id, found.day))
    found.refresh_from_db(fields=["state"])
    if found.state != "open":
        raise fail("M302", difference=found.pk)
    if found.kind == "posting":
        raise fail("M303", event=found.event)
    found.state, found.reason = "resolved", reason
    found.resolved_by, found.resolved_at = actor().user, clock.now()
    found.save()
    return found
