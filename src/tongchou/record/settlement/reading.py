"""All that the record knows for settling a visit, asked for at once: under the locks, in one wait for the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg.types.range import DateRange

from tongchou.engines.benefits.state import Key
from tongchou.engines.contributions import Payment
from tongchou.ground.errors import fail
from tongchou.record.accounts import entries
from tongchou.record.accounts.entries import Held
from tongchou.record.base import clock
from tongchou.record.base.columns import as_array
from tongchou.record.base.prepared import Rows, Statement, columns, made, together
from tongchou.record.contributions.queries import asking_payments, payments_in
from tongchou.record.enrolment.models import Spell
from tongchou.record.filings.models import Filing
from tongchou.record.people.models import Membership, Person
from tongchou.record.providers.models import Institution
from tongchou.record.settlement import state
from tongchou.record.visits.models import Visit

_PERSON = ("id", "agency", "born", "sex", "died")
_INSTITUTION = ("id", "organisation", "code")
_VISIT = f"""
SELECT {columns(Visit, "v")}, {columns(Person, "p", *_PERSON)}, {columns(Institution, "i", *_INSTITUTION)}, l.level
FROM visit v JOIN person p ON p.id = v.person_id JOIN institution i ON i.id = v.institution_id
LEFT JOIN institution_level l ON l.institution_id = v.institution_id AND l.during @> v.admitted
WHERE v.id = %s
"""
_CHARGED = """
c.id, c.returns_id, c.fee_at, c.local_code, c.national_code, c.item, c.quantity, c.price, c.fen, c.price_limit,
c.first_pay, c.parts, c.facts
"""
_UNSETTLED = f"""
SELECT {_CHARGED} FROM charge c WHERE c.visit_id = %s AND (%s::text = '' OR c.batch = %s::text)
AND NOT EXISTS (
    SELECT FROM lines_standing(ARRAY(SELECT id FROM charge WHERE visit_id = %s)) l WHERE l.charge = c.id
)
AND NOT EXISTS (SELECT FROM charge_withdrawn w WHERE w.charge_id = c.id) ORDER BY c.id
"""
_LINES = f"SELECT {_CHARGED} FROM charge c WHERE c.id = ANY(%s::bigint[]) ORDER BY c.id"
_SPELLS = f"SELECT {columns(Spell, 's')} FROM enrolment_spell s WHERE s.person_id = %s"
_DAYS = "daterange(v.admitted, GREATEST(v.admitted, v.discharged, %s::date), '[]')"
_CATEGORIES = f"""
SELECT c.name, c.during FROM visit v JOIN person_category c ON c.person_id = v.person_id
WHERE v.id = %s AND c.during && {_DAYS}
"""
_FILINGS = f"""
SELECT {columns(Filing, "f")} FROM visit v JOIN filing f ON f.person_id = v.person_id
WHERE v.id = %s AND f.scheme = v.scheme AND (f.during && {_DAYS} OR f.id = v.filing_id)
UNION ALL
SELECT {columns(Filing, "f")} FROM visit v JOIN institution i ON i.id = v.institution_id
JOIN filing f ON f.organisation_id = i.organisation_id
WHERE v.id = %s AND f.scheme = v.scheme AND f.during && {_DAYS}
"""


class Charged(NamedTuple):
    """A line as `Charge` has it; `parts` and `facts` are JSON."""

    number: int
    returns: int | None
    fee_at: datetime
    local_code: str
    national_code: str
    item: str
    quantity: Decimal
    price: Decimal | None
    fen: int
    price_limit: int | None
    first_pay: Decimal | None
    parts: str | None
    facts: str


@dataclass(frozen=True)
class Known:
    """A visit with the lines that are to be settled, and what else the record knows: the households, spells, and what
    was paid, of the person over time; the level of the institution; categories with their days and filings, of every
    day that the visit may count on; the person's accounts, and what was used up by the person and the households."""

    visit: Visit
    level: str | None
    charges: Sequence[Charged]
    homes: Sequence[Membership]
    spells: Sequence[Spell]
    categories: Sequence[tuple[str, DateRange]]
    filings: Sequence[Filing]
    payments: Sequence[Payment]
    accounts: Sequence[Held]
    used: dict[Key, int]


def read(visit: int, person: int, homes: Sequence[Membership], charges: Statement) -> Known:
    """What is known of a visit of this person. `charges`: which lines. Raises A114 where there is no such visit."""
    return found(together(*asking(visit, person, homes, charges)), homes)


def asking(visit: int, person: int, homes: Sequence[Membership], charges: Statement) -> list[Statement]:
    """The statements that `found` reads the rows of, in its order."""
    today = clock.today()
    return [
        Statement(_VISIT, [visit]),
        charges,
        Statement(_SPELLS, [person]),
        Statement(_CATEGORIES, [visit, today]),
        Statement(_FILINGS, [visit, today] * 2),
        asking_payments([person], today),
        entries.asking([person]),
        state.asking([f"p{person}", *(f"h{one.household_id}" for one in homes)]),
    ]


STATEMENTS = 8
"""How many `asking` gives."""


def found(rows: Sequence[Rows], homes: Sequence[Membership]) -> Known:
    """What the rows of `asking` tell. Raises A114 where there is no such visit."""
    visit, charges, spells, categories, filings, payments, accounts, used = rows
    if not visit:
        raise fail("A114")
    return Known(
        *_visit(visit[0]),
        list(map(Charged._make, charges)),
        homes,
        made(Spell, spells),
        [(name, during) for name, during in categories],
        made(Filing, filings),
        payments_in(payments),
        entries.held_as(accounts),
        state.used_in(used),
    )


def _visit(row: Sequence[Any]) -> tuple[Visit, str | None]:
    person = len(Visit._meta.concrete_fields)
    institution = person + len(_PERSON)
    (visit,) = made(Visit, [row[:person]])
    (visit.person,) = made(Person, [row[person:institution]], *_PERSON)
    (visit.institution,) = made(Institution, [row[institution:-1]], *_INSTITUTION)
    return visit, row[-1]


def unsettled(visit: int, batch: str = "") -> Statement:
    """The lines of a visit that are neither settled nor taken back, of one charge batch when it is named, in the order
    in which they were charged."""
    return Statement(_UNSETTLED, [visit, batch, batch, visit])


def lines(numbers: Sequence[int]) -> Statement:
    """These lines."""
    return Statement(_LINES, [as_array(numbers)])
