"""基金可支付月数: how many months of benefits the cumulative surplus pays for (FND-01).

What one month of benefits is, decrees do not say; a region declares it, and the figure is never shown without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.ground.region.model import MonthsOfCover
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import facts_on, needed_on, refuse_others
from tongchou.ground.region.values import finite, value_of

_YEAR = 12


@dataclass(frozen=True)
class CoverTerms:
    """What a region declares: the figures, what a month is, below how many months it warns, by which article."""

    surplus: str
    spending: str
    month: str
    warns_below: Fraction
    cite: str


@dataclass(frozen=True)
class Cover:
    """Months of cover, exact, with a month of benefits in fen (exact too) and whether it is too few."""

    months: Fraction
    a_month: Fraction
    warns: bool


def cover_terms(pack: Pack, scheme: str, address: str, day: date) -> CoverTerms:
    """What is declared on a day. Raises I107 when nothing is."""
    declared = needed_on(pack, scheme, address, day)
    said = value_of(declared, MonthsOfCover)
    below = finite(declared.address, said.warns_below, facts_on(pack, day))
    return CoverTerms(said.surplus, said.spending, said.month, below, declared.citation())


def months_counted(terms: CoverTerms, day: date) -> list[str]:
    """The months whose benefits count, as `2013-06`: up to that of the day, or all of its calendar year."""
    this = day.replace(day=1)
    if terms.month == "last month":
        return [_text(this)]
    last = this.replace(month=12) if terms.month == "average of the year" else this
    return [_text(add_months(last, back - _YEAR + 1, "clamp")) for back in range(_YEAR)]


def months_of_cover(terms: CoverTerms, day: date, surplus: int, spending: Mapping[str, int]) -> Cover:
    """The months that a surplus (fen) at the end of the day's month pays for, given the benefits of each month; of an
    average of the year the year's total will do (`2018`), as it is published.

    It warns below the declared number: exactly so many are enough. Raises I106 for a month that is missing, I103 for a
    total beside its months, I105 when nothing was paid.
    """
    counted = months_counted(terms, day)
    whole = str(day.year)
    if terms.month == "average of the year" and whole in spending:
        refuse_others((month for month in counted if month in spending), (whole,))
        a_month = Fraction(spending[whole], _YEAR)
    else:
        for month in counted:
            if month not in spending:
                raise fail("I106", name=terms.spending, month=month)
        a_month = Fraction(sum(spending[month] for month in counted), len(counted))
    if a_month <= 0:
        raise fail("I105", name=terms.spending)
    months = surplus / a_month
    return Cover(months, a_month, months < terms.warns_below)


def _text(first: date) -> str:
    return f"{first.year:04d}-{first.month:02d}"
