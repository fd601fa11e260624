"""What a confirmed clearing was counted from stays: a month of the year waits until the year is opened again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tongchou.ground.errors import fail
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.clearing.steps import ALL, with_state
from tongchou.record.providers.models import Institution


def stay(sender: object, institution: Institution, scheme: str, years: Collection[int], **_: Any) -> None:
    """Receiver of `payment.opening.unsettling`. A year is confirmed under the lock on what is payable of its scheme,
    which whoever opens a month holds too. Raises M514."""
    rows = with_state(ClearingYear.objects.within(ALL).filter(scheme=scheme, year__in=years).select_related("agency"))
    for one in rows.filter(state="confirmed").order_by("year"):
        if institution.organisation.path.startswith(one.agency.path):
            raise fail("M514", year=one.year, scheme=scheme)
