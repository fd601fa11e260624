"""The pack in force, ready for an engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.resolved import pack_from_resolved
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.pipeline import Rows
from tongchou.record.base.prepared import rows
from tongchou.record.packs.commands import in_force_at
from tongchou.record.packs.models import Activation, StoredPack


@dataclass(frozen=True)
class Listed:
    """A stored pack and what was decided about it last; `in_force` now."""

    hash: str
    region: str
    name: str
    proposed_at: datetime
    decision: str | None
    since: datetime | None
    in_force: bool


def listed() -> list[Listed]:
    """Every stored pack, the latest first."""
    actor().needs("packs.read")
    now = in_force_at(clock.now())
    found = []
    for pack in StoredPack.objects.order_by("-proposed_at", "hash").defer("content").prefetch_related("decisions"):
        last = max(pack.decisions.all(), key=lambda one: one.pk, default=None)
        found.append(
            Listed(
                hash=pack.hash,
                region=pack.region,
                name=pack.name,
                proposed_at=pack.proposed_at,
                decision=last and last.decision,
                since=last and last.since,
                in_force=now is not None and now.hash == pack.hash,
            )
        )
    return found


def pack_in_force() -> Pack:
    """The pack in force now. Raises G104 when none was activated."""
    return pack_among(rows(IN_FORCE, [clock.now()]))


def pack_among(found: Rows) -> Pack:
    """The pack that `IN_FORCE` found. Raises G104 when it found none."""
    if not found:
        raise fail("G104")
    return pack_of(found[0][0])


def hash_in_force() -> str | None:
    """The hash of the pack in force now, if one is."""
    found = rows(IN_FORCE, [clock.now()])
    return found[0][0] if found else None


def number_in_force() -> int:
    """The number of the activation by which the pack in force is so; 0 when none is."""
    rows = Activation.objects.filter(decision="activated", since__lte=clock.now()).order_by("-since", "-id")
    return int(rows.values_list("id", flat=True).first() or 0)


IN_FORCE = """
SELECT pack_id FROM pack_activation WHERE decision = 'activated' AND since <= %s::timestamptz
ORDER BY since DESC, id DESC LIMIT 1
"""
"""The pack in force at a moment."""


@lru_cache(maxsize=8)
def pack_of(hash_: str) -> Pack:
    """A stored pack by its hash; what is stored never changes, so it may be remembered."""
    found = StoredPack.objects.filter(hash=hash_).first()
    if found is None:
        raise fail("G101", hash=hash_)
    return pack_from_resolved(found.content)


def words(name: str) -> tuple[str, ...]:
    """The words that the pack in force declares for a fact, such as `level`; none where it declares none."""
    dimension = pack_in_force().vocabulary.dimensions.get(name)
    return () if dimension is None else dimension.words
