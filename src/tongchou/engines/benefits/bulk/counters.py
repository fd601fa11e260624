"""Every accumulator that a run meets as a place in one array, so that the loop finds it without a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.accounts import owners
from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers, index_in, numbers, sums
from tongchou.engines.benefits.bulk.groups import Group
from tongchou.engines.benefits.bulk.kept_apart import KeptApart
from tongchou.engines.benefits.bulk.periods import STAY_LIKE, Periods
from tongchou.engines.benefits.bulk.visits import Visits
from tongchou.engines.benefits.from_tables import account_kinds
from tongchou.engines.benefits.packages import used_name
from tongchou.engines.benefits.plan import PER_CLAIM, Plan, is_account
from tongchou.engines.benefits.values import value_of
from tongchou.ground.region.model import Package

STAY, STAYS, ACCOUNT = "stay", "stays", "account:"
_WHOSE = (None, "household", "person")
_PERSON, _HOME, _OWNER = range(3)
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


class _Spec(NamedTuple):
    """An accumulator of all visits of a group: its label, whose it is, the row of its period, and of what is added to
    the label by visit (-1: nothing)."""

    label: int
    whose: int
    period: int = 0
    by_visit: int = -1


_NOWHERE = _Spec(-1, _PERSON)


class Places(NamedTuple):
    """What is kept somewhere: its label, whose it is (a row of persons, or the number of a household), its period."""

    label: Numbers
    whose: Numbers
    period: Numbers


@dataclass
class Slots:
    """`slots[start[i] : …]`: the places of visit i's accumulators in the order of its plan (`counts_of`), before them
    those of `loop.STAYS` and `loop.STAY`; where it does not look, there may be none (-1). `accounts[i]`: those of its
    person. `opening`: what stands in a place before the first claim (an account as minus its balance, fen).

    `places`: what each place is, by number of `labels` and of `periods`, whose names stand there piece by piece.
    """

    slots: Numbers
    start: Numbers
    accounts: Numbers
    opening: Numbers
    places: Places
    labels: list[Label]
    periods: list[pa.Array]


def slots_of(
    groups: list[Group],
    claims: Claims,
    claim: Numbers,
    tables: Mapping[str, pa.Table],
    apart: KeptApart,
    visits: Visits,
    run: Any,
) -> Slots:
    """Places for the visits of these groups, all of which have been looked up (`visits`); `claim` is the claim of each
    visit, counted from 0. `run`: the passes.

    First come the accounts, everybody's of every kind; then what else is counted, as it first comes up.
    """
    counters = _Counters(claims, Periods(claims, claim, _ask_for_stays(groups, claim, visits)), apart)
    accounts, opening = counters.accounts(tables)
    stays = [counters.stays(), counters.stay()]
    looked = {count.name for each in groups for count in _looked_at(each, visits)}
    specs = [stays, *([*stays, *counters.all_of(each, looked)] for each in groups)]
    group = np.zeros(claims.count, dtype=np.int64)
    for number, each in enumerate(groups, 1):
        group[each.claims] = number
    width = np.array([len(own) for own in specs])
    start = sums(width[group])
    place, places = _numbered(counters, specs, group, start, accounts, run)
    return Slots(
        place,
        start[:-1] + len(stays),
        counters.account(np.arange(len(counters.kinds)), claims.person[:, None]),
        np.append(opening, np.zeros(len(places.label) - len(opening), dtype=np.int64)),
        places,
        list(counters.labels),
        counters.periods.texts,
    )


@dataclass
class _Counters:
    """Labels are numbered as they come up, those of the kinds of accounts before all others."""

    claims: Claims
    periods: Periods
    apart: KeptApart

    def __post_init__(self) -> None:
        self.kinds = account_kinds(self.claims.pack)
        self.labels = {Label(f"{ACCOUNT}{kind}"): number for number, kind in enumerate(self.kinds)}
        self.by_period: list[Numbers] = []
        self.by_visit: list[Numbers] = []
        self._period_at: dict[str, int] = {}

    @cached_property
    def drawn_on(self) -> Numbers:
        """Whose account each visit draws on."""
        return owners(self.claims)

    def all_of(self, group: Group, looked: Collection[str]) -> list[_Spec]:
        """The accumulators of every visit of a group; nowhere those at which nobody looks."""
        return [self.of(group, count) if count.name in looked else _NOWHERE for count in counts_of(group.plan)]

    def of(self, group: Group, count: Counted) -> _Spec:
        """One accumulator of every visit of a group."""
        if count.name.startswith(ACCOUNT):
            return _Spec(self.labels[Label(count.name)], _OWNER)
        home = count.each == "household"
        whose, period = (_HOME if home else _PERSON), self._period(count.per)
        if count.each in _WHOSE:
            return _Spec(self._label(Label(count.name, home)), whose, period)
        texts, text = self.apart.texts(group, count.each or "")
        label = np.zeros(self.claims.count, dtype=np.int64)
        label[group.claims] = np.array([self._label(Label(count.name, home, each)) for each in texts])[text]
        return _Spec(0, whose, period, self._by_visit(label))

    def stays(self) -> _Spec:
        """The number of stays of every visit's person and year."""
        return _Spec(self._label(Label(STAYS)), _PERSON, self._period("year"))

    def stay(self) -> _Spec:
        """The number among them of every visit's stay."""
        years = self.claims.years
        labels = np.array([self._label(Label(STAY, each=str(year))) for year in years.values], dtype=np.int64)
        return _Spec(0, _PERSON, self._period("stay"), self._by_visit(labels[years.kinds.of]))

    def account(self, kind: int | Numbers, whose: Numbers) -> Numbers:
        """The places of the accounts of these people. Nothing is settled with that of somebody unknown."""
        return np.asarray(kind * len(self.claims.persons) + np.maximum(whose, 0))

    def accounts(self, tables: Mapping[str, pa.Table]) -> tuple[Places, Numbers]:
        """Everybody's account of every kind, and minus what the tables say that it holds (fen)."""
        people = len(self.claims.persons)
        kind, whose = np.divmod(np.arange(len(self.kinds) * people), max(1, people))
        opening, table = np.zeros(len(kind), dtype=np.int64), tables.get("accounts")
        if table is not None and len(kind):
            known = index_in(table["kind"], pa.array(self.kinds))
            person = self.claims.joins.person("accounts")
            used = known >= 0
            np.add.at(opening, self.account(known[used], person[used]), -numbers(table["balance"])[used])
        return Places(kind, whose, np.full(len(kind), self.periods.ever)), opening

    def _label(self, label: Label) -> int:
        return self.labels.setdefault(label, len(self.labels))

    def _period(self, per: str) -> int:
        """The row of `by_period` with the period of every visit."""
        if per not in self._period_at:
            self._period_at[per] = len(self.by_period)
            self.by_period.append(self.periods.of(per))
        return self._period_at[per]

    def _by_visit(self, label: Numbers) -> int:
        self.by_visit.append(label)
        return len(self.by_visit) - 1


def _numbered(
    counters: _Counters, specs: list[list[_Spec]], group: Numbers, start: Numbers, accounts: Places, run: Any
) -> tuple[Numbers, Places]:
    """The place of every accumulator of every visit, and what each place is: the accounts, then what else is counted.

    `specs` are those of each group, `start` has the first accumulator of every visit.
    """
    claims, periods = counters.claims, np.stack(counters.by_period)
    people, wide = int(max(len(claims.persons), claims.home.max(initial=0) + 1)) + 1, int(periods.max(initial=0)) + 1
    if len(counters.labels) * people * wide >= _WIDEST:
        raise OverflowError("too many people and periods for one run: settle them in several buckets")
    subjects = np.stack([claims.person, claims.home, counters.drawn_on])
    labels = np.stack(counters.by_visit)
    most = int(np.bincount(claims.home, np.diff(start)).max(initial=1))
    known, owner, number = np.full((3, 2 << most.bit_length()), -1, dtype=np.int64)
    place = np.empty(int(start[-1]), dtype=np.int64)
    found = np.empty((3, len(accounts.label) + len(place)), dtype=np.int64)
    found[:, : len(accounts.label)] = accounts
    spec_start = sums(np.array([len(own) for own in specs]))
    flat = np.array([spec for own in specs for spec in own], dtype=np.int64)
    count = run.number_places(
        group, flat, spec_start, subjects, periods, labels, people, wide, len(claims.persons), len(accounts.label),
        start, known, owner, number, place, found,
    )  # fmt: skip
    return place, Places(*found[:, :count])


def _looked_at(group: Group, visits: Visits) -> list[Counted]:
    """The accumulators of a plan without those of packages that held for no visit."""
    held, own = visits.held.get(id(group.plan), ()), len(group.plan.counts)
    return [count for at, count in enumerate(counts_of(group.plan)) if at < own or at in held]


def _ask_for_stays(groups: list[Group], claim: Numbers, visits: Visits) -> Flags:
    """Visits of claims that count by their stay or its episode, or look at its number."""
    asked = np.zeros(int(claim.max(initial=-1)) + 1, dtype=bool)
    for group in groups:
        counted = any(count.per in STAY_LIKE for count in _looked_at(group, visits))
        if counted or group.nth_edges or visits.is_stay(group.plan):
            asked[claim[group.claims]] = True
    return asked[claim]


def counts_of(plan: Plan) -> list[Counted]:
    """The accumulators of a plan, then those in which its packages count what they used."""
    own = [Counted(c.owner if is_account(c) else c.name, c.per, c.each) for c in plan.counts]
    packages = [(package.address, value_of(package, Package)) for package in plan.packages]
    used = [(used_name(at, value.per, value.each), value) for at, value in packages if value.per not in PER_CLAIM]
    return [*own, *(Counted(name, value.per, value.each) for name, value in used)]
