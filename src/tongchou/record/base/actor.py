"""Who acts: the user or job behind a command or a query, what it may do, and which rows it may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from tongchou.ground.errors import fail
from tongchou.record.base import scope as scopes
from tongchou.record.base.scope import Scope

SELF = "self"


@dataclass(frozen=True)
class Actor:
    """`user` and `organisation` are None for a job of the system, whose `name` says which. `elevated`: acts under a
    temporary elevation, which every entry of the trail then tells."""

    name: str
    scope: Scope
    permissions: frozenset[str]
    user: int | None = None
    organisation: int | None = None
    elevated: int | None = None
    request: str = field(default="", compare=False)

    def needs(self, permission: str) -> None:
        """Raises A101 unless the actor has the permission; SELF is what every user may do about themselves."""
        if permission == SELF and self.user is not None:
            return
        if permission not in self.permissions:
            raise fail("A101", who=self.name, permission=permission)


_current: ContextVar[Actor | None] = ContextVar("actor", default=None)


def actor() -> Actor:
    """Who acts now. An error of the program when nobody was said to."""
    found = _current.get()
    if found is None:
        raise RuntimeError("nobody acts: wrap the work in `acting(...)`")
    return found


@contextmanager
def acting(who: Actor) -> Iterator[Actor]:
    """Within the block `who` acts, and queries see their rows."""
    token = _current.set(who)
    try:
        with scopes.scoped(who.scope):
            yield who
    finally:
        _current.reset(token)


def system_actor(name: str, *permissions: str) -> Actor:
    """A job of the system: it sees everything and may do what it is given."""
    return Actor(name, scopes.system(name), frozenset(permissions))
