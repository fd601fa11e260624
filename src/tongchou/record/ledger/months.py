"""Closing a month, and opening it again. What every account then held is kept: no balance adds up years."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.ledger.chart import BOOKS
from tongchou.record.ledger.guards import MONTH_LOCK
from tongchou.record.ledger.models import Entry, Month
from tongchou.record.ledger.queries import DIMENSIONS, last_close

_CLOSE = f"""
INSERT INTO ledger_balance (close_id, book, {DIMENSIONS}, fen)
SELECT %(close)s, %(book)s, {DIMENSIONS}, sum(fen) FROM (
    SELECT {DIMENSIONS}, fen FROM ledger_balance WHERE close_id = %(before)s
    UNION ALL
    SELECT {DIMENSIONS}, fen FROM ledger_posting WHERE book = %(book)s AND day >= %(since)s AND day < %(until)s
) moved GROUP BY {DIMENSIONS} HAVING sum(fen) <> 0
"""


@command("ledger.close_month", needs="ledger.close")
def close_month(*, book: str, month: date) -> Month:
    """Close a month of a book: it takes no entry any more, and what every account holds at its end is kept.

    Months are closed in order. Raises M104 for a month that is not over, is closed, or comes before one still open.
    """
    month = _first(book, month)
    _alone(book, month)
    end = add_months(month, 1, "clamp")
    before = last_close(book)
    if clock.today() < end:
        raise fail("M104", month=_text(month), why=f"{clock.today()}")
    if before is not None and before.month >= month:
        raise fail("M104", month=_text(month), why=f"{_text(before.month)} closed")
    start = date.min if before is None else add_months(before.month, 1, "clamp")
    if Entry.objects.filter(book=book, day__gte=start, day__lt=month).exists():
        raise fail("M104", month=_text(month), why=f"< {_text(month)}")
    made = _mark(book, month, "closed", "")
    with connection.cursor() as cursor:
        cursor.execute(
            _CLOSE,
            {
                "close": made.pk,
                "book": book,
                "before": None if before is None else before.pk,
                "since": start,
                "until": end,
            },
        )
    return made


@command("ledger.reopen_month", needs="ledger.reopen")
def reopen_month(*, book: str, month: date, reason: str) -> Month:
    """Open the month again that was closed last; whoever closed it may not. Raises M105 otherwise."""
    month = _first(book, month)
    _alone(book, month)
    last = last_close(book)
    if last is None or last.month != month:
        raise fail("M105", month=_text(month))
    if last.by is not None and last.by == actor().user:
        raise fail("A112")
    return _mark(book, month, "reopened", reason)


def _first(book: str, month: date) -> date:
    if book not in dict(BOOKS):
        raise fail("M106", book=book, known="、".join(dict(BOOKS)))
    return month.replace(day=1)


def _alone(book: str, month: date) -> None:
    """Wait for whoever posts into the month; who comes later waits for us."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a lock outside a transaction holds nothing")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, ledger_month_number(%s, %s))", [MONTH_LOCK, book, month])


def _mark(book: str, month: date, act: str, reason: str) -> Month:
    number = Month.objects.filter(book=book, month=month).count() + 1
    return Month.objects.create(
        book=book, month=month, act=act, number=number, reason=reason, by=actor().user, at=clock.now()
    )


def _text(month: date) -> str:
    return f"{month:%Y-%m}"
