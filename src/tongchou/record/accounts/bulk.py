"""Credits of a whole region at once. Money that only comes in needs no lock of each account: whoever calls holds the
year's (`year_key`), so that no account is closed meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.ground.region.pack import Pack
from tongchou.record.accounts.models import Close, Entry
from tongchou.record.accounts.postings import agencies_of, post_credits
from tongchou.record.base import clock
from tongchou.record.base.columns import as_array, read, write
from tongchou.record.base.scope import system
from tongchou.record.people.queries import known_as

_ALL = system("an account is credited once by one thing, whoever asks")


def year_key(pack: Pack, insurance: str, day: date) -> tuple[str, object]:
    """The lock that whoever closes accounts of the insurance year of a day holds too."""
    return ("account year", f"{insurance} {pack.year.label_of(day)}")


def credit_many(insurance: str, rows: pa.Table) -> int:
    """Enter those of the credits that were not entered before; how many. Columns person_id, account, day, fen (int64),
    source and cite. What falls into a closed year is entered on the day after its close."""
    if not len(rows):
        return 0
    persons = rows["person_id"].to_pylist()
    known = known_as(persons)
    types = {"person": pa.int64(), "account": pa.string(), "source": pa.string()}
    asked = [as_array(known), insurance, pc.unique(rows["source"]).to_pylist()]
    entered = read(_ENTERED, asked, types).to_pylist()
    before = {(known[row["person"]], row["account"], row["source"]) for row in entered}
    if before:
        keys = zip(persons, rows["account"].to_pylist(), rows["source"].to_pylist(), strict=True)
        rows = rows.filter(pa.array([key not in before for key in keys]))
    rows = rows.set_column(rows.column_names.index("day"), "day", _open_days(insurance, rows, known))
    size, now = len(rows), clock.now()
    same = {"insurance": insurance, "kind": "credit", "to": "", "at": now.isoformat()}
    write(Entry, pa.table({**{name: rows[name] for name in rows.column_names}, **_repeated(same, size)}))
    post_credits(insurance, rows, agencies_of(rows["person_id"]), f"credits {insurance} {now.isoformat()}")
    return size


def _repeated(words: dict[str, str], size: int) -> dict[str, pa.Array]:
    return {name: pa.repeat(word, size) for name, word in words.items()}


def _open_days(insurance: str, rows: pa.Table, known: dict[int, int]) -> pa.Array:
    """The day of each credit, or the day after the close that it falls under."""
    days = rows["day"].to_pylist()
    closes = Close.objects.within(_ALL).filter(insurance=insurance, day__gte=min(days, default=date.max))
    closed = {
        (known[person], account): day
        for person, account, day in closes.order_by("day").values_list("person_id", "account", "day")
        if person in known
    }
    if closed:
        keys = zip(rows["person_id"].to_pylist(), rows["account"].to_pylist(), strict=True)
        after = [closed.get(key, date.min) + timedelta(days=1) for key in keys]
        days = [max(day, opened) for day, opened in zip(days, after, strict=True)]
    return pa.array(days, pa.date32())


_ENTERED = """
SELECT e.person_id, e.account, e.source FROM unnest(%s::bigint[]) AS asked(person)
JOIN account_entry e ON e.person_id = asked.person
WHERE e.insurance = %s AND e.kind = 'credit' AND e.source = ANY(%s)
"""
