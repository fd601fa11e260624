"""What the record does not know of a year is given as a table: budget, scores, facts of institutions, quotas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongchou.engines.payment.table_columns import COLUMNS, FREE
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.clearing import scores
from tongchou.record.clearing.given import table_of
from tongchou.record.clearing.models import ClearingYear, GivenTable
from tongchou.record.clearing.quotas import with_published
from tongchou.record.clearing.steps import ALL, key_of, must_be, the
from tongchou.record.providers.models import Institution

TABLES = ("budget", "institutions", "assessments", "signed", "quotas", "communities", scores.TABLE)
"""Tables that may be given; the others are drawn from the record."""
MOST = 20_000
_BEFORE_GROUPING = ("opened", "grouped", "published", "reopened")


@command("clearing.give", needs="clearing.work")
def give(*, year_id: int, name: str, rows: Sequence[Mapping[str, object]], reason: str) -> GivenTable:
    """Give a table of a year, in place of the one that was given before; its columns are those of the engine, amounts
    in fen, other numbers as decimal text; those of `scores` are their own. Raises A114, M503 for a year that is
    confirmed, or grouped for the last time where scores are given; M504 for another table, one too long, or an
    institution that there is not; Y202, Y203, Y208 for its columns."""
    year = the(year_id)
    if name not in TABLES or len(rows) > MOST:
        raise fail("M504", table=name, why=f"{'、'.join(TABLES)} ≤ {MOST}")
    texts = scores.as_scores(year, rows) if name == scores.TABLE else _as_the_engine(year, name, rows)
    lock(key_of(year))
    must_be(year, *_BEFORE_GROUPING, *(() if name == scores.TABLE else ("final", "cleared")))
    if name == "quotas":
        with_published(year, table_of(name, texts))
    return GivenTable.objects.create(year=year, name=name, rows=texts, by=actor().user, at=clock.now())


def _as_the_engine(year: ClearingYear, name: str, rows: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Rows of one of the engine's tables as texts. Raises M504, Y202, Y203, Y208."""
    texts = [_texts(year, name, row) for row in rows]
    table_of(name, texts)
    codes = {row["institution"] for row in texts if row.get("institution")}
    known = set(Institution.objects.within(ALL).filter(code__in=codes).values_list("code", flat=True))
    if codes - known:
        raise fail("M504", table=name, why=min(codes - known))
    return texts


def _texts(year: ClearingYear, name: str, row: Mapping[str, object]) -> dict[str, str]:
    """A row as texts, of the year's scheme. Raises M504."""
    begins = FREE.get(name, "\0")
    for column in row:
        if column not in COLUMNS[name] and not column.startswith(begins):
            raise fail("M504", table=name, why=column)
    found = {column: "" if value is None else str(value) for column, value in row.items()}
    if "scheme" in COLUMNS[name] and found.setdefault("scheme", year.scheme) != year.scheme:
        raise fail("M504", table=name, why=found["scheme"])
    return found
