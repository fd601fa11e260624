"""What a review gave the records of cases (病案质量评分), as a table of a year: auxiliary factors may ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongchou.ground.errors import fail
from tongchou.record.clearing.anew import before, standing
from tongchou.record.clearing.given import given
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.clearing.steps import ALL
from tongchou.record.settlement.models import Event

TABLE, SETTLEMENT, SCORE = "scores", "settlement_id", "record_score"
MOST = 1_000
"""Points that a record may have, as in the canonical discharges."""


def as_scores(year: ClearingYear, rows: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Rows of `settlement_id` and `record_score` (whole points) as texts. Raises M504 for another column, for what
    is no score, and for a settlement that is told twice or is none of the year."""
    scored: dict[int, int] = {}
    for row in rows:
        if other := set(row) ^ {SETTLEMENT, SCORE}:
            raise fail("M504", table=TABLE, why=min(other))
        number, score = (_whole(row[name]) for name in (SETTLEMENT, SCORE))
        if number is None or score is None or score > MOST or number in scored:
            raise fail("M504", table=TABLE, why=f"{row[SETTLEMENT]} {row[SCORE]}")
        scored[number] = score
    mine = Event.objects.within(ALL).filter(pk__in=scored, kind="settle", scheme=year.scheme, year=year.year)
    there = set(mine.filter(institution__organisation__path__startswith=year.agency.path).values_list("pk", flat=True))
    if strange := scored.keys() - there:
        raise fail("M504", table=TABLE, why=min(strange))
    return [{SETTLEMENT: str(number), SCORE: str(score)} for number, score in sorted(scored.items())]


def scores_of(year: ClearingYear) -> dict[int, int]:
    """Points by settlement; of one that was settled anew, by the one that stands in its place, whose own come first."""
    stands = standing(before(year))
    told = {int(row[SETTLEMENT]): int(row[SCORE]) for row in given(year, TABLE)}
    return {stands.get(number, number): score for number, score in sorted(told.items())}


def _whole(value: object) -> int | None:
    """A whole number from nought that a machine holds, or nothing."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
