"""What must hold of personal accounts: I3 what was carried over is what had moved, and nothing was drawn twice."""

from __future__ import annotations

from tongchou.record.base.checks import Check

# Rows merged into a person close at nothing, so rows that were closed together are added up together.
_KNOWN = """
WITH RECURSIVE known AS (
    SELECT id, id AS person FROM person WHERE merged_into_id IS NULL
    UNION ALL SELECT p.id, known.person FROM person p JOIN known ON p.merged_into_id = known.id
)
"""
_CLOSES = f"""
{_KNOWN}, closed AS (
    SELECT k.person, c.insurance, c.account, c.day, sum(c.fen)::bigint AS kept, array_agg(c.person_id) AS rows
    FROM account_close c JOIN known k ON k.id = c.person_id GROUP BY 1, 2, 3, 4
)
SELECT c.person AS row, c.account, c.day, c.kept, coalesce(moved.fen, 0)::bigint AS fen FROM closed c, LATERAL (
    SELECT sum(fen) AS fen FROM account_entry e WHERE e.person_id = ANY(c.rows)
    AND (e.insurance, e.account) = (c.insurance, c.account) AND e.day <= c.day
) moved WHERE coalesce(moved.fen, 0) <> c.kept
"""
_BELOW = f"""
{_KNOWN}, daily AS (
    SELECT k.person, e.insurance, e.account, e.day, sum(sum(e.fen)) OVER (
        PARTITION BY k.person, e.insurance, e.account ORDER BY e.day
    )::bigint AS fen FROM account_entry e JOIN known k ON k.id = e.person_id GROUP BY 1, 2, 3, 4
)
SELECT person AS row, account, day, fen FROM daily WHERE fen < 0
"""

CHECKS = (
    Check("I3 accounts were carried over whole", "V406", "account_close", _CLOSES),
    Check("I3 no account below zero", "V407", "account_entry", _BELOW),
)
