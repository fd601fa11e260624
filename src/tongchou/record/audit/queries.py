"""Looking into the trail; which is in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongchou.record.audit import trail
from tongchou.record.audit.models import Entry
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import current
from tongchou.record.orgs.models import Organisation

LONGEST = 1_000
"""Entries shown at once."""


@dataclass(frozen=True)
class Shown:
    """An entry without its sealed details."""

    id: int
    at: datetime
    kind: str
    name: str
    who: str
    organisation: int | None
    elevated: int | None
    reason: str
    persons: list[int]


def entries(
    *, person: int | None = None, who: str = "", since: datetime | None = None, before: int | None = None
) -> list[Shown]:
    """What was done in the branch of whoever asks, the latest first: about a person, by a user, since a moment, older
    than an entry. At most `LONGEST`; the last one's id is the next `before`."""
    actor().needs("audit.read")
    found = Entry.objects.order_by("-id")
    if current().kind != "system":
        found = found.filter(organisation__in=Organisation.objects.values("id"))
    if person is not None:
        found = found.filter(persons__contains=person)
    if who:
        found = found.filter(who=who)
    if since is not None:
        found = found.filter(at__gte=since)
    if before is not None:
        found = found.filter(id__lt=before)
    fields = Shown.__dataclass_fields__
    shown = [Shown(**row) for row in found.values(*fields)[:LONGEST]]
    trail.write("read", "audit.entries", details={"person": person, "who": who, "since": since, "before": before})
    return shown
