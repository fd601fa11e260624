"""举报奖励: a rate of the fund's money in a verified case, split to the fen (RWD-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongchou.ground.errors import fail
from tongchou.ground.money import UNITS, round_fraction
from tongchou.ground.region import supervision_kinds as kinds
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import facts_on, needed_on
from tongchou.ground.region.values import ratio, value_of


@dataclass(frozen=True)
class RewardTerms:
    """What a region declares; the share of whoever takes the rest is None."""

    of: str
    rate: Fraction
    shares: tuple[tuple[str, Fraction | None, str], ...]  # recipient, share, how it is rounded
    unit: int
    mode: str
    cite: str


@dataclass(frozen=True)
class Reward:
    """The reward in fen, and what each recipient gets of it; these sum to it."""

    fen: int
    shares: dict[str, int]


def reward_terms(pack: Pack, scheme: str, address: str, day: date) -> RewardTerms:
    """What is declared on a day. Raises I107 when nothing is, C018 for a share outside the whole."""
    declared = needed_on(pack, scheme, address, day)
    said, facts = value_of(declared, kinds.Reward), facts_on(pack, day)
    shares = tuple(
        (part.payer, None if part.part is None else ratio(declared.address, part.part, facts), part.round)
        for part in said.to
    )
    rate = ratio(declared.address, said.rate, facts)
    return RewardTerms(said.of, rate, shares, UNITS[said.rounding.unit], said.rounding.mode, declared.citation())


def reward(terms: RewardTerms, involved: int) -> Reward:
    """The reward for a case in which so many fen of the fund were misused; I102 for less than nothing.

    It is rounded once, then each share in written order, never above what is left; one recipient takes the rest.
    """
    if involved < 0:
        raise fail("I102", name=terms.of, value=involved)
    whole = round_fraction(terms.rate * involved, terms.unit, terms.mode)
    shares, left = dict.fromkeys((name for name, _, _ in terms.shares), 0), whole
    for name, share, mode in terms.shares:
        if share is not None:
            shares[name] = min(round_fraction(share * whole, 1, mode), left)
            left -= shares[name]
    rest = next(name for name, share, _ in terms.shares if share is None)
    shares[rest] = left
    return Reward(whole, shares)
