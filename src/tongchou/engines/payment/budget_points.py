"""分值结算: institutions share a total by their points (BUD-05): unit value, what each gets, what is still due.

T ÷ Σ (points × factor) is the unit value, exact; each institution gets its points' worth in whole fen, the odd ones by
largest remainder, so the shares sum to the total; what was prepaid is subtracted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

from tongchou.ground.errors import fail
from tongchou.ground.money import allocate
from tongchou.ground.region.model import BudgetPoints
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import asked, facts_on, needed_on, read_fen, read_plain, refuse_others
from tongchou.ground.region.typed import typed
from tongchou.ground.region.values import finite, value_of
from tongchou.ground.region.walk import names_asked

POINTS, PREPAID = "points", "prepaid"


@dataclass(frozen=True)
class Institution:
    """What an institution has earned in a year, and what it was paid ahead, in fen."""

    name: str
    points: Fraction
    factor: Fraction
    prepaid: int


@dataclass(frozen=True)
class Share:
    """What an institution gets; `due` below nothing is to be paid back."""

    institution: Institution
    fen: int

    @property
    def due(self) -> int:
        return self.fen - self.institution.prepaid


@dataclass(frozen=True)
class Shares:
    """The unit value in fen a point, exact, and the shares in the order of the institutions."""

    unit: Fraction
    shares: tuple[Share, ...]
    cite: str


def share_by_points(total: int, institutions: Sequence[Institution], cite: str = "") -> Shares:
    """Share a total (fen) out. Raises I105 when nobody has points.

    The order in which institutions are given says nothing: of equal remainders the earlier name has the odd fen.
    """
    in_order = sorted(institutions, key=lambda one: one.name)
    weights = [one.points * one.factor for one in in_order]
    together = sum(weights, Fraction(0))
    if not together:
        raise fail("I105", name=POINTS)
    scale = lcm(*(weight.denominator for weight in weights))
    fen = allocate(total, [int(weight * scale) for weight in weights], [total] * len(weights))
    given = dict(zip((one.name for one in in_order), fen, strict=True))
    return Shares(Fraction(total) / together, tuple(Share(one, given[one.name]) for one in institutions), cite)


def read_institutions(
    pack: Pack, scheme: str, day: date, raw: Mapping[str, Mapping[str, Any]]
) -> tuple[tuple[Institution, ...], str]:
    """The institutions as they are written, each with the factor that is declared for it, and the article of that."""
    declared = needed_on(pack, scheme, "budget.points", day)
    factor = value_of(declared, BudgetPoints).factor
    found = []
    for name, given in raw.items():
        prepaid = read_fen(f"{name} {PREPAID}", asked(given, PREPAID))
        if prepaid < 0:
            raise fail("I102", name=f"{name} {PREPAID}", value=given[PREPAID])
        refuse_others(given, (POINTS, PREPAID, *sorted(names_asked(value_of(declared, BudgetPoints)))))
        facts = facts_on(pack, day, {k: typed(pack, k, v) for k, v in given.items() if k not in (POINTS, PREPAID)})
        found.append(
            Institution(
                name,
                read_plain(f"{name} {POINTS}", asked(given, POINTS)),
                finite(declared.address, factor, facts),
                prepaid,
            )
        )
    return tuple(found), declared.citation()
