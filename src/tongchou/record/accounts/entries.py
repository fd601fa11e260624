"""Entering movements, and the locks that keep an account from being drawn twice. Only commands call these.

An account holds what it held at the last close and what moved since; there is no row with a running balance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from django.db import IntegrityError, transaction

from tongchou.engines.contributions import Entry as Moved
from tongchou.engines.contributions import balance
from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.accounts.models import Close, Entry
from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.people.queries import known_as

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
    closes: dict[tuple[int, int, str], Close] = {}
    for close in Close.objects.within(_ALL).filter(**mine, **before).order_by("day"):
        closes[close.person_id, rows[close.person_id], close.account] = close
    found: defaultdict[tuple[int, str, str], list[Moved]] = defaultdict(list)
    closed: dict[tuple[int, str, str], date] = {}
    for (_, person, name), close in closes.items():
        key = (person, close.insurance, name)
        closed[key] = max(close.day, closed.get(key, close.day))
        if close.fen:
            found[key].append(Moved(str(person), name, close.day, close.fen, "opening"))
        else:
            found[key] += []
    for one in Entry.objects.within(_ALL).filter(**mine, **before).order_by("day", "id"):
        person = rows[one.person_id]
        last = closes.get((one.person_id, person, one.account))
        if last is None or one.day > last.day:
            found[person, one.insurance, one.account].append(
                Moved(str(person), one.account, one.day, one.fen, one.kind, one.to, one.cite)
            )
    return [
        Held(person, insurance, name, closed.get((person, insurance, name)), tuple(entries))
        for (person, insurance, name), entries in found.items()
    ]


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
    if not movements:
        return []
    accounts = {(one.person, one.insurance, one.account): one for one in held({m.person for m in movements})}
    moved = {key: [(entry.day, entry.fen) for entry in one.entries] for key, one in accounts.items()}
    rows = []
    for one in movements:
        key = (one.person, one.insurance, one.account)
        closed, day = accounts[key].closed if key in accounts else None, one.day
        if closed is not None and day <= closed:
            if not later:
                raise fail("B101", account=one.account, closed=closed, day=day)
            day = closed + timedelta(days=1)
        before = moved.setdefault(key, [])
        if one.fen < 0 and one.fen + (free := _free(before, day)) < 0:
            raise fail("B102", account=one.account, balance=yuan(max(0, free)), amount=yuan(-one.fen))
        before.append((day, one.fen))
        rows.append(
            Entry(
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
    try:
        with transaction.atomic():
            return Entry.objects.bulk_create(rows, batch_size=2_000)
    except IntegrityError as error:
        raise fail("B103", source=rows[0].source if len(rows) == 1 else f"{rows[0].source} …") from error


def as_movement(made: Moved, insurance: str, source: str) -> Movement:
    """What the engine found, as it is entered."""
    return Movement(
        int(made.person_id), insurance, made.account, made.day, made.what, made.fen, source, made.to, made.cite
    )
