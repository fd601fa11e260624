"""What must hold of the books: I1 entries add up and both books say what was paid, I3 balances are what was posted, I10
closed months stay closed."""

from __future__ import annotations

from tongchou.record.base.checks import Check
from tongchou.record.ledger.queries import DIMENSIONS

TRIGGERS = {"ledger_posting": ("ledger_adds_up",), "ledger_entry": ("ledger_month_is_open",)}
"""What the database itself holds."""

_EVEN = """
SELECT entry_id AS row, fund, year, sum(fen)::bigint AS fen FROM ledger_posting
GROUP BY entry_id, book, scheme, county_id, fund, year HAVING sum(fen) <> 0
"""
_WHOLE = """
SELECT DISTINCT e.id AS row FROM ledger_entry e
LEFT JOIN ledger_posting p ON p.entry_id = e.id AND p.book = e.book AND p.day = e.day WHERE p.id IS NULL
UNION SELECT p.entry_id FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
WHERE (p.book, p.day) <> (e.book, e.day)
"""
_BALANCES = f"""
WITH last AS (
    SELECT DISTINCT ON (book, month) id, book, month, act FROM ledger_month ORDER BY book, month, number DESC
), closed AS (
    SELECT id, book, lag(id) OVER months AS before, lag(month) OVER months AS after, month
    FROM last WHERE act = 'closed' WINDOW months AS (PARTITION BY book ORDER BY month)
)
SELECT close AS row, account, fund, year, sum(fen)::bigint AS fen FROM (
    SELECT closed.id AS close, {DIMENSIONS}, fen
    FROM closed JOIN ledger_balance b ON b.close_id = closed.id AND b.book = closed.book
    UNION ALL
    SELECT closed.id, {DIMENSIONS}, -fen FROM closed JOIN ledger_balance b ON b.close_id = closed.before
    UNION ALL
    SELECT closed.id, {DIMENSIONS}, -fen FROM closed JOIN ledger_posting p ON p.book = closed.book
        AND p.day < closed.month + interval '1 month'
        AND (closed.after IS NULL OR p.day >= closed.after + interval '1 month')
) moved GROUP BY close, {DIMENSIONS} HAVING sum(fen) <> 0
"""
_CLOSED = """
SELECT e.id AS row, to_char(e.day, 'YYYY-MM') AS month FROM ledger_entry e JOIN LATERAL (
    SELECT act FROM ledger_month m
    WHERE m.book = e.book AND m.month = date_trunc('month', e.day)::date AND m.at < e.at ORDER BY number DESC LIMIT 1
) last ON last.act = 'closed'
"""
_BRIDGE = """
SELECT max(entry) AS row, source, fund, coalesce(-sum(fen) FILTER (WHERE account = 'paid_out'), 0)::bigint AS fen,
    coalesce(-sum(fen) FILTER (WHERE account = 'expenditure_bank'), 0)::bigint AS kept
FROM (
    SELECT e.id AS entry, e.source, p.scheme, p.fund, p.year, p.account, p.fen
    FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
    WHERE e.kind IN ('payment_answered', 'pay_out', 'transfer_sent') AND p.account IN ('paid_out', 'expenditure_bank')
) moved GROUP BY source, scheme, fund, year
HAVING sum(CASE account WHEN 'paid_out' THEN fen ELSE -fen END) <> 0
"""

CHECKS = (
    Check("I1 postings add up", "V401", "ledger_entry", _EVEN),
    Check("I1 entries are whole", "V402", "ledger_entry", _WHOLE),
    Check("I1 both books say what was paid", "V423", "ledger_entry", _BRIDGE),
    Check("I3 balances are what was posted", "V405", "ledger_month", _BALANCES),
    Check("I10 closed months take nothing", "V419", "ledger_entry", _CLOSED),
)
