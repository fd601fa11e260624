"""基金缺口: the year of a region whose counties keep separate accounts, and who bears what one of them lacks (BUD-18).

The decree says that risk-sharing fills the gap, special relief excepted, and that government backs it; shares and order
are the region's. What counties ask of the region's fund beyond what it has is cut in proportion, odd fen by largest
remainder, of equal ones to the earlier name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongchou.ground.money import DOWN, allocate, scale
from tongchou.ground.region.model import Deficit
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import asked, facts_on, needed_on
from tongchou.ground.region.values import ratio, value_of


@dataclass(frozen=True)
class DeficitTerms:
    """What a region declares: the figures by name, the region's share of what a county cannot fill itself."""

    said: Deficit
    share: Fraction
    cite: str


@dataclass(frozen=True)
class Borne:
    """Who bears the gap of a county, in fen: gap = own + shared + government."""

    county: str
    gap: int
    own: tuple[tuple[str, int], ...]
    shared: int
    government: int


def deficit_terms(pack: Pack, scheme: str, day: date) -> DeficitTerms:
    """What is declared on a day. Raises I107 when nothing is."""
    declared = needed_on(pack, scheme, "deficit", day)
    said = value_of(declared, Deficit)
    return DeficitTerms(said, ratio(declared.address, said.share, facts_on(pack, day)), declared.citation())


def bear(terms: DeficitTerms, fund: int, counties: Mapping[str, Mapping[str, int]]) -> list[Borne]:
    """Who bears the gaps, by county in the order given: figures in fen by name, `fund` what the region's fund has.
    Raises I101 for a figure that is missing."""
    names = sorted(counties)
    gaps, owns, wanted = {}, {}, {}
    for name in names:
        figures = counties[name]
        gaps[name] = max(0, -asked(figures, terms.said.balance))
        apart = min(gaps[name], sum(max(0, asked(figures, one)) for one in terms.said.but))
        left = gaps[name] - apart
        owns[name] = _draw(figures, terms.said.own, left)
        left -= sum(fen for _, fen in owns[name])
        wanted[name] = int(scale(left, terms.share, mode=DOWN))
    caps = [wanted[name] for name in names]
    shared = dict(zip(names, allocate(min(max(0, fund), sum(caps)), caps, caps), strict=True))
    return [
        Borne(
            name,
            gaps[name],
            owns[name],
            shared[name],
            gaps[name] - sum(fen for _, fen in owns[name]) - shared[name],
        )
        for name in counties
    ]


def _draw(figures: Mapping[str, int], names: Sequence[str], lacks: int) -> tuple[tuple[str, int], ...]:
    """Out of each surplus in its order; one below nothing gives nothing."""
    found = []
    for name in names:
        fen = min(max(0, asked(figures, name)), lacks)
        lacks -= fen
        found.append((name, fen))
    return tuple(found)
