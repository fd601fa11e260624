"""Every invariant over the whole database, set by set; what replay proves is in `replay`.

Each check selects what is wrong and tells it by its own message, so that finding nothing means that nothing is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tongchou.ground.errors import Problem
from tongchou.record.accounts import verify as accounts
from tongchou.record.base.checks import Check, one_moment
from tongchou.record.base.rights import verify_rights
from tongchou.record.base.scope import system
from tongchou.record.clearing import guards as years
from tongchou.record.clearing import verify as clearing
from tongchou.record.ledger import verify as ledger
from tongchou.record.negotiation import guards as quotas
from tongchou.record.negotiation import verify as negotiation
from tongchou.record.payment import guards as months
from tongchou.record.payment import verify as payment
from tongchou.record.settlement import guards
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.rules import rules_of
from tongchou.record.visits import guards as visits

_ALL = system("what must hold must hold of everybody")
_FUNDS = "hifp_pay cvlserv_pay hifes_pay hifmi_pay hifob_pay hifdm_pay maf_pay oth_pay".split()


def _sum(column: str) -> str:
    return f"(SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text({column}))"


_ADDS_UP = f"""
SELECT e.id AS row, total, sums.fen FROM settlement_event e,
LATERAL (SELECT ({_sum("e.paid")} + hospital + cash)::bigint AS fen) sums WHERE sums.fen <> total
"""
_LINE = f"""
SELECT l.charge_id AS row, c.fen AS total, sums.parts, sums.fen
FROM settlement_line l JOIN charge c ON c.id = l.charge_id, LATERAL (
    SELECT full_self_pay + over_limit + first_self_pay + in_scope AS parts,
        ({_sum("l.paid")} + hospital + cash)::bigint AS fen
) sums WHERE sums.parts <> c.fen OR sums.fen <> c.fen
"""
_LINES = """
WITH lines AS (
    SELECT event_id, sum(full_self_pay) AS a, sum(over_limit) AS b, sum(first_self_pay) AS c, sum(in_scope) AS d,
        sum(hospital) AS h, sum(cash) AS p FROM settlement_line GROUP BY event_id
)
SELECT e.id AS row, said.what, said.total, said.fen::bigint FROM settlement_event e
LEFT JOIN lines l ON l.event_id = e.id, LATERAL (VALUES
    ('fulamt_ownpay_amt', (fields->>'fulamt_ownpay_amt')::bigint, coalesce(a, 0)),
    ('overlmt_selfpay', (fields->>'overlmt_selfpay')::bigint, coalesce(b, 0)),
    ('preselfpay_amt', (fields->>'preselfpay_amt')::bigint, coalesce(c, 0)),
    ('inscp_scp_amt', (fields->>'inscp_scp_amt')::bigint, coalesce(d, 0)),
    ('hospital', hospital, coalesce(h, 0)),
    ('cash', cash, coalesce(p, 0))
) said(what, total, fen) WHERE e.kind = 'settle' AND (said.total <> said.fen OR l.event_id IS NULL)
"""
_LAYERS = """
SELECT coalesce(a.event, b.event) AS row, coalesce(a.layer, b.layer) AS what, coalesce(a.fen, 0) AS total,
    coalesce(b.fen, 0)::bigint AS fen
FROM (
    SELECT e.id AS event, p.key AS layer, p.value::bigint AS fen FROM settlement_event e, jsonb_each_text(e.paid) p
    WHERE e.kind = 'settle'
) a FULL JOIN (
    SELECT l.event_id AS event, p.key AS layer, sum(p.value::bigint) AS fen
    FROM settlement_line l, jsonb_each_text(l.paid) p GROUP BY 1, 2
) b USING (event, layer) WHERE coalesce(a.fen, 0) <> coalesce(b.fen, 0)
"""


def _field(name: str) -> str:
    return f"coalesce((fields->>'{name}')::bigint, 0)"


_IDENTITIES = {
    "medfee_sumamt = fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_scp_amt": (
        "medfee_sumamt",
        ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"],
    ),
    "medfee_sumamt = fund_pay_sumamt + psn_part_amt + hosp_part_amt": (
        "medfee_sumamt",
        ["fund_pay_sumamt", "psn_part_amt", "hosp_part_amt"],
    ),
    "psn_part_amt = acct_pay + psn_cash_pay": ("psn_part_amt", ["acct_pay", "psn_cash_pay"]),
    f"fund_pay_sumamt = {' + '.join(_FUNDS)}": ("fund_pay_sumamt", _FUNDS),
}
"""Section 8.2 of the interface, and the funds of 8.3."""

_NATIONAL = " UNION ALL ".join(
    [
        f"SELECT id AS row, '{said}' AS identity FROM settlement_event"
        f" WHERE {_field(whole)} <> {' + '.join(_field(part) for part in parts)}"
        for said, (whole, parts) in _IDENTITIES.items()
    ]
    + [
        f"SELECT id, '{name} = {column}' FROM settlement_event WHERE {_field(name)} <> {column}"
        for name, column in (("medfee_sumamt", "total"), ("psn_cash_pay", "cash"))
    ]
)
_FOLD = """
SELECT e.id AS event, e.person_id, e.account_scheme, e.kind, d.value->>0 AS name, d.value->>1 AS subject,
    d.value->>2 AS period, d.value->>3 AS each, (d.value->>4)::bigint AS fen
FROM settlement_event e, jsonb_array_elements(e.delta) d
"""
_STATE = f"""
SELECT coalesce(a.id, 0) AS row, name, subject, period, each, coalesce(a.fen, 0) AS kept,
    coalesce(folded.fen, 0) AS fen
FROM accumulator a FULL JOIN (
    SELECT name, subject, period, each, sum(fen)::bigint AS fen FROM ({_FOLD}) moved
    WHERE name NOT LIKE 'account:%' GROUP BY 1, 2, 3, 4
) folded USING (name, subject, period, each) WHERE coalesce(a.fen, 0) <> coalesce(folded.fen, 0)
"""
_DRAWN = f"""
SELECT coalesce(split_part(source, ' ', 2)::bigint, 0) AS row, person, account, coalesce(a.fen, 0)::bigint AS kept,
    coalesce(b.fen, 0)::bigint AS fen
FROM (
    SELECT source, person_id AS person, insurance, account, kind, fen FROM account_entry
    WHERE kind IN ('care', 'care_back')
) a FULL JOIN (
    SELECT 'settlement ' || event AS source, substr(subject, 2)::bigint AS person, account_scheme AS insurance,
        substr(name, 9) AS account, CASE kind WHEN 'settle' THEN 'care' ELSE 'care_back' END AS kind, fen
    FROM ({_FOLD}) moved WHERE name LIKE 'account:%' AND fen <> 0
) b USING (source, person, insurance, account, kind) WHERE coalesce(a.fen, 0) <> coalesce(b.fen, 0)
"""
_OPPOSITE = """
SELECT r.id AS row, o.id AS original FROM settlement_event r JOIN settlement_event o ON o.id = r.reverses_id
WHERE o.kind <> 'settle' OR r.id < o.id
    OR (r.visit_id, r.institution_id, r.person_id, r.county_id, r.scheme, r.year, r.basis_date, r.pack)
        <> (o.visit_id, o.institution_id, o.person_id, o.county_id, o.scheme, o.year, o.basis_date, o.pack)
    OR (r.household_id, r.account_person, r.payee) IS DISTINCT FROM (o.household_id, o.account_person, o.payee)
    OR (r.total, r.hospital, r.cash) <> (-o.total, -o.hospital, -o.cash)
    OR r.paid <> (SELECT coalesce(jsonb_object_agg(key, -value::bigint), '{}') FROM jsonb_each_text(o.paid))
    OR r.fields <> (
        SELECT jsonb_object_agg(
            key, CASE jsonb_typeof(value) WHEN 'number' THEN to_jsonb(-value::bigint) ELSE value END
        ) FROM jsonb_each(o.fields))
    OR r.delta <> (
        SELECT coalesce(jsonb_agg(jsonb_set(value, '{4}', to_jsonb(-(value->>4)::bigint)) ORDER BY place), '[]')
        FROM jsonb_array_elements(o.delta) WITH ORDINALITY AS d(value, place))
UNION ALL SELECT max(id), reverses_id FROM settlement_event WHERE kind = 'reverse'
GROUP BY reverses_id HAVING count(*) > 1
"""
_TURNS = """
SELECT l.event_id AS row, l.charge_id AS charge FROM settlement_line l WHERE l.turn <> 1 AND NOT EXISTS (
    SELECT FROM settlement_line p JOIN settlement_event r ON r.reverses_id = p.event_id
    WHERE p.charge_id = l.charge_id AND p.turn = l.turn - 1 AND r.id < l.event_id
)
UNION ALL SELECT max(l.event_id), l.charge_id FROM settlement_line l
WHERE NOT EXISTS (SELECT FROM settlement_event r WHERE r.reverses_id = l.event_id)
GROUP BY l.charge_id HAVING count(*) > 1
"""
_KEYS = """
SELECT l.charge_id AS row, 'settlement_line' AS "table" FROM settlement_line l
WHERE NOT EXISTS (SELECT FROM charge c WHERE c.id = l.charge_id)
    OR NOT EXISTS (SELECT FROM settlement_event e WHERE e.id = l.event_id)
UNION ALL SELECT l.charge_id, 'settlement_line' FROM settlement_line l
JOIN settlement_event e ON e.id = l.event_id JOIN charge c ON c.id = l.charge_id WHERE c.visit_id <> e.visit_id
UNION ALL SELECT c.id, 'charge' FROM charge c
WHERE NOT EXISTS (SELECT FROM visit v WHERE v.id = c.visit_id)
    OR c.returns_id IS NOT NULL AND NOT EXISTS (SELECT FROM charge o WHERE o.id = c.returns_id)
UNION ALL SELECT v.id, 'visit' FROM visit v
WHERE NOT EXISTS (SELECT FROM person p WHERE p.id = v.person_id)
    OR NOT EXISTS (SELECT FROM institution i WHERE i.id = v.institution_id)
UNION ALL SELECT e.id, 'settlement_event' FROM settlement_event e
WHERE NOT EXISTS (SELECT FROM visit v WHERE v.id = e.visit_id)
    OR NOT EXISTS (SELECT FROM person p WHERE p.id = e.person_id)
    OR NOT EXISTS (SELECT FROM institution i WHERE i.id = e.institution_id)
    OR NOT EXISTS (SELECT FROM organisation o WHERE o.id = e.county_id)
    OR e.household_id IS NOT NULL AND NOT EXISTS (SELECT FROM household h WHERE h.id = e.household_id)
"""
_CAPS = """
SELECT e.id AS row, t.layer, t.paid, t.room FROM settlement_event e,
json_to_recordset(e.trace) AS t(layer text, paid bigint, room bigint) WHERE t.paid > t.room
"""
_MESSAGES = """
SELECT m.id AS row, m.msgid FROM settlement_message m JOIN settlement_event e ON e.id = m.event_id
WHERE m.institution_id <> e.institution_id OR (m.asked = 'settle' AND e.kind <> 'settle')
    OR (m.asked = 'reverse' AND e.kind <> 'reverse')
UNION SELECT id, msgid FROM settlement_message WHERE asked = 'settle' AND event_id IS NULL
"""
_TOMBSTONES = """
SELECT t.id AS row, t.msgid FROM settlement_tombstone t JOIN settlement_message m
ON (m.institution_id, m.msgid) = (t.institution_id, t.msgid) WHERE m.asked = 'settle'
"""
_POSTED = """
WITH layer AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS t(pack, scheme, layer, fund, bearer, account)
), due AS (
    SELECT e.id AS event, leg.account, borrowed.scheme, borrowed.county, l.fund, l.bearer, e.year, leg.organisation,
        leg.person, sum(leg.sign * p.value::bigint) AS fen
    FROM settlement_event e, jsonb_each_text(e.paid) p, institution i, layer l, LATERAL (VALUES
        (l.account, 1, NULL::bigint, NULL::bigint),
        (CASE WHEN e.payee IS NULL THEN 'provider_payable' ELSE 'person_payable' END, -1,
            CASE WHEN e.payee IS NULL THEN i.organisation_id END, e.payee)
    ) leg(account, sign, organisation, person), LATERAL (
        SELECT e.account_scheme AS scheme, NULL::bigint AS county
        WHERE l.account = 'account_liability' AND e.account_person IS NOT NULL
        UNION ALL SELECT e.scheme, e.county_id WHERE l.account <> 'account_liability' OR e.account_person IS NULL
    ) borrowed
    WHERE i.id = e.institution_id AND (l.pack, l.scheme, l.layer) = (e.pack, e.scheme, p.key)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
), posted AS (
    SELECT s.id AS event, p.account, p.scheme, CASE WHEN s.account_person IS NULL OR NOT EXISTS (
            SELECT 1 FROM layer l
            WHERE (l.pack, l.scheme, l.fund, l.account) = (s.pack, s.scheme, p.fund, 'account_liability')
        ) THEN p.county_id END AS county, p.fund, p.bearer, p.year,
        p.organisation_id AS organisation, p.person, sum(p.fen) AS fen
    FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
    JOIN settlement_event s ON s.id = split_part(e.source, ' ', 2)::bigint
    WHERE e.kind IN ('settlement', 'reversal') GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
)
SELECT event AS row, account, fund, sum(due)::bigint AS fen, sum(kept)::bigint AS kept FROM (
    SELECT event, account, scheme, county, fund, bearer, year, organisation, person, fen AS due, 0 AS kept FROM due
    UNION ALL SELECT event, account, scheme, county, fund, bearer, year, organisation, person, 0, fen FROM posted
) both_sides GROUP BY event, account, scheme, county, fund, bearer, year, organisation, person
HAVING sum(due) <> sum(kept)
"""


def _layers() -> Sequence[Any]:
    """What each layer of every pack that settled means in the books (`postings` says it of one settlement)."""
    rows = []
    for pack in Event.objects.within(_ALL).order_by().values_list("pack", flat=True).distinct():
        for scheme, layers in rules_of(pack).pack.layers.items():
            for name, layer in layers.items():
                if layer.bearer == "hospital":
                    continue
                if layer.payer == "account":
                    account = "account_liability"
                else:
                    account = "benefit_accrued" if layer.bearer == "fund" else "bearer_due"
                rows.append((pack, scheme, name, layer.account or layer.fund or layer.name, layer.bearer, account))
    return [list(column) for column in zip(*rows, strict=True)] or [[]] * 6


CHECKS = (
    Check("I4 settlements add up", "V408", "settlement_event", _ADDS_UP),
    Check("I4 lines add up", "V409", "settlement_line", _LINE),
    Check("I4 lines add up to the settlement", "V410", "settlement_event", _LINES),
    Check("I4 layers of lines add up to the settlement", "V410", "settlement_event", _LAYERS),
    Check("I4 national identities", "V411", "settlement_event", _NATIONAL),
    Check("I5 state is the fold of the events", "V412", "accumulator", _STATE),
    Check("I5 accounts paid what the events drew", "V413", "settlement_event", _DRAWN),
    Check("I6 reversals are the opposite", "V414", "settlement_event", _OPPOSITE),
    Check("I6 lines are settled once", "V415", "settlement_event", _TURNS),
    Check("I6 lines are of events, charges of visits", "V424", "settlement_line", _KEYS),
    Check("I7 caps", "V416", "settlement_event", _CAPS),
    Check("I8 messages are answered", "V417", "settlement_message", _MESSAGES),
    Check("I8 what was reversed first never settled", "V418", "settlement_tombstone", _TOMBSTONES),
    Check("I11 settlements are posted", "V420", "settlement_event", _POSTED, _layers),
)

EVERY = (*ledger.CHECKS, *accounts.CHECKS, *CHECKS, *payment.CHECKS, *clearing.CHECKS, *negotiation.CHECKS)
TRIGGERS = {
    **ledger.TRIGGERS,
    **visits.TRIGGERS,
    **guards.TRIGGERS,
    **months.TRIGGERS,
    **years.TRIGGERS,
    **quotas.TRIGGERS,
}
"""What the database itself must hold, by table."""


def verify(telling: Callable[[str], None] = lambda name: None) -> list[Problem]:
    """Everything that is wrong, all of it seen at one moment; `telling` hears each check's name before it begins."""
    with one_moment():
        telling("I2 what is written once")
        found = verify_rights(TRIGGERS)
        for check in EVERY:
            telling(check.name)
            found += check.look()
        return found
