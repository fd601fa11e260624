"""What must hold of quotas: they are within their total, what was published is what stood proposed to each group, and
adjustments that were approved, and only those, are quotas."""

from __future__ import annotations

from tongchou.record.base.checks import Check

_WITHIN = """
SELECT n.id AS row, n.total AS kept, sum(q.fen)::bigint AS fen FROM quota_negotiation n
JOIN quota_member m ON m.negotiation_id = n.id JOIN quota q ON q.member_id = m.id
GROUP BY n.id HAVING sum(q.fen) > n.total
UNION ALL
SELECT m.negotiation_id, 0, sum(q.fen)::bigint FROM quota q JOIN quota_member m ON m.id = q.member_id
GROUP BY m.negotiation_id, m.id, q.part HAVING sum(q.fen) < 0
"""
_PUBLISHED = """
WITH done AS (
    SELECT s.negotiation_id, (
        SELECT p.id FROM quota_proposal p WHERE p.negotiation_id = s.negotiation_id AND p."group" = ''
        ORDER BY p.number DESC LIMIT 1
    ) AS proposal_id
    FROM quota_negotiation_step s WHERE s.act = 'published'
), sides AS (
    SELECT m.negotiation_id, m."group", l.part, l.fen AS kept, 0 AS fen FROM done d
    JOIN quota_proposal_line l ON l.proposal_id = d.proposal_id JOIN quota_member m ON m.id = l.member_id
    UNION ALL
    SELECT m.negotiation_id, m."group", q.part, 0, q.fen FROM quota q
    JOIN quota_member m ON m.id = q.member_id WHERE q.adjustment_id IS NULL
)
SELECT negotiation_id AS row, "group" || ' ' || part AS what, sum(kept)::bigint AS kept, sum(fen)::bigint AS fen
FROM sides GROUP BY negotiation_id, "group", part HAVING sum(kept) <> sum(fen)
"""
_ADJUSTED = """
SELECT a.id AS row, (CASE WHEN s.act = 'approved' THEN a.fen ELSE 0 END)::bigint AS kept,
    coalesce(q.fen, 0)::bigint AS fen
FROM quota_adjustment a LEFT JOIN quota_adjustment_step s ON s.adjustment_id = a.id
LEFT JOIN quota q ON q.adjustment_id = a.id
WHERE (CASE WHEN s.act = 'approved' THEN a.fen ELSE 0 END) <> coalesce(q.fen, 0)
    OR (q.id IS NOT NULL AND (q.member_id, q.part, q.month) IS DISTINCT FROM (a.member_id, a.part, a.month))
"""

CHECKS = (
    Check("I15 quotas are within their total", "V451", "quota_negotiation", _WITHIN),
    Check("I15 what stood proposed was published", "V452", "quota_negotiation", _PUBLISHED),
    Check("I15 approved adjustments are quotas", "V453", "quota_adjustment", _ADJUSTED),
)
