"""What was published of an institution's year, as a month asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongchou.record.base.scope import system
from tongchou.record.negotiation.models import Quota

_ALL = system("a quota is an institution's, whoever asks")
MONTHS = 12


@dataclass(frozen=True)
class YearQuota:
    """So many fen for the months from `first` (0 is the year's first) to its end."""

    fen: int
    first: int = 0


def agreed_quotas(institution: int, scheme: str, year: int, kinds: Sequence[str], starts: date) -> list[YearQuota]:
    """The published quotas and adjustments of an institution's year that begins on `starts`; of some parts where
    any are named. Empty where nothing was published."""
    rows = Quota.objects.within(_ALL).filter(
        member__institution=institution, member__negotiation__scheme=scheme, member__negotiation__year=year
    )
    if kinds:
        rows = rows.filter(part__in=kinds)
    return [YearQuota(one.fen, months_between(starts, one.month)) for one in rows.order_by("id")]


def months_between(first: date, month: date) -> int:
    return (month.year - first.year) * MONTHS + month.month - first.month


def spread(quotas: Sequence[YearQuota], number: int) -> int:
    """Of these the months up to `number` (0 is the year's first) have so many fen, each evenly over its months."""
    found = 0
    for one in quotas:
        served = max(0, number + 1 - one.first)
        found += int(Fraction(one.fen * served, MONTHS - one.first))
    return found
