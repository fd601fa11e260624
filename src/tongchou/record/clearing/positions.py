"""What the books hold of an institution's year before clearing, and how it is spread over the lines that are cleared.

Of a settlement that is cleared the institution was charged so much and deducted so much; the rest was paid month by
month, or is held as deposit or put off. Deposit and deferral are of whole months: they are spread over the lines (and
over what is not cleared yet, with which their part goes on waiting) in proportion to that rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection

from tongchou.ground.errors import fail
from tongchou.ground.money import allocate, yuan
from tongchou.record.clearing.anew import before, standing
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.ledger.posting import Fund
from tongchou.record.payment.charged import CHARGES
from tongchou.record.payment.year_end import KINDS

Way = tuple[str, str]
"""Setting and method of a line."""
_HELD = """
SELECT i.code, p.county_id, p.fund,
    -coalesce(sum(p.fen) FILTER (WHERE p.account = 'provider_deposit'), 0)::bigint,
    -coalesce(sum(p.fen) FILTER (WHERE p.account = 'provider_deferred'), 0)::bigint,
    -coalesce(sum(p.fen) FILTER (WHERE p.account = 'provider_review'), 0)::bigint,
    -coalesce(sum(p.fen) FILTER (WHERE p.account = 'provider_payable' AND e.kind = ANY(%(charges)s)), 0)::bigint
FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
JOIN institution i ON i.organisation_id = p.organisation_id JOIN organisation o ON o.id = i.organisation_id
WHERE p.book = 'business' AND p.scheme = %(scheme)s AND p.year = %(year)s AND p.bearer = 'fund'
    AND starts_with(o.path, %(path)s) AND e.kind <> ALL(%(cleared)s)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_DEDUCTED = """
SELECT d.event, sum(t.stands)::bigint
FROM month_deduction d JOIN month_deduction_step t ON t.deduction_id = d.id AND t.stands > 0
JOIN settlement_event e ON e.id = d.event AND e.scheme = %(scheme)s AND e.year = %(year)s
JOIN LATERAL (
    SELECT act FROM month_statement_step s WHERE s.statement_id = d.statement_id ORDER BY number DESC LIMIT 1
) last ON last.act IN ('final', 'prepaid')
GROUP BY 1
"""
_BEARERS = """
SELECT e.source, p.bearer, -sum(p.fen)::bigint FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
WHERE e.book = 'business' AND e.kind = 'settlement' AND e.source = ANY(%(sources)s)
    AND p.account = 'provider_payable' AND p.bearer <> 'account'
GROUP BY e.source, p.county_id, p.fund, p.bearer, p.year HAVING sum(p.fen) < 0
ORDER BY e.source, p.county_id, p.fund, p.bearer, p.year
"""


@dataclass
class Held:
    """Of an institution's year, in fen, by what it is of: what the fund was charged, deposits, deferrals."""

    charged: dict[Fund, int] = field(default_factory=dict)
    deposit: dict[Fund, int] = field(default_factory=dict)
    deferred: dict[Fund, int] = field(default_factory=dict)


def held(year: ClearingYear) -> dict[str, Held]:
    """By the institution's code, without what clearing itself entered. Raises M507 while a month is under review."""
    found: defaultdict[str, Held] = defaultdict(Held)
    told = {"scheme": year.scheme, "year": year.year, "path": year.agency.path}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {**told, "charges": list(CHARGES), "cleared": list(KINDS)})
        for code, county, name, deposit, deferred, review, charged in cursor.fetchall():
            if review:
                raise fail("M507", institution=code, fen=yuan(review))
            of = Fund(year.scheme, county, name, year.year, "fund")
            found[code].charged[of] = charged
            found[code].deposit[of] = deposit
            found[code].deferred[of] = deferred
    return dict(found)


def deducted(year: ClearingYear) -> dict[int, int]:
    """What the months deducted of the fund's part of each settlement, in fen: over those who bear what it charged in
    proportion, as the months entered it. What was deducted before it was settled anew is deducted still."""
    with connection.cursor() as cursor:
        cursor.execute(_DEDUCTED, {"scheme": year.scheme, "year": year.year})
        stands = dict(cursor.fetchall())
        cursor.execute(_BEARERS, {"sources": [f"settlement {event}" for event in stands]})
        bearers = defaultdict[int, list[tuple[str, int]]](list)
        for source, bearer, fen in cursor.fetchall():
            bearers[int(source.split()[1])].append((bearer, fen))
    found, now = defaultdict[int, int](int), standing(before(year))
    for event, fen in stands.items():
        caps = [most for _, most in bearers[event]]
        parts = zip(bearers[event], allocate(fen, caps, caps), strict=True)
        found[now.get(event, event)] += sum(part for (bearer, _), part in parts if bearer == "fund")
    return dict(found)


@dataclass
class Spread:
    """What of an institution's year is decided on: by line the deposit, the deferral and what was prepaid; in all
    (`deposit`, `deferred`) what is drawn from the books. What is drawn and of no line stands behind no charge, since
    that was taken back: it is given back whole."""

    deposits: dict[Way, int]
    deferrals: dict[Way, int]
    prepaid: dict[Way, int]
    deposit: int
    deferred: int


def spread(of: Held, net: Mapping[Way, int], waiting: int) -> Spread:
    """`net`: by line what was charged by settlements that are cleared, less deductions; `waiting`: of those that stand
    and are not cleared."""
    deposit, deferred = sum(of.deposit.values()), sum(of.deferred.values())
    whole, ways = sum(net.values()), sorted(net)
    share = deposit if not waiting else _part(deposit, whole, whole + waiting)
    put_off = deferred if not waiting else _part(deferred, whole, whole + waiting)
    rooms = [max(net[way], 0) for way in ways]
    deposits = allocate(min(share, sum(rooms)), rooms, rooms)
    rooms = [room - fen for room, fen in zip(rooms, deposits, strict=True)]
    deferrals = allocate(min(put_off, sum(rooms)), rooms, rooms)
    return Spread(
        dict(zip(ways, deposits, strict=True)),
        dict(zip(ways, deferrals, strict=True)),
        {way: net[way] - one - other for way, one, other in zip(ways, deposits, deferrals, strict=True)},
        share,
        put_off,
    )


def _part(fen: int, of: int, whole: int) -> int:
    """So many fen in proportion, rounded down: the odd fen goes on waiting."""
    return fen * max(of, 0) // whole if whole > 0 else 0


def over(fen: int, weights: Mapping[Fund, int]) -> dict[Fund, int]:
    """An amount, below nothing too, over what it is of in proportion, odd fen by largest remainder."""
    shares = [max(weight, 0) for weight in weights.values()]
    parts = allocate(abs(fen), shares, [abs(fen)] * len(shares))
    return {of: part if fen >= 0 else -part for of, part in zip(weights, parts, strict=True)}
