"""Uploads do not wait for ever."""

from __future__ import annotations

from datetime import timedelta

from tongchou.record.base import clock
from tongchou.record.jobs.queue import job
from tongchou.record.uploads.models import Upload

KEPT = timedelta(days=7)


@job("uploads.sweep", every="10 3 * * *")
def sweep() -> int:
    """Throw away, every night, what was uploaded more than a week ago. How many there were."""
    gone, _ = Upload.objects.filter(taken_at__lt=clock.now() - KEPT).delete()
    return gone
