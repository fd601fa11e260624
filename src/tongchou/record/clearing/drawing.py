"""The settlements of a year, drawn from the record as the engine's table: every one of them, whatever becomes of it.

A settlement is of the insurance year in which it was settled. What the fund was charged is what the books say; a
supplementary calculation settles anew between fund and person, and leaves the institution with what it had charged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from tongchou.engines.payment.tables import conform
from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.base import clock
from tongchou.record.clearing.anew import before, standing
from tongchou.record.clearing.models import ClearingYear, Objection
from tongchou.record.clearing.steps import ALL
from tongchou.record.lists.models.sheet import REFUSED
from tongchou.record.packs.queries import pack_of
from tongchou.record.payment.charged import CHARGES

SETTLED_BY_HAND = "manual"
"""The setting of what a person paid beforehand and was paid back: no route takes it, since no institution is owed."""
_EVENTS = """
SELECT e.id, i.code, e.person_id, v.kind, v.admitted, coalesce(v.discharged, v.admitted),
    v.discharged_at IS NOT NULL OR v.state = 'open', e.payee IS NOT NULL,
    EXISTS (SELECT FROM settlement_event r WHERE r.reverses_id = e.id),
    NOT starts_with(c.path, %(path)s), c.code, e.total - e.hospital, coalesce(f.fen, 0),
    coalesce((e.fields->>'psn_part_amt')::bigint, 0), coalesce((e.fields->>'fulamt_ownpay_amt')::bigint, 0),
    coalesce((e.fields->>'preselfpay_amt')::bigint, 0), coalesce((e.fields->>'act_pay_dedc')::bigint, 0),
    l.first, e.pack
FROM settlement_event e
JOIN visit v ON v.id = e.visit_id
JOIN institution i ON i.id = e.institution_id
JOIN organisation o ON o.id = i.organisation_id
JOIN organisation c ON c.id = e.county_id
LEFT JOIN LATERAL (
    SELECT -sum(p.fen)::bigint AS fen FROM ledger_entry n JOIN ledger_posting p ON p.entry_id = n.id
    WHERE n.book = 'business' AND n.kind = 'settlement' AND n.source = 'settlement ' || e.id
        AND p.account = 'provider_payable' AND p.bearer = 'fund'
) f ON true
LEFT JOIN LATERAL (
    SELECT min(t.at) AS first FROM settlement_list s JOIN settlement_list_version t ON t.of_id = s.id
    WHERE s.event_id = e.id AND s.state <> %(refused)s
) l ON true
WHERE e.kind = 'settle' AND e.scheme = %(scheme)s AND e.year = %(year)s AND starts_with(o.path, %(path)s)
ORDER BY e.id
"""
_SUPPLEMENTS = """
SELECT d.event_id, d.payer, sum(d.old - d.new)::bigint FROM supplement_difference d
JOIN supplement s ON s.id = d.supplement_id AND s.state = 'approved' GROUP BY 1, 2
"""
_BOOKED = """
SELECT i.code, -sum(p.fen)::bigint FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
JOIN institution i ON i.organisation_id = p.organisation_id JOIN organisation o ON o.id = p.organisation_id
WHERE p.book = 'business' AND p.scheme = %(scheme)s AND p.year = %(year)s AND p.account = 'provider_payable'
    AND p.bearer = 'fund' AND e.kind = ANY(%(kinds)s) AND starts_with(o.path, %(path)s)
GROUP BY 1
"""


def draw(year: ClearingYear) -> pa.Table:
    """The year's settlements as the engine's table. Raises M505 where the settlements of an institution are not what
    the books have."""
    told = {"path": year.agency.path, "scheme": year.scheme, "year": year.year, "refused": REFUSED}
    found, earlier = _asked(_EVENTS, told), before(year)
    stands = standing(earlier)
    late = {stands.get(event, event): day for event, day in _accepted(year)}
    adjusted = _adjusted(earlier)
    lists = _first_lists(found, stands)
    rows = [_row(year, row, adjusted, late, lists) for row in found]
    table = conform("settlements", pa.Table.from_pylist(rows) if rows else _empty(), Path("settlements"))
    must_be_booked(year, table)
    return table


def must_be_booked(year: ClearingYear, settlements: pa.Table) -> None:
    """Raises M505 where what the settlements of an institution charged the fund is not what the books have of it."""
    told = {"path": year.agency.path, "scheme": year.scheme, "year": year.year, "kinds": list(CHARGES)}
    there = dict(_asked(_BOOKED, told))
    standing = settlements.filter(pc.invert(settlements["reversed"])).group_by("institution")
    here = {row["institution"]: row["fund_sum"] for row in standing.aggregate([("fund", "sum")]).to_pylist()}
    for code in sorted({*here, *there}):
        if here.get(code, 0) != there.get(code, 0):
            raise fail("M505", institution=code, here=yuan(here.get(code, 0)), there=yuan(there.get(code, 0)))


def _row(
    year: ClearingYear,
    row: tuple[Any, ...],
    adjusted: Mapping[int, Sequence[tuple[str, int]]],
    late: Mapping[int, date],
    lists: Mapping[int, date],
) -> dict[str, Any]:
    (number, code, person, kind, admitted, left, stay, by_hand, reversed_, inbound, county, total, fund, own,
     full, first_own, deductible, _, pack) = row  # fmt: skip
    for payer, fen in adjusted.get(number, ()):
        layer = pack_of(pack).layers[year.scheme].get(payer)
        fund += fen if layer is not None and layer.bearer == "fund" else 0
        own += fen if payer == "cash" or (layer is not None and layer.payer == "account") else 0
    rest = total - full - first_own - deductible
    return {
        "settlement_id": str(number),
        "institution": code,
        "scheme": year.scheme,
        "setting": SETTLED_BY_HAND if by_hand else "inpatient" if stay else "outpatient",
        "person": str(person),
        "care": kind,
        "insured_place": county,
        "admitted_on": admitted,
        "discharged_on": left,
        "list_on": late.get(number) or lists.get(number),
        "days": max((left - admitted).days, 1),
        "reversed": reversed_,
        "inbound": inbound,
        "total_fee": total,
        "fund": fund,
        "person_paid": own,
        "other_paid": total - fund - own,
        "full_self_pay": full,
        "first_self_pay": first_own,
        "deductible": deductible,
        "fund_ratio": _ratio(fund, rest),
    }


def _first_lists(rows: Sequence[tuple[Any, ...]], stands: Mapping[int, int]) -> dict[int, date]:
    """The day on which a list first came for a settlement, or for an earlier one in whose place it stands."""
    found: dict[int, date] = {}
    for row in rows:
        if row[-2] is not None:
            number, day = stands.get(row[0], row[0]), row[-2].astimezone(clock.CHINA).date()
            found[number] = min(found.get(number, day), day)
    return found


def _ratio(fund: int, of: int) -> str:
    """Four decimals, half up."""
    if of <= 0:
        return "0"
    whole = (2 * fund * 10_000 + of) // (2 * of)
    return f"{whole // 10_000}.{whole % 10_000:04d}"


def _accepted(year: ClearingYear) -> list[tuple[int, date]]:
    """Settlements whose corrected list was accepted: it counts as come in time."""
    rows = Objection.objects.within(ALL).filter(year=year, state="accepted", list__isnull=False)
    return [(event, year.lists_by) for event in rows.values_list("event", flat=True)]


def _adjusted(earlier: Mapping[int, int]) -> dict[int, list[tuple[str, int]]]:
    """Of each settlement what supplementary calculations settled with the person instead, by payer, in fen; `earlier`:
    the settlement in whose place it stands."""
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for event, payer, fen in _asked(_SUPPLEMENTS, {}):
        found[event].append((payer, fen))
    whole = {}
    for number in earlier:
        chain, at = [], number
        while at in earlier:
            at = earlier[at]
            chain += found.get(at, [])
        if chain:
            whole[number] = chain
    return whole


def _asked(statement: str, told: Mapping[str, object]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(told))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _empty() -> pa.Table:
    names = ("settlement_id", "institution", "scheme", "setting", "discharged_on", "total_fee", "fund")
    return pa.table({name: pa.array([], pa.string()) for name in names})
