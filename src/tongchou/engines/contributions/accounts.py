"""Personal accounts: interest, the end of a year, a break, death, and what relatives may draw. Rules ACC-01 … ACC-05.

An account is the sum of its entries; nothing here keeps a balance. What is credited each month comes out of `assess`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from tongchou.ground.errors import fail
from tongchou.ground.money import UNITS, allocate, round_fraction, yuan
from tongchou.ground.region.contribution_kinds import AccountRule, Interest
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.values import finite, number, ratio, value_of

FUND = "fund"


@dataclass(frozen=True)
class Entry:
    """One movement of an account on a day, in fen: in is positive, out negative. `to` says where money out goes."""

    person_id: str
    account: str
    day: date
    fen: int
    what: str
    to: str = ""
    cite: str = ""


def balance(entries: Iterable[Entry], on: date) -> int:
    """What lies in an account at the end of a day, in fen."""
    return sum(entry.fen for entry in entries if entry.day <= on)


def interest(pack: Pack, scheme: str, account: str, entries: Sequence[Entry], year: int) -> Entry | None:
    """The interest of an insurance year, credited on its last day; None when none is declared or none is earned.

    On the daily balance every day's closing balance earns a day's interest; on the opening balance a whole year's.
    Rounded once, as declared.
    """
    first, last = pack.year.span(year)
    declared = _rule(pack, scheme, "interest.*", account, last)
    if declared is None or not entries:
        return None
    rule = value_of(declared, Interest)
    rate = ratio(declared.address, rule.rate, Facts(pack, {"scheme": scheme}, str(year), last))
    if rule.on == "opening balance":
        exact = max(0, balance(entries, first - timedelta(days=1))) * rate
    else:
        exact = _balance_days(entries, first, last) * rate / int(rule.days)
    fen = round_fraction(exact, UNITS[rule.rounding.unit], rule.rounding.mode)
    return Entry(entries[0].person_id, account, last, fen, "interest", cite=declared.citation()) if fen else None


def _balance_days(entries: Sequence[Entry], first: date, last: date) -> Fraction:
    """The sum of every day's closing balance."""
    total = Fraction(max(0, balance(entries, first - timedelta(days=1))) * ((last - first).days + 1))
    for entry in entries:
        if first <= entry.day <= last:
            total += entry.fen * ((last - entry.day).days + 1)
    return total


def at_year_end(pack: Pack, scheme: str, account: str, entries: Sequence[Entry], year: int) -> Entry | None:
    """What lapses on the last day of an insurance year; None when the balance is carried over."""
    _, last = pack.year.span(year)
    return _lapse(pack, scheme, account, entries, last, "year_end")


def at_break(pack: Pack, scheme: str, account: str, entries: Sequence[Entry], day: date) -> Entry | None:
    """What lapses when contributions are resumed after a break (WAIT-03); None when the account is kept.

    What was there before: what the resumed contribution brings on the day itself stays.
    """
    before = [entry for entry in entries if entry.day < day or entry.what != "credit"]
    return _lapse(pack, scheme, account, before, day, "on_break")


def _lapse(
    pack: Pack,
    scheme: str,
    account: str,
    entries: Sequence[Entry],
    day: date,
    when: Literal["year_end", "on_break"],
) -> Entry | None:
    declared = _rule(pack, scheme, "account_rule.*", account, day)
    left = balance(entries, day)
    if declared is None or left <= 0 or getattr(value_of(declared, AccountRule), when) != "lapses":
        return None
    return Entry(entries[0].person_id, account, day, -left, when, FUND, declared.citation())


def at_death(
    pack: Pack, scheme: str, account: str, entries: Sequence[Entry], day: date, heirs: Sequence[tuple[str, int]]
) -> list[Entry]:
    """The account closed at death: to heirs by their weights, to the fen by largest remainder, or to the fund.

    Without heirs it goes to the fund. Where nothing is declared, heirs inherit (社会保险法 14 条).
    """
    left = balance(entries, day)
    if left <= 0:
        return []
    declared = _rule(pack, scheme, "account_rule.*", account, day)
    cite = declared.citation() if declared is not None else ""
    person = entries[0].person_id
    if not heirs or (declared is not None and value_of(declared, AccountRule).on_death == "fund"):
        return [Entry(person, account, day, -left, "death", FUND, cite)]
    shares = allocate(left, [weight for _, weight in heirs], [left] * len(heirs))
    return [
        Entry(person, account, day, -fen, "inheritance", heir, cite)
        for (heir, _), fen in zip(heirs, shares, strict=True)
        if fen
    ]


def draw_for_relative(
    pack: Pack,
    scheme: str,
    account: str,
    entries: Sequence[Entry],
    day: date,
    *,
    relation: str,
    purpose: str,
    to: str,
    fen: int,
) -> Entry:
    """Family sharing: a relative's bill or contribution paid from the account of somebody else (ACC-01).

    Raises:
        ProblemError: nothing of the kind is declared (P002), the relation or purpose is not allowed (P006), the yearly
            limit is used up (P007), or the balance does not reach: an account is never overdrawn (P005).
    """
    declared = _rule(pack, scheme, "account_rule.*", account, day)
    if declared is None:
        raise fail("P002", address=f"{scheme}.account_rule.{account}", day=day)
    rule = value_of(declared, AccountRule)
    for value, known, what in ((relation, rule.relatives, "亲属"), (purpose, rule.pays_for, "用途")):
        if value not in known:
            raise fail("P006", value=value, what=what, known="、".join(known))
    label = pack.year.label_of(day)
    facts = Facts(pack, {"scheme": scheme}, str(label), day)
    if rule.at_most is not None:
        limit = number(declared.address, rule.at_most, facts)
        first, last = pack.year.span(label)
        used = -sum(e.fen for e in entries if e.what == "relative" and first <= e.day <= last)
        if limit is not None and used + fen > limit * 100:
            raise fail("P007", amount=yuan(fen), room=yuan(max(0, round_fraction(limit * 100) - used)))
    kept = Fraction(0) if rule.leaves is None else finite(declared.address, rule.leaves, facts)
    # Later entries are looked at too: what was drawn already cannot be drawn again by a date before it.
    free = min(balance(entries, day), sum(e.fen for e in entries)) - round_fraction(kept * 100)
    if fen > free:
        raise fail("P005", balance=yuan(max(0, free)), amount=yuan(fen))
    return Entry(entries[0].person_id, account, day, -fen, "relative", to, declared.citation())


def _rule(pack: Pack, scheme: str, kind: str, account: str, day: date) -> Declared | None:
    for fact in pack.facts:
        if fact.scheme == scheme and fact.kind == kind and fact.covers(day) and _account(fact) == account:
            return fact
    return None


def _account(fact: Declared) -> str:
    return str(getattr(fact.value, "account", ""))
