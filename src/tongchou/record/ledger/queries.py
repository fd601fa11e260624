"""Balances: what was kept at the last close, and what was posted since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import statement_of
from tongchou.record.ledger.chart import ACCOUNTS, BOOKS
from tongchou.record.ledger.models import Balance, Month, Posting, Voucher

PAGE = 500
DIMENSIONS = "account, scheme, county_id, fund, bearer, year, organisation_id, person"
"""All that a balance is kept by, as columns of postings and of balances."""

_BY = {
    "account": "account",
    "scheme": "scheme",
    "county": "county_id",
    "fund": "fund",
    "bearer": "bearer",
    "year": "year",
    "organisation": "organisation_id",
    "person": "person",
}


@dataclass(frozen=True)
class Line:
    """A row of a trial balance: what stood before the first day, what was debited and credited, what stands after the
    last, in fen; a debit is positive."""

    of: tuple[Any, ...]
    before: int
    debited: int
    credited: int

    @property
    def after(self) -> int:
        return self.before + self.debited - self.credited


def last_close(book: str, before: date | None = None) -> Month | None:
    """The last month of a book that is closed, of those that end by a day when one is given."""
    last: dict[date, Month] = {}
    for one in Month.objects.filter(book=book).order_by("month", "number"):
        last[one.month] = one
    closed = [one for one in last.values() if one.act == "closed"]
    if before is not None:
        closed = [one for one in closed if add_months(one.month, 1, "clamp") <= before]
    return max(closed, key=lambda one: one.month, default=None)


def trial_balance(
    *, book: str, first: date, last: date, by: tuple[str, ...] = ("account",), only: Mapping[str, Any] | None = None
) -> list[Line]:
    """试算平衡: what every account in scope held before the first day, what moved through the last, by `by`: account,
    scheme, county, fund, bearer, year, organisation, person. `only`: values of these to which it is limited.

    Debits equal credits over the whole of it. Raises M106 for a book, M107 for a name that there is not.
    """
    actor().needs("ledger.read")
    return balances(book, first, last, by, only)


def balances(
    book: str, first: date, last: date, by: tuple[str, ...], only: Mapping[str, Any] | None = None
) -> list[Line]:
    """The same for the program, in the scope of whoever acts."""
    if book not in dict(BOOKS):
        raise fail("M106", book=book, known="、".join(dict(BOOKS)))
    only = dict(only or {})
    for name in (*by, *only):
        if name not in _BY:
            raise fail("M107", name=name, known="、".join(_BY))
    close = last_close(book, first)
    since = date.min if close is None else add_months(close.month, 1, "clamp")
    limits = {_BY[name]: value for name, value in only.items()}
    held, of_held = statement_of(Balance.objects.filter(close=close, **limits).values("id"))
    moved, of_moved = statement_of(
        Posting.objects.filter(book=book, day__gte=since, day__lte=last, **limits).values("id")
    )
    columns = ", ".join(_BY[name] for name in by)
    statement = f"""
        SELECT {columns}, sum(before)::bigint, sum(debited)::bigint, sum(credited)::bigint FROM (
            SELECT {columns}, fen AS before, 0 AS debited, 0 AS credited FROM ledger_balance WHERE id IN ({held})
            UNION ALL
            SELECT {columns}, CASE WHEN day < %s THEN fen ELSE 0 END,
                CASE WHEN day >= %s AND fen > 0 THEN fen ELSE 0 END,
                CASE WHEN day >= %s AND fen < 0 THEN -fen ELSE 0 END
            FROM ledger_posting WHERE id IN ({moved})
        ) rows GROUP BY {columns} ORDER BY {columns}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [*of_held, first, first, first, *of_moved])
        return [Line(tuple(row[: len(by)]), *row[len(by) :]) for row in cursor.fetchall()]


def months_of(*, book: str) -> list[Month]:
    """What was closed and reopened, the latest first."""
    actor().needs("ledger.read")
    if book not in dict(BOOKS):
        raise fail("M106", book=book, known="、".join(dict(BOOKS)))
    return list(Month.objects.filter(book=book).order_by("-month", "-number")[:PAGE])


def vouchers(*, state: str = "open", after: int = 0) -> list[Voucher]:
    """Vouchers of a state in scope, the oldest first."""
    actor().needs("ledger.read")
    return list(Voucher.objects.filter(state=state, id__gt=after).order_by("id")[:PAGE])


def balance_of(account: str, on: date, **only: Any) -> int:
    """What an account holds at the end of a day, in fen, a debit positive; of what is in scope."""
    book = ACCOUNTS[account].book
    return sum(line.after for line in balances(book, on, on, ("account",), {"account": account, **only}))
