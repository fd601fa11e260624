"""Posting: the only way into the books. Only commands call it, within their own transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, connection
from psycopg import errors

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.prepared import Statement, together
from tongchou.record.ledger.chart import ACCOUNTS
from tongchou.record.ledger.guards import MONTH_LOCK


@dataclass(frozen=True)
class Fund:
    """Which money: of a scheme, of the people insured in a county (an agency's number), of a fund and an insurance
    year. Postings of an entry add up to nothing for each."""

    scheme: str
    county: int
    fund: str
    year: int
    bearer: str = ""


@dataclass(frozen=True)
class Leg:
    """One posting: fen on an account, a debit positive, a credit negative, and whom it is owed to or by."""

    account: str
    fund: Fund
    fen: int
    organisation: int | None = None
    person: int | None = None


_WAIT_FOR_A_CLOSE = f"SELECT pg_advisory_xact_lock_shared({MONTH_LOCK}, ledger_month_number(%s, %s))"
"""By itself, before the day is chosen: a statement sees what was done before it began, not what it waited for."""

_POST = """
WITH entry AS (
    INSERT INTO ledger_entry (book, kind, source, day, business_day, note, at)
    SELECT %(book)s::text, %(kind)s::text, %(source)s::text, GREATEST(%(day)s::date, COALESCE((
        SELECT max(month + interval '1 month')::date FROM (
            SELECT DISTINCT ON (month) month, act FROM ledger_month WHERE book = %(book)s::text
            ORDER BY month, number DESC
        ) last WHERE act = 'closed'
    ), %(day)s::date)), %(day)s::date, %(note)s::text, %(at)s::timestamptz
    RETURNING id, book, day
) INSERT INTO ledger_posting
    (entry_id, book, day, account, scheme, county_id, fund, bearer, year, organisation_id, person, fen)
SELECT entry.*, leg.* FROM entry, jsonb_to_recordset(%(legs)s::jsonb) leg (
    account text, scheme text, county bigint, fund text, bearer text, year int, organisation bigint, person bigint,
    fen bigint
) RETURNING entry_id
"""


def post(kind: str, source: str, business_day: date, legs: Sequence[Leg], note: str = "") -> int | None:
    """Enter what happened; legs of nothing are left out, and of nothing at all there is no entry (None).

    Entered on the business day, or, where its month is closed, on the first day of the first month that is open; the
    business day is kept (I10). Raises M101 for what was entered before, M102 where the legs do not add up or are of two
    books, M103 when the month is being closed for longer than anybody waits.
    """
    found = together(*posting(kind, source, business_day, legs, note))
    return int(found[-1][0][0]) if found else None


def posting(kind: str, source: str, business_day: date, legs: Sequence[Leg], note: str = "") -> list[Statement]:
    """The statements of `post`, to be sent with others; none where nothing is to be entered. Raises M102."""
    legs = [leg for leg in legs if leg.fen]
    if not legs:
        return []
    books = {ACCOUNTS[leg.account].book for leg in legs}
    if len(books) > 1 or not _even(legs):
        raise fail("M102", source=source)
    (book,) = books
    known = {"book": book, "kind": kind, "source": source, "day": business_day, "note": note, "at": clock.now()}
    known["legs"] = json.dumps(
        [
            {**vars(leg.fund), "account": leg.account, "organisation": leg.organisation, "person": leg.person,
             "fen": leg.fen}
            for leg in legs
        ],
        ensure_ascii=False,
    )  # fmt: skip

    def refused(error: DatabaseError) -> Exception | None:
        if isinstance(error.__cause__, errors.UniqueViolation):
            return fail("M101", source=source)
        if isinstance(error.__cause__, errors.RestrictViolation | errors.LockNotAvailable):
            return fail("M103", source=source)
        return None

    return [Statement(_WAIT_FOR_A_CLOSE, [book, business_day], refused), Statement(_POST, known, refused)]


def _even(legs: Sequence[Leg]) -> bool:
    sums: dict[tuple[str, int, str, int], int] = {}
    for leg in legs:
        key = (leg.fund.scheme, leg.fund.county, leg.fund.fund, leg.fund.year)
        sums[key] = sums.get(key, 0) + leg.fen
    return not any(sums.values())


_ENTERED = """
SELECT p.account, p.scheme, p.county_id, p.fund, p.year, p.bearer, p.fen, p.organisation_id, p.person
FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id WHERE e.source = %s ORDER BY p.id
"""


def take_back(kind: str, source: str, of: str, business_day: date) -> int | None:
    """Enter the opposite of all that stands under the source `of`: nothing is ever struck out. Raises as `post`."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTERED, [of])
        legs = [
            Leg(account, Fund(scheme, county, fund, year, bearer), -fen, organisation, person)
            for account, scheme, county, fund, year, bearer, fen, organisation, person in cursor.fetchall()
        ]
    return post(kind, source, business_day, legs)
