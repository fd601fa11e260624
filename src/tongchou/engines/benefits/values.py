"""The numbers of declared facts as a settlement reads them; what is not about a claim is in ground."""

from __future__ import annotations

from typing import Any

from tongchou.engines.benefits.shape import NO_LIMIT
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN, round_fraction
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.values import cannot, finite, holds, number, ratio, value_of, when_of

__all__ = ["cannot", "fen", "finite", "holds", "number", "ratio", "value_of", "when_of"]


def fen(address: str, value: Any, facts: Facts) -> int:
    """Declared yuan as whole fen (half-up), NO_LIMIT for none. Raises C028 below zero, C010 beyond all bounds."""
    found = number(address, value, facts)
    if found is None:
        return NO_LIMIT
    if found < 0:
        raise fail("C028", address=address)
    return min(MAX_FEN, round_fraction(found * 100))
