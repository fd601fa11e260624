"""Entering movements, and the locks that keep an account from being drawn twice. Only commands call these.

An account holds what it held at the last close and what moved since; there is no row with a running balance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.db import IntegrityError

from tongchou.engines.contributions import Entry as Moved
from tongchou.engines.contributions import balance
from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.accounts.models import Close, Entry
from tongchou.record.accounts.postings import post_entries
from tongchou.record.base import clock
from tongchou.record.base.columns import as_array
from tongchou.record.base.prepared import Statement, new
from tongchou.record.base.scope import system
from tongchou.record.people.queries import KNOWN_AS, known_as

_STRIPES = 512  # locks are taken on so many groups of persons, so that a file of a million needs no more
_ALL = system("an account is the sum of all its entries, whoever asks")


def lock_keys(persons: Iterable[int]) -> set[tuple[str, object]]:
    """What a command that moves these persons' accounts locks, together with whatever else it locks."""
    return {("account", person % _STRIPES) for person in persons}


@dataclass(frozen=True)
class Held:
    """An account as it stands: the engine's entries since the last close, with one that opens them."""

    person: int
    insurance: str
    account: str
    closed: date | None
    entries: tuple[Moved, ...]

    def balance(self, on: date) -> int:
        """At the end of a day, in fen; of days before the last close ask `queries.balance`."""
        return balance(self.entries, on)

    def free(self, day: date) -> int:
        """What can leave the account on a day at the most, in fen: less than its balance where more leaves it later."""
        return _free([(one.day, one.fen) for one in self.entries], day)


def _free(moved: Iterable[tuple[date, int]], day: date) -> int:
    """The lowest balance from the end of a day on."""
    by_day: defaultdict[date, int] = defaultdict(int)
    for when, fen in moved:
        by_day[max(when, day)] += fen
    return min(accumulate(by_day[when] for when in sorted({day, *by_day})))


def held(persons: Collection[int], account: str | None = None, until: date | None = None) -> list[Held]:
    """The accounts of persons, those of rows merged into them included; `until` looks at an earlier day than the last
    close. Money in fen."""
    rows = known_as(persons)
    mine = {"person_id__in": rows, **({} if account is None else {"account": account})}
    before = {} if until is None else {"day__lte": until}
    closes = Close.objects.within(_ALL).filter(**mine, **before).order_by("day").values_list(*_CLOSE)
    moved = Entry.objects.within(_ALL).filter(**mine, **before).order_by("day", "id").values_list(*_ENTRY)
    return held_in(((rows[row[0]], *row) for row in closes), ((rows[row[0]], *row) for row in moved))


def asking(persons: Iterable[int]) -> Statement:
    """The statement of `held` for all that stands, for `held_as`."""
    return Statement(_STANDING, [as_array(set(persons))])


def held_as(found: Sequence[tuple[Any, ...]]) -> list[Held]:
    """The accounts that `asking` found."""
    return held_in((row[:-4] for row in found if row[-1] is None), (row[:-1] for row in found if row[-1] is not None))


def held_in(closes: Iterable[tuple[Any, ...]], moved: Iterable[tuple[Any, ...]]) -> list[Held]:
    """The accounts of closes and entries, in the order of their days: each with the number that its person is known
    by, then the columns."""
    last: dict[tuple[int, str, str], tuple[int, date, int]] = {}
    for known, person, insurance, name, day, fen in closes:
        last[person, insurance, name] = known, day, fen
    found: defaultdict[tuple[int, str, str], list[Moved]] = defaultdict(list)
    closed: dict[tuple[int, str, str], date] = {}
    for (_, insurance, name), (known, day, fen) in last.items():
        key = (known, insurance, name)
        closed[key] = max(day, closed.get(key, day))
        found[key] += [Moved(str(known), name, day, fen, "opening")] if fen else []
    for known, person, insurance, name, day, fen, kind, to, cite in moved:
        before = last.get((person, insurance, name))
        if before is None or day > before[1]:
            found[known, insurance, name].append(Moved(str(known), name, day, fen, kind, to, cite))
    return [Held(*key, closed.get(key), tuple(entries)) for key, entries in found.items()]


_CLOSE = ("person_id", "insurance", "account", "day", "fen")
_ENTRY = (*_CLOSE, "kind", "to", "cite")
_STANDING = f"""{KNOWN_AS}
SELECT down.known, c.person_id, c.insurance, c.account, c.day, c.fen, '' AS kind, '' AS to, '' AS cite, NULL AS id
FROM account_close c JOIN down ON down.id = c.person_id WHERE c.person_id = ANY(ARRAY(SELECT id FROM down))
UNION ALL SELECT down.known, e.person_id, e.insurance, e.account, e.day, e.fen, e.kind, e.to, e.cite, e.id
FROM account_entry e JOIN down ON down.id = e.person_id WHERE e.person_id = ANY(ARRAY(SELECT id FROM down))
ORDER BY day, id
"""


def the(person: int, insurance: str, account: str) -> Held:
    """One account, empty when nothing ever moved on it."""
    found = [one for one in held([person], account) if one.insurance == insurance]
    return found[0] if found else Held(person, insurance, account, None, ())


@dataclass(frozen=True)
class Movement:
    """What is to be entered, in fen."""

    person: int
    insurance: str
    account: str
    day: date
    kind: str
    fen: int
    source: str
    to: str = ""
    cite: str = ""


def enter(movements: Sequence[Movement], later: bool = False) -> list[Entry]:
    """Enter movements; whoever calls holds the locks. `later`: what falls into a closed year is entered on the day
    after its close, which is how late contributions are credited.

    Raises B101 in a closed year, B102 where more would leave an account than is there, B103 for what moved it before.
    """
    rows = entering(movements, held({m.person for m in movements}), later) if movements else []
    try:
        made = Entry.objects.bulk_create(rows, batch_size=2_000)
    except IntegrityError as error:
        raise moved_before(rows) from error
    post_entries(made)
    return made


def entering(movements: Sequence[Movement], accounts: Sequence[Held], later: bool = False) -> list[Entry]:
    """The rows that enter movements of these accounts, which were read under the locks; nothing is written. Raises B101
    and B102 as `enter`."""
    standing = {(one.person, one.insurance, one.account): one for one in accounts}
    moved = {key: [(entry.day, entry.fen) for entry in one.entries] for key, one in standing.items()}
    rows = []
    for one in movements:
        key = (one.person, one.insurance, one.account)
        closed, day = standing[key].closed if key in standing else None, one.day
        if closed is not None and day <= closed:
            if not later:
                raise fail("B101", account=one.account, closed=closed, day=day)
            day = closed + timedelta(days=1)
        before = moved.setdefault(key, [])
        if one.fen < 0 and one.fen + (free := _free(before, day)) < 0:
            raise fail("B102", account=one.account, balance=yuan(max(0, free)), amount=yuan(-one.fen))
        before.append((day, one.fen))
        rows.append(
            new(
                Entry,
                person_id=one.person,
                insurance=one.insurance,
                account=one.account,
                day=day,
                kind=one.kind,
                fen=one.fen,
                to=one.to,
                cite=one.cite,
                source=one.source,
                at=clock.now(),
            )
        )
    return rows


def moved_before(rows: Sequence[Entry]) -> Exception:
    """B103: something of what these rows enter was entered before."""
    return fail("B103", source=rows[0].source if len(rows) == 1 else f"{rows[0].source} …")


def as_movement(made: Moved, insurance: str, source: str) -> Movement:
    """What the engine found, as it is entered."""
    return Movement(
        int(made.person_id), insurance, made.account, made.day, made.what, made.fen, source, made.to, made.cite
    )
