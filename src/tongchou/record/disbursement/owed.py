"""What is owed and in no order yet: the balances of the payables, by whom they are owed to and what they are of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection

from tongchou.ground.dates import add_months
from tongchou.record.base.columns import statement_of
from tongchou.record.disbursement.entries import ORDERED, PAY_OUT, REFUSED
from tongchou.record.ledger.chart import ADVANCE_KINDS, BUSINESS, MONTH_KINDS
from tongchou.record.ledger.models import Balance, Posting
from tongchou.record.ledger.queries import last_close
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.queries import known_as


@dataclass(frozen=True)
class Owed:
    """An amount in fen, of a county's people, a fund, a bearer and a year. `person`: under whom it stands."""

    county: int
    fund: str
    bearer: str
    year: int
    person: int | None
    fen: int


_WHAT = "county_id, fund, bearer, year, organisation_id, person"


def owed(payee: str, agency: Organisation, scheme: str, through: date, fund: str = "") -> dict[int, list[Owed]]:
    """What was owed at the end of a day and was not put into an order since, by the payee's number; in scope, and of
    the people of the agency's branch. What was taken back since is not paid either. What a provider's month was moved
    by counts with the month, whenever it was entered; an advance is paid, or set off, at once.

    Payees to whom nothing is left after setting off are left out.
    """
    account = f"{payee}_payable"
    close = last_close(BUSINESS, through)
    since = date.min if close is None else add_months(close.month, 1, "clamp")
    of = {"account": account, "scheme": scheme, "county__path__startswith": agency.path}
    if fund:
        of["fund"] = fund
    held, of_held = statement_of(Balance.objects.filter(close=close, **of).values("id"))
    moved, of_moved = statement_of(Posting.objects.filter(book=BUSINESS, day__gte=since, **of).values("id"))
    statement = f"""
        SELECT {_WHAT}, -(sum(before) + sum(ordered) + GREATEST(sum(later), 0))::bigint FROM (
            SELECT {_WHAT}, fen AS before, 0 AS ordered, 0 AS later FROM ledger_balance WHERE id IN ({held})
            UNION ALL
            SELECT {_WHAT}, CASE WHEN early THEN fen ELSE 0 END,
                CASE WHEN NOT early AND ours THEN fen ELSE 0 END, CASE WHEN NOT early AND NOT ours THEN fen ELSE 0 END
            FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id, LATERAL (
                SELECT p.day <= %s AS early, e.kind = ANY(%s) OR e.kind = ANY(%s) AND e.business_day <= %s AS ours
            ) what WHERE p.id IN ({moved})
        ) rows GROUP BY {_WHAT} ORDER BY {_WHAT}
    """
    ours = [ORDERED, REFUSED, PAY_OUT, *ADVANCE_KINDS]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*of_held, through, ours, [*MONTH_KINDS], through, *of_moved])
        rows = [row for row in cursor.fetchall() if row[-1]]
    known = known_as({row[5] for row in rows if row[5] is not None})
    found: defaultdict[int, list[Owed]] = defaultdict(list)
    for county, of_fund, bearer, year, organisation, person, fen in rows:
        to = organisation if payee != "person" else known.get(person, person)
        if to is not None:
            found[to].append(Owed(county, of_fund, bearer, year, person, fen))
    return {to: items for to, items in sorted(found.items()) if sum(one.fen for one in items) > 0}
