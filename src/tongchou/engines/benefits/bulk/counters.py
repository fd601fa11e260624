"""Every accumulator that a run meets as a place in one array, so that the loop finds it without a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.accounts import owners
from tongchou.engines.benefits.bulk.columns import Claims, Numbers, index_in, numbers
from tongchou.engines.benefits.bulk.groups import Group
from tongchou.engines.benefits.bulk.kept_apart import KeptApart
from tongchou.engines.benefits.bulk.periods import Periods
from tongchou.engines.benefits.from_tables import account_kinds
from tongchou.engines.benefits.packages import used_name
from tongchou.engines.benefits.plan import PER_CLAIM, Plan, is_account
from tongchou.engines.benefits.values import value_of
from tongchou.ground.region.model import Package

STAY, STAYS, ACCOUNT = "stay", "stays", "account:"
_WHOSE = (None, "household", "person")
_WIDEST = 2**63


class Counted(NamedTuple):
    """An accumulator by its name in the state: over which period, for each value of which fact."""

    name: str
    per: str
    each: str | None


class Label(NamedTuple):
    """What places of one accumulator share: its name, whether it is a household's, and for which value it is kept.

    The number of a stay is kept for each stay of a year: its value is the year, its period the stay.
    """

    name: str
    of_home: bool = False
    each: str = ""


class Places(NamedTuple):
    """What is kept somewhere: its label, whose it is (a row of persons, or the number of a household), its period."""

    label: Numbers
    whose: Numbers
    period: Numbers


@dataclass
class Slots:
    """`slots[start[i] : …]`: the places of visit i's accumulators in the order of its plan; `stay` and `stays`: where
    the number of its stay, and the number of stays of its person and year, are kept; `accounts[i]`: the accounts of its
    person. `opening`: what stands there before the first claim (an account as minus its balance, fen).

    `places`: what each place is, by number of `labels` and `periods`.
    """

    slots: Numbers
    start: Numbers
    stay: Numbers
    stays: Numbers
    accounts: Numbers
    opening: Numbers
    places: Places
    labels: list[Label]
    periods: pa.Array


def slots_of(
    groups: list[Group], claims: Claims, claim: Numbers, tables: Mapping[str, pa.Table], apart: KeptApart
) -> Slots:
    """Places for the visits of these groups; `claim` is the claim of each visit, counted from 0."""
    counters = _Counters(claims, Periods(claims, claim), apart)
    start = np.zeros(claims.count, dtype=np.int64)
    found, at = [], 0
    for group in groups:
        block = [counters.of(group, count) for count in _counts(group.plan)]
        width = len(block)
        start[group.claims] = at + np.arange(len(group.claims)) * width
        at += len(group.claims) * width
        if width:
            found.append(Places(*(np.stack(column, axis=1).reshape(-1) for column in zip(*block, strict=True))))
    kinds = [f"{ACCOUNT}{kind}" for kind in account_kinds(claims.pack)]
    own = [counters.account(kind, claims.person) for kind in kinds]
    held, balances = counters.held(kinds, tables)
    place, places = _numbered([*found, counters.stays(), counters.stay(), *own, held])
    stays, stay, *rest = np.split(place[at:], np.arange(1, len(kinds) + 3) * claims.count)
    opening = np.zeros(len(places.label), dtype=np.int64)
    np.add.at(opening, rest.pop(), -balances)
    accounts = np.stack(rest, axis=1) if rest else np.zeros((claims.count, 0), dtype=np.int64)
    labels, periods = list(counters.labels), counters.periods.names()
    return Slots(place[:at], start, stay, stays, accounts, opening, places, labels, periods)


@dataclass
class _Counters:
    """Labels are numbered as they come up."""

    claims: Claims
    periods: Periods
    apart: KeptApart

    def __post_init__(self) -> None:
        self.labels: dict[Label, int] = {}

    @cached_property
    def drawn_on(self) -> Numbers:
        """Whose account each visit draws on."""
        return owners(self.claims)

    def of(self, group: Group, count: Counted) -> Places:
        """One accumulator of every visit of a group."""
        if count.name.startswith(ACCOUNT):
            return self.account(count.name, self.drawn_on[group.claims])
        home = count.each == "household"
        whose = (self.claims.home if home else self.claims.person)[group.claims]
        texts, text = [""], np.zeros(len(whose), dtype=np.int64)
        if count.each not in _WHOSE:
            texts, text = self.apart.texts(group, count.each or "")
        labels = self._labels(Label(count.name, home, each) for each in texts)
        return Places(labels[text], whose, self.periods.of(count.per)[group.claims])

    def stays(self) -> Places:
        """The number of stays of every visit's person and year."""
        label = self._labels([Label(STAYS)])
        return Places(np.repeat(label, self.claims.count), self.claims.person, self.periods.of("year"))

    def stay(self) -> Places:
        """The number among them of every visit's stay."""
        years, year = np.unique(self.claims.year, return_inverse=True)
        labels = self._labels(Label(STAY, each=str(label)) for label in years.tolist())
        return Places(labels[year], self.claims.person, self.periods.of("stay"))

    def account(self, name: str, whose: Numbers) -> Places:
        """One account of each of these people."""
        zero = np.zeros(len(whose), dtype=np.int64)
        return Places(zero + self._labels([Label(name)]), whose, zero + self.periods.ever())

    def held(self, names: list[str], tables: Mapping[str, pa.Table]) -> tuple[Places, Numbers]:
        """The accounts of these names in the tables, and their balances (fen)."""
        table, nothing = tables.get("accounts"), np.zeros(0, dtype=np.int64)
        if table is None or not names or not len(table):
            return Places(nothing, nothing, nothing), nothing
        kind = index_in(table["kind"], pa.array([name.removeprefix(ACCOUNT) for name in names]))
        used = kind >= 0
        person = index_in(table["person_id"], self.claims.persons["person_id"])[used]
        every = self.account(names[0], person)
        labels = self._labels(Label(name) for name in names)
        return every._replace(label=labels[kind[used]]), numbers(table["balance"])[used]

    def _labels(self, labels: Iterable[Label]) -> Numbers:
        return np.array([self.labels.setdefault(label, len(self.labels)) for label in labels], dtype=np.int64)


def _numbered(found: list[Places]) -> tuple[Numbers, Places]:
    """One number for each different place, and what each number is."""
    every = Places(*(np.concatenate(column) for column in zip(*found, strict=True)))
    people, periods = int(every.whose.max(initial=0)) + 2, int(every.period.max(initial=0)) + 1  # -1 is nobody known
    if (int(every.label.max(initial=0)) + 1) * people * periods >= _WIDEST:
        raise OverflowError("too many people and periods for one run: settle them in several buckets")
    coded = pa.array((every.label * people + every.whose + 1) * periods + every.period).dictionary_encode()
    owned, period = np.divmod(np.asarray(coded.dictionary, dtype=np.int64), periods)
    places = Places(owned // people, owned % people - 1, period)
    return np.asarray(coded.indices, dtype=np.int64), places


def _counts(plan: Plan) -> list[Counted]:
    """The accumulators of a plan, then those in which its packages count what they used."""
    own = [Counted(c.owner if is_account(c) else c.name, c.per, c.each) for c in plan.counts]
    packages = [(package.address, value_of(package, Package)) for package in plan.packages]
    used = [(used_name(at, value.per, value.each), value) for at, value in packages if value.per not in PER_CLAIM]
    return [*own, *(Counted(name, value.per, value.each) for name, value in used)]
