"""The end of an insurance year: interest, what lapses, and the balance that is carried over.

Accounts are closed some at a time, each time in a transaction of its own. What is closed stays closed, so whoever goes
on after a break, or closes the same year again, closes what is still open and nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Sum

from tongchou.engines.contributions import at_year_end, interest
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.record.accounts.bulk import year_key
from tongchou.record.accounts.entries import Held, as_movement, enter, held, lock_keys
from tongchou.record.accounts.models import Close, Entry
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.jobs.queue import later
from tongchou.record.orgs.commands import organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import known_as

MOST = 10_000  # accounts closed in one transaction


@dataclass(frozen=True)
class YearEnd:
    """How far the close of a year is: accounts closed and still open, and what was earned, lapsed and carried over, in
    fen. Nothing is open when it is done."""

    insurance: str
    year: int
    closed: int
    open: int
    interest: int
    lapsed: int
    carried: int


@command("accounts.close_year", needs="accounts.write")
def close_year(*, insurance: str, year: int, at_most: int = MOST, persons: tuple[int, int] | None = None) -> int:
    """Close some accounts that are still open for an insurance year, those of some persons by number where they are
    named; how many, so that whoever asks goes on until 0.

    Interest first, then what lapses by the rule of the account (ACC-05); what is left opens the next year. Raises B107
    before the year has ended.
    """
    pack, last = pack_in_force(), _ended(year)
    still_open = _pairs(insurance, last, persons, at_most)
    if not still_open:
        return 0
    known = known_as(person for person, _ in still_open)
    lock(year_key(pack, insurance, last), *lock_keys(known.values()))
    now_open = _pairs(insurance, last, persons, at_most)
    wanted = {(known[row], account) for row, account in set(still_open) & set(now_open)}
    found = [one for one in held({person for person, _ in wanted}) if one.insurance == insurance]
    accounts = [one for one in found if (one.person, one.account) in wanted]
    _earn_and_lapse(pack, accounts, year)
    _carry_over(insurance, wanted, last)
    return len(wanted)


@command("accounts.ask_close", needs="accounts.write")
def ask_close(*, insurance: str, year: int, agency: int | None = None) -> YearEnd:
    """Have all accounts of an agency's branch, one's own when none is named, closed for an insurance year by the work
    that is done beside; how far it is by now. Raises B107 before the year has ended, A114 for no agency."""
    _ended(year)
    where = organisation(agency if agency is not None else actor().organisation or 0)
    if where.kind != "agency":
        raise fail("A114")
    later("accounts.close_branch", insurance=insurance, year=year, agency=where.pk)
    return year_end(insurance=insurance, year=year, agency=where.pk)


def year_end(*, insurance: str, year: int, agency: int | None = None) -> YearEnd:
    """How far the close of a year is for the accounts in scope, of an agency's branch if named. Raises A114,
    C007 for an insurance that is no scheme."""
    actor().needs("accounts.read")
    pack = pack_in_force()
    if insurance not in pack.region.schemes:
        raise fail("C007", scheme=insurance, known="、".join(pack.region.schemes))
    last = pack.year.span(year)[1]
    mine = {} if agency is None else {"person__agency__path__startswith": organisation(agency).path}
    closes = Close.objects.filter(**mine, insurance=insurance, day=last)
    moved = Entry.objects.filter(**mine, insurance=insurance, day=last, source=_source(year))
    sums = dict(moved.values_list("kind").annotate(Sum("fen")))
    return YearEnd(
        insurance,
        year,
        closed=closes.count(),
        open=_open(insurance, last).filter(**mine).values("person", "account").distinct().count(),
        interest=sums.get("interest", 0),
        lapsed=-sums.get("year_end", 0),
        carried=closes.aggregate(total=Sum("fen"))["total"] or 0,
    )


def open_persons(*, insurance: str, year: int, agency: int, at_most: int) -> Iterator[tuple[int, int]]:
    """First and last number of so many persons after one another whose accounts are open for a year."""
    last, after = _ended(year), 0
    rows = _open(insurance, last).filter(person__agency__path__startswith=organisation(agency).path)
    numbers = rows.order_by("person_id").values_list("person_id", flat=True).distinct()
    while some := list(numbers.filter(person__gt=after)[:at_most]):
        yield some[0], some[-1]
        after = some[-1]


def _ended(year: int) -> date:
    """The last day of an insurance year. Raises B107 before it is over."""
    last: date = pack_in_force().year.span(year)[1]
    if clock.today() <= last:
        raise fail("B107", year=year)
    return last


def _source(year: int) -> str:
    return f"{year} 年度"


def _open(insurance: str, last: date) -> QuerySet[Entry]:
    """What moved by the year's last day, in scope, on accounts that are not closed on it."""
    same = {"person": OuterRef("person"), "account": OuterRef("account")}
    closed = Close.objects.filter(insurance=insurance, day__gte=last, **same)
    return Entry.objects.filter(~Exists(closed), insurance=insurance, day__lte=last)


def _pairs(insurance: str, last: date, persons: tuple[int, int] | None, at_most: int) -> list[tuple[int, str]]:
    """Rows of persons with such an account."""
    rows = _open(insurance, last)
    if persons is not None:
        rows = rows.filter(person__gte=persons[0], person__lte=persons[1])
    return list(rows.order_by("person_id", "account").values_list("person_id", "account").distinct()[:at_most])


def _earn_and_lapse(pack: Pack, accounts: list[Held], year: int) -> None:
    made = []
    for one in accounts:
        entries = one.entries
        earned = interest(pack, one.insurance, one.account, entries, year)
        if earned is not None:
            entries = (*entries, earned)
        lapsed = at_year_end(pack, one.insurance, one.account, entries, year)
        made += [as_movement(found, one.insurance, _source(year)) for found in (earned, lapsed) if found is not None]
    enter(made)


def _carry_over(insurance: str, wanted: set[tuple[int, str]], last: date) -> None:
    """One close for each account; rows that were merged into the person close at nothing, so that all add up."""
    rows = known_as(person for person, _ in wanted)
    found = held({person for person, _ in wanted}, until=last)
    left = {(one.person, one.account): one.balance(last) for one in found if one.insurance == insurance}
    now = clock.now()
    closes = [
        Close(
            person_id=row, insurance=insurance, account=account, day=last, at=now,
            fen=left[known, account] if row == known else 0,
        )
        for row, known in rows.items()
        for account in {name for person, name in wanted if person == known}
    ]  # fmt: skip
    Close.objects.bulk_create(closes, batch_size=2_000)
