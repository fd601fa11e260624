"""Writing an event with all that belongs to it. Only commands call this, holding the locks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from psycopg.types.numeric import Int8

from tongchou.engines.benefits.claim import PARTS, Settlement
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.benefits.traces import trace_rows
from tongchou.ground.errors import fail
from tongchou.record.accounts.entries import Held, Movement, entering, held, moved_before
from tongchou.record.base import clock
from tongchou.record.base.columns import as_array
from tongchou.record.base.prepared import Statement, drawing, insertion, new, together, when_taken
from tongchou.record.base.scope import system
from tongchou.record.ledger.posting import posting, take_back
from tongchou.record.people.models import Person
from tongchou.record.settlement import state, stored
from tongchou.record.settlement.asking import Asked, answering
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.postings import REVERSED, SETTLED, legs_of
from tongchou.record.settlement.rules import Rules
from tongchou.record.settlement.stepping import Settled
from tongchou.record.settlement.stored_lines import as_rows
from tongchou.record.visits.models import Visit

_ALL = system("a relative who lets an account be used may be insured elsewhere")
_LINES = f"""
INSERT INTO settlement_line (event_id, turn, charge_id, {", ".join(PARTS)}, paid, hospital, cash)
SELECT %s, 1 + coalesce(turns, 0), line.* FROM ROWS FROM (
    unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]),
    jsonb_array_elements(%s::jsonb),
    unnest(%s::bigint[], %s::bigint[])
) AS line (number) LEFT JOIN turns_taken(%s::bigint[]) ON charge = number
"""


def keep(
    visit: Visit, settled: Settled, rules: Rules, *, payee: int | None = None, because: int | None = None
) -> Event:
    """Write the event of a settlement with all that `keeping` says. Raises as that does."""
    ((number,),) = together(drawing(Event))[0]
    event, statements = keeping(visit, settled, rules, number, payee=payee, because=because)
    together(*statements)
    return event


def keeping(
    visit: Visit,
    settled: Settled,
    rules: Rules,
    number: int,
    *,
    payee: int | None = None,
    because: int | None = None,
    asked: Asked | None = None,
) -> tuple[Event, list[Statement]]:
    """The event of a settlement, and the statements that write it: lines, trace, state, accounts, postings, and what
    `asked` is answered; as many for any number of lines. `number`: the event's, drawn under the locks.

    They raise V103 where a line was settled meanwhile, V101 as `asking.answer`.
    """
    today, claim, result = clock.today(), settled.claim, settled.result
    fields = national_fields(result)
    event = new(
        Event,
        id=number,
        kind="settle",
        visit_id=visit.pk,
        institution_id=visit.institution_id,
        person_id=visit.person_id,
        household_id=_number(claim.household_id),
        account_person=_number(claim.account_person),
        account_scheme=settled.account_scheme,
        county_id=visit.person.agency_id,
        scheme=claim.scheme,
        basis_date=result.basis_date,
        year=int(result.year),
        day=today,
        at=clock.now(),
        pack=rules.hash,
        semantics=SEMANTICS,
        claim=stored.claim_as_json(claim),
        total=claim.total,
        fields=fields,
        paid={layer: fen for layer, fen in result.paid.items() if fen},
        hospital=result.hospital,
        cash=result.cash,
        delta=stored.delta_as_json(dict(result.state_delta)),
        reads=stored.keys_as_json(result.reads),
        balances=stored.delta_as_json(settled.balances),
        trace=trace_rows(result),
        payee=payee,
        because_id=because,
    )
    event.visit = visit
    legs = legs_of(result, rules, event.county_id, visit.institution.organisation_id, payee, _owner(event))
    return event, [
        insertion(event),
        _lines(event, result),
        *state.adding(result.state_delta),
        *_account_entries(event, 1, settled.accounts),
        *posting(SETTLED, f"settlement {event.pk}", today, legs),
        *answering(event.institution_id, asked, "settle", event.pk),
    ]


def _lines(event: Event, result: Settlement) -> Statement:
    lines = line_results(result)
    parts = zip(*(line.parts for line in lines), strict=True)
    paid = json.dumps([{layer: fen for layer, fen in line.paid.items() if fen} for line in lines])
    columns = [
        as_array(line.line_id for line in lines),
        *map(as_array, parts),
        paid,
        as_array(line.hospital for line in lines),
        as_array(line.cash for line in lines),
    ]
    return Statement(_LINES, [Int8(event.pk), *columns, columns[0]], when_taken(lambda: fail("V103")))


def void(event: Event, because: int | None = None) -> Event:
    """The event that reverses one: the same amounts with a minus, state and accounts as if it had never been. Raises
    V107 where it was reversed meanwhile."""
    today = clock.today()
    try:
        reversal = Event.objects.create(
            kind="reverse",
            visit_id=event.visit_id,
            institution_id=event.institution_id,
            person_id=event.person_id,
            household_id=event.household_id,
            account_person=event.account_person,
            account_scheme=event.account_scheme,
            county_id=event.county_id,
            scheme=event.scheme,
            basis_date=event.basis_date,
            year=event.year,
            day=today,
            at=clock.now(),
            pack=event.pack,
            semantics=event.semantics,
            claim={"id": event.claim["id"]},
            total=-event.total,
            fields={name: -fen if isinstance(fen, int) else fen for name, fen in event.fields.items()},
            paid={layer: -fen for layer, fen in event.paid.items()},
            hospital=-event.hospital,
            cash=-event.cash,
            delta=[[*row[:4], -row[4]] for row in event.delta],
            reads=event.reads,
            trace=[],
            payee=event.payee,
            reverses=event,
            because_id=because,
        )
    except IntegrityError as error:
        raise fail("V107", event=event.pk) from error
    delta = stored.delta_from_json(event.delta)
    drawn = held({owner for owner, *_ in state.drawn(delta)})
    together(*state.adding(delta, -1), *_account_entries(reversal, -1, drawn))
    take_back(REVERSED, f"settlement {reversal.pk}", f"settlement {event.pk}", today)
    return reversal


def _account_entries(event: Event, sign: int, accounts: Sequence[Held]) -> list[Statement]:
    """Accounts pay, or get back what they paid (`sign` −1)."""
    kind = "care" if sign > 0 else "care_back"
    movements = [
        Movement(owner, event.account_scheme, account, event.day, kind, -fen, f"settlement {event.pk}")
        for owner, account, fen in state.drawn(stored.delta_from_json(event.delta))
    ]
    rows = entering(movements, accounts, later=sign < 0)
    return [insertion(row, when_taken(lambda: moved_before(rows))) for row in rows]


def _owner(event: Event) -> tuple[str, int] | None:
    """Scheme and county of the relative whose account pays, if one does."""
    if event.account_person is None:
        return None
    agency = Person.objects.within(_ALL).values_list("agency_id", flat=True).get(id=event.account_person)
    return event.account_scheme, int(agency)


def _number(subject: Any) -> int | None:
    return None if subject is None else int(subject[1:])


def sharing(event: Event, later: Sequence[Event]) -> list[Event]:
    """Of later live settlements those that looked at what this one changed, or returned its lines; theirs in turn."""
    changed = set(stored.delta_from_json(event.delta))
    lines = {line["id"] for line in as_rows(event.claim["lines"])}
    found = []
    for other in sorted(later, key=lambda one: one.pk):
        reads = {tuple(key) for key in other.reads}
        own = as_rows(other.claim["lines"])
        returns = any(line.get("original") in lines for line in own)
        if returns or any(tuple(key) in reads for key in changed):
            found.append(other)
            changed |= set(stored.delta_from_json(other.delta))
            lines |= {line["id"] for line in own}
    return found
