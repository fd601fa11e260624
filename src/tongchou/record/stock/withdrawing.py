"""Taking entries back (3507)."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.providers.queries import institution
from tongchou.record.stock.models import Entry, Withdrawal
from tongchou.record.stock.recording import of_batch


@command("stock.withdraw", needs="settlement.write")
def withdraw(*, institution_id: int, batch: str, kinds: Sequence[str]) -> int:
    """Withdraw all entries of these kinds of a batch; how many. They are kept, and count no more. Raises A114, N333
    where there are none."""
    where = institution(institution_id)
    lock(of_batch(where.pk, batch))
    rows = list(Entry.objects.filter(institution=where, batch=batch, kind__in=kinds, withdrawn=None))
    if not rows:
        raise fail("N333", batch=batch)
    now = clock.now()
    return len(Withdrawal.objects.bulk_create(Withdrawal(entry=one, at=now) for one in rows))
