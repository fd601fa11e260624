"""What must hold of months: statements are what the books have, what stands is entered, and what is moved sums to
nothing; nothing is withheld below nothing."""

from __future__ import annotations

from tongchou.record.base.checks import Check
from tongchou.record.payment.charged import CHARGES

_STATE = """
(SELECT act FROM month_statement_step t WHERE t.statement_id = s.id ORDER BY number DESC LIMIT 1)"""
_BOOKED = f"""
WITH live AS (
    SELECT s.*, i.organisation_id FROM month_statement s JOIN institution i ON i.id = s.institution_id
    WHERE {_STATE} <> 'reopened'
)
SELECT id AS row, fund, year, sum(kept)::bigint AS kept, sum(fen)::bigint AS fen FROM (
    SELECT s.id, l.county_id, l.fund, l.bearer, l.year, l.fen AS kept, 0 AS fen
    FROM live s JOIN month_statement_line l ON l.statement_id = s.id
    UNION ALL
    SELECT s.id, p.county_id, p.fund, p.bearer, p.year, 0, -p.fen
    FROM live s JOIN ledger_posting p ON p.organisation_id = s.organisation_id AND p.scheme = s.scheme
        AND p.account = 'provider_payable' AND p.day >= s.month AND p.day < s.month + interval '1 month'
    JOIN ledger_entry e ON e.id = p.entry_id AND e.kind IN ({", ".join(f"'{one}'" for one in CHARGES)})
) sides GROUP BY id, county_id, fund, bearer, year HAVING sum(kept) <> sum(fen)
"""
_HEAD = """
SELECT s.id AS row, '' AS fund, 0 AS year, s.fund + s.account + s.others AS kept, coalesce(sum(l.fen), 0)::bigint AS fen
FROM month_statement s LEFT JOIN month_statement_line l ON l.statement_id = s.id
GROUP BY s.id HAVING s.fund + s.account + s.others <> coalesce(sum(l.fen), 0)
"""
_ENTERED = """
SELECT s.id AS row, coalesce(d.fen, 0)::bigint AS kept, coalesce(p.fen, 0)::bigint AS fen FROM month_statement s
LEFT JOIN LATERAL (
    SELECT sum(t.stands) AS fen FROM month_deduction m JOIN month_deduction_step t ON t.deduction_id = m.id
    WHERE m.statement_id = s.id AND EXISTS (
        SELECT FROM month_statement_step f WHERE f.statement_id = s.id AND f.act = 'final'
    )
) d ON true LEFT JOIN LATERAL (
    SELECT sum(x.fen) AS fen FROM ledger_entry e JOIN ledger_posting x ON x.entry_id = e.id
    WHERE e.book = 'business' AND e.source = 'month ' || s.id || ' final' AND x.account = 'provider_review'
) p ON true WHERE coalesce(d.fen, 0) <> coalesce(p.fen, 0)
"""
_REVIEWED = f"""
SELECT s.id AS row, due.fen AS kept, coalesce(p.fen, 0)::bigint AS fen FROM month_statement s, LATERAL (
    SELECT (CASE WHEN {_STATE} IN ('prepaid', 'reopened') THEN 0 ELSE s.fund + s.account + s.others - coalesce((
        SELECT sum(t.stands) FROM month_deduction m JOIN month_deduction_step t ON t.deduction_id = m.id
        WHERE m.statement_id = s.id AND {_STATE} = 'final'
    ), 0) END)::bigint AS fen
) due LEFT JOIN LATERAL (
    SELECT -sum(x.fen) AS fen FROM ledger_entry e JOIN ledger_posting x ON x.entry_id = e.id
    WHERE e.book = 'business' AND e.kind LIKE 'statement%' AND x.account = 'provider_review'
        AND (e.source = ANY(ARRAY['month ' || s.id || ' opened', 'month ' || s.id || ' final',
            'month ' || s.id || ' prepaid', 'month ' || s.id || ' opened back', 'month ' || s.id || ' final back',
            'month ' || s.id || ' prepaid back']))
) p ON true WHERE due.fen <> coalesce(p.fen, 0)
"""
_PREPAID = """
SELECT m.id AS row, due.account, due.fen AS kept, coalesce(p.fen, 0)::bigint AS fen FROM month_prepayment m, LATERAL
(VALUES ('provider_payable', m.payable), ('provider_deposit', m.deposit), ('provider_deferred', m.deferred +
m.withheld)) due(account, fen) LEFT JOIN LATERAL ( SELECT -sum(x.fen) AS fen FROM ledger_entry e JOIN ledger_posting x
ON x.entry_id = e.id WHERE e.book = 'business' AND e.source = 'month ' || m.statement_id || ' prepaid' AND x.account =
due.account ) p ON true WHERE due.fen <> coalesce(p.fen, 0) """
_NEVER = """
SELECT coalesce(organisation_id, 0) AS row, account, fund, year, sum(fen)::bigint AS fen FROM ledger_posting
WHERE account IN ('provider_deposit', 'provider_deferred', 'provider_advance')
GROUP BY account, scheme, county_id, fund, bearer, year, organisation_id
HAVING sum(CASE account WHEN 'provider_advance' THEN -fen ELSE fen END) > 0
"""
_WITHIN = """
SELECT min(d.id) AS row, d.event, sum(d.fen)::bigint AS fen, coalesce(c.fen, 0)::bigint AS charged
FROM month_deduction d JOIN month_statement s ON s.id = d.statement_id JOIN institution i ON i.id = s.institution_id
LEFT JOIN LATERAL (
    SELECT -sum(p.fen) AS fen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
    WHERE e.book = 'business' AND e.kind = 'settlement' AND e.source = 'settlement ' || d.event
        AND p.account = 'provider_payable' AND p.bearer <> 'account' AND p.scheme = s.scheme
        AND p.organisation_id = i.organisation_id
) c ON true
WHERE NOT EXISTS (SELECT FROM month_deduction_step w WHERE w.deduction_id = d.id AND w.act = 'withdrawn')
GROUP BY d.statement_id, d.event, c.fen HAVING sum(d.fen) > coalesce(c.fen, 0)
"""

CHECKS = (
    Check("I13 statements are what the books have", "V431", "month_statement", _BOOKED),
    Check("I13 statements are their lines", "V431", "month_statement", _HEAD),
    Check("I13 deductions that stand are entered", "V432", "month_statement", _ENTERED),
    Check("I13 what was stated is reviewed or moved on", "V433", "month_statement", _REVIEWED),
    Check("I13 prepayments are entered", "V434", "month_prepayment", _PREPAID),
    Check("I13 nothing is withheld below nothing", "V435", "ledger_posting", _NEVER),
    Check("I13 no more is deducted than was charged", "V436", "month_deduction", _WITHIN),
)
