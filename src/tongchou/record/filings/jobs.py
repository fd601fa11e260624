"""The clocks of filings, looked at every night."""

from __future__ import annotations

from tongchou.engines.filings import SUBMITTED
from tongchou.record.base import clock
from tongchou.record.filings import clocks
from tongchou.record.filings.models import Filing
from tongchou.record.jobs.queue import job


@job("filings.expire", "filings.decide", every="10 0 * * *")
def expire() -> int:
    """End what has run out; how many."""
    ended = 0
    while done := len(clocks.expire(before=clock.today())):
        ended += done
    return ended


@job("filings.run_out", "filings.decide", every="20 0 * * *")
def run_out() -> int:
    """Do what is declared for decisions that are overdue, and remind of the others; how many were looked at."""
    waiting = Filing.objects.filter(state=SUBMITTED, due_on__lt=clock.today(), reminded_on=None)
    numbers = list(waiting.order_by("due_on", "id").values_list("id", flat=True))
    for number in numbers:
        clocks.run_out(filing_id=number)
    return len(numbers)
