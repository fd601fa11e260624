"""The periods over which things are counted, by the names that keep them apart in the state."""

from __future__ import annotations

from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.facts import Facts


def period_of(per: str, facts: Facts, claim: Claim) -> str:
    """The name of the period a claim falls in: `2025`, `2025-06`, a day, a stay, a transfer episode."""
    if per == "year":
        return facts.year
    if per == "month":
        return f"{facts.basis_date:%Y-%m}"
    if per == "day":
        return facts.basis_date.isoformat()
    stay = claim.stay_id or claim.id
    return {"stay": stay, "episode": claim.episode_id or stay, "ever": "ever"}[per]
