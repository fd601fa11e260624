"""What must hold between the books and what brought them about; `verify` and the tests ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

MOST = 1_000  # that are told
_UNPOSTED = """
SELECT e.id, (e.fields->>'fund_pay_sumamt')::bigint + (e.fields->>'acct_pay')::bigint, COALESCE(owed.fen, 0)
FROM settlement_event e LEFT JOIN LATERAL (
    SELECT -sum(p.fen)::bigint AS fen FROM ledger_entry l JOIN ledger_posting p ON p.entry_id = l.id
    WHERE l.book = 'business' AND l.source = 'settlement ' || e.id AND l.kind IN ('settlement', 'reversal')
    AND p.account IN ('provider_payable', 'person_payable')
) owed ON true
WHERE (e.fields->>'fund_pay_sumamt')::bigint + (e.fields->>'acct_pay')::bigint <> COALESCE(owed.fen, 0)
ORDER BY e.id LIMIT %s
"""


_ACCOUNTS = """
SELECT COALESCE(kept.insurance, books.scheme), COALESCE(kept.account, books.fund),
    COALESCE(kept.fen, 0)::bigint, COALESCE(books.fen, 0)::bigint
FROM (SELECT insurance, account, sum(fen) AS fen FROM account_entry GROUP BY insurance, account) kept
FULL JOIN (
    SELECT scheme, fund, -sum(fen) AS fen FROM ledger_posting WHERE account = 'account_liability' GROUP BY scheme, fund
) books ON books.scheme = kept.insurance AND books.fund = kept.account
WHERE COALESCE(kept.fen, 0) <> COALESCE(books.fen, 0) ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Unposted:
    """A settlement of which the books owe something else (fen) than funds and accounts pay."""

    event: int
    pays: int
    posted: int


def unposted(at_most: int = MOST) -> list[Unposted]:
    """The settlements and reversals that are not in the books, or not as they stand."""
    with connection.cursor() as cursor:
        cursor.execute(_UNPOSTED, [at_most])
        return [Unposted(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class AccountGap:
    """A kind of account in an insurance of which persons hold something else (fen) than the books owe them."""

    insurance: str
    account: str
    held: int
    owed: int


def account_gaps() -> list[AccountGap]:
    """Where personal accounts and the books disagree; over the whole region, as people move between counties."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS)
        return [AccountGap(*row) for row in cursor.fetchall()]
