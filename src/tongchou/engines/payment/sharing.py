"""Surplus kept and overrun shared: by bands of the standard, exactly, rounded once for a line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tongchou.engines.payment.formula import figure
from tongchou.ground.money import round_fraction
from tongchou.ground.region.clearing_money import SharedBand, Sharing


class Shared(NamedTuple):
    """Whole fen: how far the charge lies below or above the standard, and what of it the institution gets."""

    surplus: int = 0
    kept: int = 0
    overrun: int = 0
    shared: int = 0
    compensated: int = 0


def share(said: Sharing | None, standard: int, charged: int, growth: Fraction | None = None,
          indicator: Fraction | None = None, rounding: str = "half_up") -> Shared:  # fmt: skip
    """`standard` against what the fund was charged. Without a declaration all surplus is kept and no overrun is shared,
    as a price for each case has it. `growth`: of cases over last year."""
    surplus, overrun = max(standard - charged, 0), max(charged - standard, 0)
    if said is None:
        return Shared(surplus, surplus, overrun)
    kept = _of_bands(said.surplus, surplus, standard)
    if said.surplus_at_most is not None:
        kept = min(kept, figure(said.surplus_at_most) * standard)
    if said.no_surplus_above is not None and indicator is not None and indicator > figure(said.no_surplus_above):
        kept = Fraction(0)
    shared = round_fraction(_of_bands(said.overrun, overrun, standard), mode=rounding)
    grown = said.compensates
    compensated = 0
    if grown is not None and growth is not None and growth > figure(grown.growth_above):
        compensated = round_fraction((overrun - shared) * figure(grown.pays), mode=rounding)
    return Shared(surplus, round_fraction(kept, mode=rounding), overrun, shared, compensated)


def _of_bands(bands: Sequence[SharedBand], amount: int, standard: int) -> Fraction:
    """Of each band, counted in parts of the standard, its share."""
    paid, begun = Fraction(0), Fraction(0)
    for band in bands:
        ends = Fraction(amount) if band.upto is None else min(Fraction(amount), figure(band.upto) * standard)
        paid += max(ends - begun, Fraction(0)) * figure(band.pays)
        begun = max(begun, ends)
    return paid
