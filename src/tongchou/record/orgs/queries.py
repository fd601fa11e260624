"""Who may sign in at an organisation, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Grant, User


@dataclass(frozen=True)
class Held:
    """A role, and until when where that is settled."""

    role: str
    until: datetime | None


@dataclass(frozen=True)
class Listed:
    """A user with the roles that they hold now."""

    id: int
    username: str
    name: str
    is_active: bool
    person: int | None
    roles: list[Held]


def users(organisation_id: int) -> list[Listed]:
    """The users of an organisation, by name. Raises A114 for one out of scope."""
    actor().needs("orgs.read")
    where = organisation(organisation_id)
    held: dict[int, list[Held]] = {}
    for one in Grant.objects.filter(user__organisation=where, during__contains=clock.now()).order_by("role"):
        held.setdefault(one.user_id, []).append(Held(one.role, one.during.upper))
    return [
        Listed(one.id, one.username, one.name, one.is_active, one.person, held.get(one.id, []))
        for one in User.objects.filter(organisation=where).order_by("username")
    ]
