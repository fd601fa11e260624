"""The only lock: one call takes all that a command needs, sorted, until its transaction ends.

Advisory locks of PostgreSQL, because what must not happen twice at once is often a row that is not there yet. Lock what
becomes scarcer or must stay single, once in a command, as late as possible but before the check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from django.db import DatabaseError, connections
from psycopg import errors

from tongchou.ground.errors import fail
from tongchou.record.base.columns import as_array
from tongchou.record.base.pipeline import Rows
from tongchou.record.base.prepared import Statement, together

PATIENCE = "3s"
_SET = """
(SELECT set_config('lock_timeout', %s, true) || set_config('plan_cache_mode', 'force_generic_plan', true) AS set)
"""
"""How long the transaction waits for a lock; and that what it sends is planned once for a connection (`prepared`): left
to itself the database plans some of it anew each time, in the hope of a better plan, for a sixth of its time."""
_LOCK = f"""
SELECT pg_advisory_xact_lock(key) FROM {_SET} AS patience, unnest(%s::bigint[]) AS key WHERE patience.set IS NOT NULL
"""
_LOCK_SOME_SHARED = f"""
SELECT CASE WHEN shared THEN pg_advisory_xact_lock_shared(key)::text ELSE pg_advisory_xact_lock(key)::text END
FROM {_SET} AS patience, unnest(%s::bigint[], %s::bool[]) AS keys (key, shared) WHERE patience.set IS NOT NULL
"""


def lock(
    *keys: tuple[str, object], shared: Collection[tuple[str, object]] = (), then: Sequence[Statement] = ()
) -> list[Rows]:
    """Lock every (space, thing), such as ("household", id). `shared`: what others may hold shared as well, while nobody
    holds it alone. `then`: what is read under the locks; it is sent with them, and the rows of each come back. Raises
    S301 when another transaction holds one too long."""
    if not keys:
        raise ValueError("nothing to lock")
    database = connections["default"]
    if not database.in_atomic_block:
        raise RuntimeError("a lock outside a transaction holds nothing")
    if getattr(database, "locked_by_command", False):
        raise RuntimeError("a second lock in one transaction can wait for whoever waits for the first")
    database.locked_by_command = True
    numbers = sorted({_number(space, thing) for space, thing in keys})

    def held_by_another(error: DatabaseError) -> Exception | None:
        if isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected):
            return fail("S301", what="、".join(sorted({space for space, _ in (*keys, *shared)})))
        return None

    taking = Statement(_LOCK, [PATIENCE, as_array(numbers)], held_by_another)
    if shared:
        modes = {_number(space, thing): True for space, thing in shared} | dict.fromkeys(numbers, False)
        numbers = sorted(modes)
        taking = Statement(
            _LOCK_SOME_SHARED, [PATIENCE, as_array(numbers), as_array(modes[one] for one in numbers)], held_by_another
        )
    return together(taking, *then)[1:]


def _number(space: str, thing: object) -> int:
    """63 bits of the key; two things with one number wait for each other, which costs time and nothing else."""
    digest = hashlib.blake2b(f"{space}:{thing}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
