"""The close of a year, done beside everything else."""

from __future__ import annotations

from tongchou.record.accounts import closing
from tongchou.record.jobs.queue import job

AT_ONCE = 1_000  # persons whose accounts are closed, and locked, in one transaction


@job("accounts.close_branch", "accounts.write")
def close_branch(insurance: str, year: int, agency: int) -> int:
    """Close all accounts of an agency's branch for an insurance year; how many. Tried again after a break, or asked for
    twice, it closes what is still open."""
    closed = 0
    for persons in closing.open_persons(insurance=insurance, year=year, agency=agency, at_most=AT_ONCE):
        while done := closing.close_year(insurance=insurance, year=year, persons=persons):
            closed += done
    return closed
