"""Weights and base points of groups from their costs; exact, rounded once where a table is published."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tongchou.ground.money import round_fraction


def weighted_mean(means: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """The mean of past years, the oldest first; nationally 1:2:7.

    >>> weighted_mean([Fraction(10000), Fraction(11000), Fraction(12000)], [Fraction(1), Fraction(2), Fraction(7)])
    Fraction(11600, 1)
    """
    return sum((m * w for m, w in zip(means, weights, strict=True)), Fraction(0)) / sum(weights)


def relative_weight(group_mean: Fraction, of: Fraction, times: int = 1, decimals: int = 4) -> Fraction:
    """RW of a group, times 1000 in DIP and 100 in Jinhua's points: its mean ÷ that of all cases, of a benchmark group
    or a fixed quota, as the weight method says; half up.

    >>> relative_weight(Fraction(15000), Fraction(12000), 1000)
    Fraction(1250, 1)
    """
    step = 10**decimals
    return Fraction(round_fraction(group_mean / of * times * step), step)


def cost_coefficient(institution_mean: Fraction | None, group_mean: Fraction, decimals: int = 4) -> Fraction:
    """An institution's mean in a group ÷ the city's (Jinhua 2017); 1 for an institution that is new to the group."""
    return Fraction(1) if institution_mean is None else relative_weight(institution_mean, group_mean, 1, decimals)
