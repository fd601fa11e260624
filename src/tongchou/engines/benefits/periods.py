"""The periods over which things are counted, by the names that keep them apart in the state."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from tongchou.engines.benefits.claim import Claim


class Dated(Protocol):
    """Where a claim, or a part of one, lies in time."""

    @property
    def year(self) -> str: ...
    @property
    def basis_date(self) -> date: ...


def period_of(per: str, when: Dated, claim: Claim) -> str:
    """The name of the period a claim falls in: `2025`, `2025-06`, a day, a stay, a transfer episode."""
    if per == "year":
        return when.year
    if per == "month":
        return f"{when.basis_date:%Y-%m}"
    if per == "day":
        return when.basis_date.isoformat()
    if per == "ever":
        return "ever"
    stay = claim.stay_id or claim.id
    return {"stay": stay, "episode": claim.episode_id or stay}[per]
