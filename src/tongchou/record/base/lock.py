"""The only lock: one call takes all that a command needs, sorted, until its transaction ends.

Advisory locks of PostgreSQL, because what must not happen twice at once is often a row that is not there yet. Lock what
becomes scarcer or must stay single, once in a command, as late as possible but before the check.
"""

from __future__ import annotations

import hashlib

from django.db import OperationalError, connection
from psycopg import errors

from tongchou.ground.errors import fail

PATIENCE = "3s"


def lock(*keys: tuple[str, object]) -> None:
    """Lock every (space, thing), such as ("household", id). Raises S301 when another transaction holds one too long."""
    if not keys:
        raise ValueError("nothing to lock")
    if not connection.in_atomic_block:
        raise RuntimeError("a lock outside a transaction holds nothing")
    if getattr(connection, "locked_by_command", False):
        raise RuntimeError("a second lock in one transaction can wait for whoever waits for the first")
    connection.locked_by_command = True
    numbers = sorted({_number(space, thing) for space, thing in keys})
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [numbers])
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected):
            raise fail("S301", what="、".join(sorted({space for space, _ in keys}))) from error
        raise


def _number(space: str, thing: object) -> int:
    """63 bits of the key; two things with one number wait for each other, which costs time and nothing else."""
    digest = hashlib.blake2b(f"{space}:{thing}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
