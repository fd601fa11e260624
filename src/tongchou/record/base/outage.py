"""When the database cannot do its part: gone, full, read-only, or with no connection left."""

from __future__ import annotations

from django.db import DatabaseError

from tongchou.ground.errors import fail

_CLASSES = {
    "08": "连接中断",
    "53": "内存、磁盘或连接用完",
    "57": "管理员中止了它",
    "58": "系统出错",
    "XX": "数据库内部出错",
}
"""SQLSTATE: connection lost, resources exhausted, ended by its keeper, a fault of the system or of the server."""
_STATES = {
    "25006": "数据库只读",
    "55P03": "等不到锁",
    "40001": "与同时办理的另一件冲突",
    "40P01": "与同时办理的另一件互相等待",
}
"""Read-only; a lock was not to be had; two transactions could not both go on."""


def unavailable(error: DatabaseError) -> Exception:
    """S302 where the database could not take what was asked, and asking again may help; any other error as it is.

    Whether a transaction that was being committed went through is not known then: its message id tells.
    """
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None or state[:2] in _CLASSES or state in _STATES:
        reason = _STATES.get(state or "") or _CLASSES[(state or "08")[:2]]
        return fail("S302", reason=reason, reason_en=" ".join(str(error).split())[:200])
    return error
