"""The accounts of a share: what they held before the first claim, and that none is drawn below nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db import connection

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.money import yuan
from tongchou.ground.region.pack import Pack
from tongchou.record.accounts.models import Entry
from tongchou.record.base.columns import as_array, write
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.settlement.batch.known import Known
from tongchou.record.settlement.batch.reading import Share

_STANDING = """
SELECT s.at, COALESCE((SELECT sum(fen) FROM account_entry e WHERE e.person_id = s.person AND e.account = s.account
    AND e.insurance = %s AND e.day <= s.day), 0)::bigint,
    EXISTS (SELECT 1 FROM account_entry e WHERE e.person_id = s.person AND e.account = s.account AND e.insurance = %s
    AND e.day <= s.day)
FROM unnest(%s::bigint[], %s::text[], %s::date[]) WITH ORDINALITY s (person, account, day, at) ORDER BY s.at
"""
_BELOW = """
SELECT person_id, min(held)::bigint FROM (
    SELECT person_id, sum(fen) OVER (PARTITION BY person_id, insurance, account ORDER BY day) AS held
    FROM account_entry WHERE person_id = ANY(%s::bigint[])
) days WHERE held < 0 GROUP BY person_id LIMIT 100
"""
_CLOSED = """
SELECT c.person_id FROM account_close c JOIN unnest(%s::bigint[], %s::date[]) d (person, day)
ON d.person = c.person_id AND d.day <= c.day LIMIT 1
"""


def insurance_of_accounts(pack: Pack) -> str:
    """The insurance that has accounts: the one that declares what becomes of them, else the first that draws on any."""
    declared = [fact.scheme for fact in pack.facts if hasattr(fact.value, "account")]
    drawing = [name for name, layers in pack.layers.items() if any(one.payer == "account" for one in layers.values())]
    return next(iter([*declared, *drawing]), next(iter(pack.region.schemes)))


def open_accounts(share: Share, known: Known, insurance: str, pack: Pack, source: str, at: datetime) -> None:
    """What the data say that accounts held is entered where the record knows of no account by that day, and posted as
    an opening balance. Raises V505 where the record says otherwise."""
    table = share.people.get("accounts")
    rows = [] if table is None else table.filter(_known(table, known)).to_pylist()
    if not rows:
        return
    people = [known.persons[row["person_id"]] for row in rows]
    columns = [people, [row["kind"] for row in rows], [row["as_of"] for row in rows]]
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [insurance, insurance, *columns])
        standing = cursor.fetchall()
    odd = [
        Problem(
            "V505",
            Place(table="accounts"),
            {"value": row["account_id"], "data": yuan(row["balance"]), "record": yuan(fen)},
        )
        for row, (_, fen, there) in zip(rows, standing, strict=True)
        if there and fen != row["balance"]
    ]
    if odd:
        raise ProblemError(*odd)
    fresh = [
        (person, row)
        for person, row, (_, _, there) in zip(people, rows, standing, strict=True)
        if not there and row["balance"]
    ]
    _enter(fresh, insurance, source, at)
    _post(fresh, insurance, pack, source)


def _known(table: pa.Table, known: Known) -> pa.Array:
    return pa.array([one in known.persons for one in table["person_id"].to_pylist()], pa.bool_())


def _enter(fresh: Sequence[tuple[int, dict[str, Any]]], insurance: str, source: str, at: datetime) -> None:
    names = ("person_id", "insurance", "account", "day", "kind", "fen", "to", "cite", "source", "at")
    rows = [
        (person, insurance, row["kind"], row["as_of"], "transfer_in", row["balance"], "", "", source, at)
        for person, row in fresh
    ]
    if rows:
        write(Entry, pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))))


def _post(fresh: Sequence[tuple[int, dict[str, Any]]], insurance: str, pack: Pack, source: str) -> None:
    bearers = {
        one.account or name: one.bearer for name, one in pack.layers[insurance].items() if one.payer == "account"
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, agency_id FROM person WHERE id = ANY(%s)", [[person for person, _ in fresh]])
        county = dict(cursor.fetchall())
    for day in sorted({row["as_of"] for _, row in fresh}):
        year = int(pack.year.label_of(day + timedelta(days=1)))
        legs = []
        for person, row in fresh:
            if row["as_of"] == day:
                fund = Fund(insurance, county[person], row["kind"], year, bearers.get(row["kind"], ""))
                legs += [
                    Leg("opening", fund, row["balance"]),
                    Leg("account_liability", fund, -row["balance"]),
                ]
        post("opening", f"{source} {day}", day, legs)


def check_accounts(drawn: pa.Table) -> None:
    """Raises V506 where an account would hold less than nothing on some day, B101 for a day in a closed year."""
    people, days = drawn["person_id"].to_pylist(), drawn["day"].to_pylist()
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, [as_array(people), as_array(days)])
        if cursor.fetchone() is not None:
            raise fail("B101", account="account", closed=_last(days), day=min(days))
        cursor.execute(_BELOW, [as_array(sorted(set(people)))])
        below = cursor.fetchall()
    if below:
        raise ProblemError(*(Problem("V506", Place(), {"person": person, "fen": yuan(-fen)}) for person, fen in below))


def _last(days: Iterable[date]) -> date:
    return max(days)
