"""Codes for packages that carry none (3592B)."""

from __future__ import annotations

import secrets

from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.providers.queries import institution
from tongchou.record.stock.models import VirtualCode

_FIRST = "99"
"""No code on a package begins so."""


@command("stock.virtual_code", needs="settlement.write")
def virtual_code(*, institution_id: int, batch: str, local_code: str, national_code: str) -> VirtualCode:
    """A code of twenty digits that was never given before. Raises A114."""
    where = institution(institution_id)
    lock(("virtual codes", where.pk))
    code = f"{_FIRST}{secrets.randbelow(10**18):018d}"
    return VirtualCode.objects.create(
        institution=where, code=code, batch=batch, local_code=local_code, national_code=national_code, at=clock.now()
    )
