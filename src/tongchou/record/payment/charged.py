"""What the books say an institution charged: in a month, and for one settlement."""

from __future__ import annotations

from datetime import date

from django.db import connection

from tongchou.ground.dates import add_months
from tongchou.record.ledger.posting import Fund

CHARGES = ("settlement", "reversal", "supplement")
"""Entries by which a provider charges, or is charged back."""
ACCOUNT = "account"
"""The bearer of what personal accounts paid: nothing of it is deducted, withheld or deferred."""
_MONTH = """
SELECT p.county_id, p.fund, p.bearer, p.year, -sum(p.fen)::bigint FROM ledger_entry e JOIN ledger_posting p
ON p.entry_id = e.id WHERE p.organisation_id = %s AND p.scheme = %s AND p.account = 'provider_payable'
AND p.book = 'business' AND p.day >= %s AND p.day < %s AND e.kind = ANY(%s)
GROUP BY p.county_id, p.fund, p.bearer, p.year HAVING sum(p.fen) <> 0 ORDER BY 1, 2, 3, 4
"""
_EVENT = """
SELECT p.county_id, p.fund, p.bearer, p.year, -sum(p.fen)::bigint FROM ledger_entry e JOIN ledger_posting p
ON p.entry_id = e.id WHERE e.book = 'business' AND e.kind = 'settlement' AND e.source = %s
AND p.organisation_id = %s AND p.scheme = %s AND p.account = 'provider_payable' AND p.bearer <> %s
GROUP BY p.county_id, p.fund, p.bearer, p.year HAVING sum(p.fen) < 0 ORDER BY 1, 2, 3, 4
"""
_FIRST = """
SELECT min(p.day) FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
WHERE p.organisation_id = %s AND p.scheme = %s AND p.account = 'provider_payable' AND p.book = 'business'
AND p.day >= %s AND p.day < %s AND e.kind = ANY(%s)
"""
_DAY = "SELECT day FROM ledger_entry WHERE book = 'business' AND kind = 'settlement' AND source = %s"


def charged(organisation: int, scheme: str, month: date) -> dict[Fund, int]:
    """What was charged in a month (its first day), wherever the patients are insured, in fen."""
    return _amounts(scheme, _MONTH, [organisation, scheme, month, add_months(month, 1, "clamp"), list(CHARGES)])


def first_charged(organisation: int, scheme: str, month: date) -> date | None:
    """The first day of a month on which something was charged."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [organisation, scheme, month, add_months(month, 1, "clamp"), list(CHARGES)])
        found: date | None = cursor.fetchone()[0]
    return found


def charged_for(event: int, organisation: int, scheme: str) -> dict[Fund, int]:
    """What a settlement charged to others than personal accounts."""
    return _amounts(scheme, _EVENT, [f"settlement {event}", organisation, scheme, ACCOUNT])


def entered_on(event: int) -> date | None:
    """The day on which a settlement stands in the books; None where it charged nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_DAY, [f"settlement {event}"])
        row = cursor.fetchone()
    return None if row is None else row[0]


def _amounts(scheme: str, statement: str, parameters: list[object]) -> dict[Fund, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return {Fund(scheme, county, fund, year, bearer): fen for county, fund, bearer, year, fen in rows}
