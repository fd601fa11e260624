"""Balances, statements and authorisations. Whoever looks is in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tongchou.record.accounts.entries import held
from tongchou.record.accounts.models import Entry, Sharing
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.scope import system
from tongchou.record.people.queries import known_as, person

_ALL = system("entries of rows merged into a person who is in scope")


@dataclass(frozen=True)
class Standing:
    """What an account holds at the end of a day, in fen."""

    insurance: str
    account: str
    fen: int


@dataclass(frozen=True)
class Line:
    """One line of a statement, in fen, with the balance after it."""

    day: date
    kind: str
    fen: int
    balance: int
    to: str
    cite: str
    source: str


@dataclass(frozen=True)
class Statement:
    """对账单: an account from one day through another, in fen."""

    insurance: str
    account: str
    first: date
    through: date
    opening: int
    lines: tuple[Line, ...]
    closing: int


def standing(*, person_id: int, on: date | None = None) -> list[Standing]:
    """The accounts of a person at the end of a day, today when none is named."""
    actor().needs("accounts.read")
    found, day = person(person_id), on or clock.today()
    trail.seen("accounts.standing", [found.pk])
    return [
        Standing(one.insurance, one.account, one.balance(day))
        for one in sorted(held([found.pk], until=day), key=lambda one: (one.insurance, one.account))
    ]


def statement(*, person_id: int, insurance: str, account: str, first: date, through: date) -> Statement:
    """What moved on an account in these days, with the balance after each movement."""
    actor().needs("accounts.read")
    found = person(person_id)
    trail.seen("accounts.statement", [found.pk])
    before = held([found.pk], account, until=max(first, date(1, 1, 2)) - timedelta(days=1))
    opening = balance = sum(sum(e.fen for e in one.entries) for one in before if one.insurance == insurance)
    rows = Entry.objects.within(_ALL).filter(
        person_id__in=known_as([found.pk]), insurance=insurance, account=account, day__range=(first, through)
    )
    lines = []
    for one in rows.order_by("day", "id"):
        balance += one.fen
        lines.append(Line(one.day, one.kind, one.fen, balance, one.to, one.cite, one.source))
    return Statement(insurance, account, first, through, opening, tuple(lines), balance)


def sharings(*, person_id: int) -> list[Sharing]:
    """The authorisations that a person gave, the latest first."""
    actor().needs("accounts.read")
    found = person(person_id)
    trail.seen("accounts.sharings", [found.pk])
    return list(Sharing.objects.filter(owner=found).order_by("-during", "-id"))
