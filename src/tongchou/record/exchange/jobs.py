"""What was kept for a time goes when the time has passed."""

from __future__ import annotations

from tongchou.ground.region.exchange import exchange_on
from tongchou.record.base import clock
from tongchou.record.exchange.messages import purge
from tongchou.record.exchange.models import StoredFile
from tongchou.record.jobs.queue import job
from tongchou.record.packs.queries import pack_in_force


@job("exchange.sweep_files", every="20 3 * * *")
def sweep_files() -> int:
    """Throw away, every night, files that can no longer be fetched. How many there were."""
    gone, _ = StoredFile.objects.filter(until__lt=clock.today()).delete()
    return gone


@job("exchange.forget", "exchange.purge", every="40 3 * * *")
def forget() -> int:
    """Delete, every night, messages older than the region says they are kept. How many there were."""
    days = exchange_on(pack_in_force(), clock.today()).kept_days
    return purge(older_than=days, reason=f"保存满 {days} 天")
