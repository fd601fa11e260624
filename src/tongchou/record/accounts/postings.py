"""What movements of accounts mean in the books, as sums of a county: whose they are is kept with the account.

A settlement's own draw is in the books with the settlement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.record.accounts.models import Entry
from tongchou.record.base.columns import read
from tongchou.record.base.scope import system
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person

_ALL = system("an account is in the books of the county that its owner is insured in")
_AGAINST = {
    "credit": "account_credit",
    "taken_back": "account_credit",
    "interest": "account_credit",
    "year_end": "account_credit",
    "on_break": "account_credit",
    "death": "account_credit",
    "transfer_in": "transfer_due",
    "transfer_out": "transfer_payable",
    "relative": "transfer_payable",
    "returned": "transfer_payable",
    "inheritance": "person_payable",
    "paid_out": "person_payable",
}
"""Kind → the account that stands against the liability. What an account pays for a relative's contribution is money of
one scheme that another waits for, as a transfer is."""


def post_entries(entries: Sequence[Entry]) -> None:
    """Enter movements that were made together: one entry a day."""
    mine = [one for one in entries if one.kind in _AGAINST]
    if not mine:
        return
    year = pack_in_force().year
    rows = Person.objects.within(_ALL).filter(id__in={one.person_id for one in mine})
    county = dict(rows.values_list("id", "agency_id"))
    sums: defaultdict[tuple[date, Fund, str, int | None], int] = defaultdict(int)
    for one in mine:
        against = _AGAINST[one.kind]
        fund = Fund(one.insurance, county[one.person_id], one.account, year.label_of(one.day))
        to = payee_of(one) if against == "person_payable" else None
        sums[one.day, fund, against, to] += one.fen
    _post(f"account {mine[0].pk}", ((day, fund, against, to, fen) for (day, fund, against, to), fen in sums.items()))


def post_credits(insurance: str, rows: pa.Table, agencies: pa.ChunkedArray, source: str) -> None:
    """Enter credits of a whole region: columns account, day, fen, and the agency of each row."""
    year = pack_in_force().year
    table = pa.table({"agency": agencies, **{name: rows[name] for name in ("account", "day", "fen")}})
    grouped = table.group_by(["agency", "account", "day"]).aggregate([("fen", "sum")]).to_pylist()
    _post(
        source,
        (
            (one["day"], Fund(insurance, one["agency"], one["account"], year.label_of(one["day"])), "account_credit",
             None, one["fen_sum"])
            for one in grouped
        ),
    )  # fmt: skip


def agencies_of(persons: pa.ChunkedArray) -> pa.ChunkedArray:
    """The agency of each person, in the order of their numbers as they are given."""
    types = {"id": pa.int64(), "agency": pa.int64()}
    known = read("SELECT id, agency_id FROM person WHERE id = ANY(%s)", [pc.unique(persons).to_pylist()], types)
    return pc.take(known["agency"], pc.index_in(persons, value_set=known["id"].combine_chunks()))


def _post(source: str, rows: Iterable[tuple[date, Fund, str, int | None, int]]) -> None:
    by_day: defaultdict[date, list[Leg]] = defaultdict(list)
    for day, fund, against, to, fen in rows:
        by_day[day] += [Leg("account_liability", fund, -fen), Leg(against, fund, fen, person=to)]
    for day, legs in sorted(by_day.items()):
        post("account", f"{source} {day}", day, legs)


def payee_of(entry: Entry) -> int:
    """The heir whom an inheritance names, else the owner."""
    word, _, number = entry.to.partition(" ")
    return int(number) if word == "person" and number.isdigit() else int(entry.person_id)
