"""The pack in force, ready for an engine."""

from __future__ import annotations

from functools import lru_cache

from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.resolved import pack_from_resolved
from tongchou.record.base import clock
from tongchou.record.packs.commands import in_force_at
from tongchou.record.packs.models import StoredPack


def pack_in_force() -> Pack:
    """The pack in force now. Raises G104 when none was activated."""
    found = in_force_at(clock.now())
    if found is None:
        raise fail("G104")
    return pack_of(found.hash)


@lru_cache(maxsize=8)
def pack_of(hash_: str) -> Pack:
    """A stored pack by its hash; what is stored never changes, so it may be remembered."""
    found = StoredPack.objects.filter(hash=hash_).first()
    if found is None:
        raise fail("G101", hash=hash_)
    return pack_from_resolved(found.content)
