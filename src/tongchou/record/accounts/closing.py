"""The end of an insurance year: interest, what lapses, and the balance that is carried over."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef

from tongchou.engines.contributions import at_year_end, interest
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.record.accounts.bulk import year_key
from tongchou.record.accounts.entries import Held, as_movement, enter, held, lock_keys
from tongchou.record.accounts.models import Close, Entry
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import known_as

MOST = 10_000  # accounts closed in one transaction


@command("accounts.close_year", needs="accounts.write")
def close_year(*, insurance: str, year: int, at_most: int = MOST) -> int:
    """Close some accounts that are still open for an insurance year; how many, so that whoever asks goes on until 0.

    Interest first, then what lapses by the rule of the account (ACC-05); what is left opens the next year. Raises B107
    before the year has ended.
    """
    pack = pack_in_force()
    last = pack.year.span(year)[1]
    if clock.today() <= last:
        raise fail("B107", year=year)
    still_open = _open(insurance, last, at_most)
    known = known_as(person for person, _ in still_open)
    lock(year_key(pack, insurance, last), *lock_keys(known.values()))
    wanted = {(known[row], account) for row, account in set(still_open) & set(_open(insurance, last, at_most))}
    found = [one for one in held({person for person, _ in wanted}) if one.insurance == insurance]
    accounts = [one for one in found if (one.person, one.account) in wanted]
    _earn_and_lapse(pack, accounts, year)
    _carry_over(insurance, wanted, last)
    return len(wanted)


def _open(insurance: str, last: date, at_most: int) -> list[tuple[int, str]]:
    """Rows of persons in scope with an account that moved by the year's last day and is not closed on it."""
    same = {"person": OuterRef("person"), "account": OuterRef("account")}
    closed = Close.objects.filter(insurance=insurance, day__gte=last, **same)
    moved = Entry.objects.filter(~Exists(closed), insurance=insurance, day__lte=last)
    return list(moved.order_by("person_id", "account").values_list("person_id", "account").distinct()[:at_most])


def _earn_and_lapse(pack: Pack, accounts: list[Held], year: int) -> None:
    made = []
    for one in accounts:
        entries = one.entries
        earned = interest(pack, one.insurance, one.account, entries, year)
        if earned is not None:
            entries = (*entries, earned)
        lapsed = at_year_end(pack, one.insurance, one.account, entries, year)
        made += [as_movement(found, one.insurance, f"{year} 年度") for found in (earned, lapsed) if found is not None]
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
