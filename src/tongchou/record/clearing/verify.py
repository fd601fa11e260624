"""What must hold of cleared years: balances are their lines, postings are what was confirmed, and every clearing that
is counted again from what was kept comes to the same fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchou.engines.payment.folder import read
from tongchou.engines.payment.verify import verify as count_again
from tongchou.ground.errors import Place, Problem
from tongchou.record.base.checks import Check
from tongchou.record.clearing.models import Cleared, ClearedLine
from tongchou.record.clearing.publishing import city
from tongchou.record.clearing.steps import ALL

_BALANCES = """
SELECT b.id AS row, said.what, said.kept, said.fen::bigint FROM clearing_balance b
LEFT JOIN LATERAL (
    SELECT coalesce(sum(payable - lost), 0) AS paid, coalesce(sum(lost), 0) AS lost FROM clearing_line l
    WHERE l.cleared_id = b.cleared_id AND l.setting = b.setting
) s ON true, LATERAL (VALUES
    ('paid', b.paid, s.paid), ('deposits_kept', b.deposits_kept, s.lost),
    ('budget', b.budget, s.paid + s.lost + b.reserve - b.reserve_used + b.retained)
) said(what, kept, fen) WHERE said.kept <> said.fen
"""
_LOST = """
SELECT i.cleared_id AS row, 'lost' AS what, i.lost AS kept, coalesce(a.lost, 0)::bigint AS fen FROM (
    SELECT cleared_id, institution_id, sum(lost)::bigint AS lost FROM clearing_line GROUP BY 1, 2
) i LEFT JOIN (
    SELECT cleared_id, institution_id, sum(lost) AS lost FROM clearing_amount GROUP BY 1, 2
) a USING (cleared_id, institution_id) WHERE i.lost <> coalesce(a.lost, 0)
"""
_POSTED = """
WITH confirmed AS (
    SELECT DISTINCT ON (s.year_id) s.year_id, (
        SELECT v.id FROM clearing_version v WHERE v.year_id = s.year_id AND v.at <= s.at ORDER BY number DESC LIMIT 1
    ) AS cleared_id
    FROM clearing_step s WHERE s.act = 'confirmed' ORDER BY s.year_id, s.number DESC
), sides AS (
    SELECT y.scheme, y.year, i.organisation_id, a.county_id, a.fund, said.what, said.fen AS kept, 0 AS fen
    FROM confirmed c JOIN clearing_year y ON y.id = c.year_id JOIN clearing_amount a ON a.cleared_id = c.cleared_id
    JOIN institution i ON i.id = a.institution_id, LATERAL (VALUES
        ('deposit_released', a.returned), ('deposit_drawn', a.returned + a.lost),
        ('deferred_released', a.released), ('clearing_difference', a.difference)
    ) said(what, fen)
    UNION ALL
    SELECT p.scheme, p.year, p.organisation_id, p.county_id, p.fund,
        CASE p.account WHEN 'provider_deposit' THEN 'deposit_drawn' ELSE e.kind END, 0,
        CASE p.account WHEN 'provider_deposit' THEN p.fen ELSE -p.fen END
    FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
    WHERE e.book = 'business' AND e.kind IN ('deposit_released', 'deferred_released', 'clearing_difference')
        AND p.account IN ('provider_payable', 'provider_deposit')
)
SELECT organisation_id AS row, what, sum(kept)::bigint AS kept, sum(fen)::bigint AS fen FROM sides
GROUP BY scheme, year, organisation_id, county_id, fund, what HAVING sum(kept) <> sum(fen)
"""


@dataclass(frozen=True)
class CountedAgain:
    """Every clearing that was kept, counted again from what was kept, and compared with it cell by cell."""

    name: str = "I14 cleared years counted again"
    code: str = "V443"

    def look(self) -> Sequence[Problem]:
        found: list[Problem] = []
        for one in Cleared.objects.within(ALL).select_related("year").order_by("id").iterator(chunk_size=1):
            with city(one) as folder:
                kept = read(folder)
                proof = count_again(kept)
            for name in proof.stale:
                found.append(_differs(one, name, "", "", "", ""))
            found += [_differs(one, d.table, d.row, d.column, d.before, d.after) for d in proof.differences]
            found += _lines(one, kept.published["lines"].to_pylist())
        return found


def _lines(of: Cleared, rows: Sequence[dict[str, object]]) -> list[Problem]:
    """The rows of the database against the folder's."""
    lines = {
        (one.setting, one.method, one.institution.code): one
        for one in ClearedLine.objects.within(ALL).filter(cleared=of).select_related("institution")
    }
    found = []
    for row in rows:
        key = str(row["setting"]), str(row["method"]), str(row["institution"])
        line = lines.pop(key, None)
        for name, value in row.items():
            if name in ("setting", "method", "institution", "scheme"):
                continue
            here = None if line is None else getattr(line, name)
            if here != value:
                found.append(_differs(of, "clearing_line", " ".join(key), name, here, value))
    return found + [_differs(of, "clearing_line", " ".join(key), "", "", "—") for key in lines]


def _differs(of: Cleared, table: str, at: str, column: str, before: object, after: object) -> Problem:
    told = {"table": table, "at": at, "column": column, "before": str(before), "after": str(after)}
    return Problem("V443", Place(table="clearing_version", row=of.pk), told)


CHECKS = (
    Check("I14 budgets are what became of them", "V441", "clearing_balance", _BALANCES),
    Check("I14 what is lost is of lines", "V441", "clearing_version", _LOST),
    Check("I14 what was confirmed is entered", "V442", "ledger_posting", _POSTED),
    CountedAgain(),
)
