"""The only generator of ids: UUIDs of version 7 (RFC 9562, section 5.7), which sort by the time they were made."""

from __future__ import annotations

import secrets
import uuid

from tongchou.record.base import clock

_VERSION, _VARIANT = 7, 0b10


def new_id() -> uuid.UUID:
    """48 bits of milliseconds since 1970, then 74 random bits around version and variant."""
    milliseconds = int(clock.now().timestamp() * 1000) & (1 << 48) - 1
    random = secrets.randbits(74)
    return uuid.UUID(
        int=milliseconds << 80 | _VERSION << 76 | (random >> 62) << 64 | _VARIANT << 62 | random & (1 << 62) - 1
    )
