"""When the database cannot do its part: gone, full, read-only, or with no connection left."""

from __future__ import annotations

from django.db import DatabaseError

from tongchou.ground.errors import fail

_CLASSES = ("08", "53", "57", "58", "XX")
"""SQLSTATE: connection lost, resources exhausted, ended by its keeper, a fault of the system or of the server."""
_STATES = ("25006", "55P03", "40001", "40P01")
"""Read-only; a lock was not to be had; two transactions could not both go on."""


def unavailable(error: DatabaseError) -> Exception:
    """S302 where the database could not take what was asked, and asking again may help; any other error as it is.

    Whether a transaction that was being committed went through is not known then: its message id tells.
    """
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None or state[:2] in _CLASSES or state in _STATES:
        return fail("S302", reason=" ".join(str(error).split())[:200])
    return error
