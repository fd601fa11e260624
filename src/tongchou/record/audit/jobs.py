"""Regular work on the trail."""

from __future__ import annotations

from tongchou.record.audit.seal import seal
from tongchou.record.jobs.queue import job


@job("audit.seal", every="* * * * *")
def seal_the_trail() -> int:
    """Seal what can be sealed, every minute."""
    return seal()
