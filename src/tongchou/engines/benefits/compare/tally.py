"""Add up pairs, household by household. Only sums and the largest changes are kept; two tallies merge by adding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from tongchou.engines.benefits.compare.bands import Limit, change_band, share_of
from tongchou.engines.benefits.compare.pair import DIMENSIONS, OF_PERSON, REJECTED, SETTLED, Pair, Side
from tongchou.engines.benefits.national import FUNDS
from tongchou.ground.region.pack import Pack

K = TypeVar("K")
TOP = 20
"""How many of the largest reliefs, and how many of the largest burdens, are kept."""
HOSPITAL, PERSON = "hospital", "person"
REST, TURNED_AWAY = "", "refused"
"""Where a layer stands: what no layer paid, and the fee of a claim that only this side refuses."""


class Cost(NamedTuple):
    """A payment by scheme, layer and bearer; `fund` when its layer reports to one of the national fund columns."""

    scheme: str
    layer: str
    bearer: str
    fund: bool


@dataclass
class Sum:
    """Fee, and what funds and person pay of it under A and under B (fen)."""

    fee: int = 0
    fund: list[int] = field(default_factory=lambda: [0, 0])
    cash: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, other: Sum) -> None:
        self.fee += other.fee
        for i in (0, 1):
            self.fund[i] += other.fund[i]
            self.cash[i] += other.cash[i]

    @property
    def change(self) -> int:
        """Of cash: negative is a relief."""
        return self.cash[1] - self.cash[0]


@dataclass
class Group(Sum):
    """People of one group, a person once for each insurance year; `gain` and `loss` are sums of changes of cash."""

    people: int = 0
    better: int = 0
    worse: int = 0
    gain: int = 0
    loss: int = 0

    def count(self, one: Sum) -> None:
        """One more person."""
        self.add(one)
        self.people += 1
        self.better += one.change < 0
        self.worse += one.change > 0
        self.gain -= min(one.change, 0)
        self.loss += max(one.change, 0)

    def merge(self, other: Group) -> None:
        self.add(other)
        for name in ("people", "better", "worse", "gain", "loss"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Person(Sum):
    """One person in one insurance year, while the household is at hand."""

    claims: int = 0
    parts: dict[tuple[str, str], Sum] = field(default_factory=dict)
    relief: tuple[int, str] | None = None  # the claim whose cash falls most
    burden: tuple[int, str] | None = None  # and the one whose cash rises most


class Change(NamedTuple):
    """One person's year, with the claim in which most of the change arises."""

    person_id: str
    year: int
    household: str
    claim_id: str
    fee: int
    cash: tuple[int, int]

    @property
    def amount(self) -> int:
        return self.cash[1] - self.cash[0]


class Heavy(NamedTuple):
    """People above a limit under A, under B, under both; and how far above (fen) under A and B."""

    a: int = 0
    b: int = 0
    both: int = 0
    over_a: int = 0
    over_b: int = 0


class Tally:
    """The sums of a comparison. `packs` name the layers; `limits` are those of heavy spending."""

    def __init__(self, a: Pack, b: Pack, limits: Sequence[Limit] = ()) -> None:
        self.limits = tuple(limits)
        self._layers = [_layers(a), _layers(b)]
        self.claims: dict[tuple[str, str], list[int]] = {}  # status under A and B -> claims and their fee
        self.costs: dict[Cost, list[int]] = {}
        self.all = Group()
        self.groups: dict[str, dict[str, Group]] = {name: {} for name in DIMENSIONS}
        self.changes: Counter[int] = Counter()
        self.change_sums: Counter[int] = Counter()
        self.shares: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
        self.heavy = [Heavy() for _ in self.limits]
        self.unknown_years: Counter[int] = Counter()  # limit -> people in years without a value of its index
        self.gains: list[Change] = []
        self.losses: list[Change] = []
        self.turned: dict[tuple[str, str, str], list[int]] = {}  # status under A and B, reason -> claims and their fee

    def add(self, pairs: Sequence[Pair]) -> list[tuple[tuple[str, int], Person]]:
        """One household, whole. The people in it, in case somebody writes them down."""
        people: dict[tuple[str, int], Person] = {}
        for pair in pairs:
            if not pair.visit.year_end:
                self._claim(pair)
            if pair.counts:
                self._spent(pair, people)
        for (name, year), person in people.items():
            self._person(person, year)
            self._largest(pairs[0].visit.household, name, year, person)
        return list(people.items())

    def merge(self, other: Tally) -> None:
        """Add what another tally of other households has."""
        _add(self.claims, other.claims)
        _add(self.turned, other.turned)
        _add(self.costs, other.costs)
        self.all.merge(other.all)
        for dimension, groups in other.groups.items():
            for word, group in groups.items():
                self.groups[dimension].setdefault(word, Group()).merge(group)
        self.changes += other.changes
        self.change_sums.update(other.change_sums)
        self.unknown_years += other.unknown_years
        for i in (0, 1):
            self.shares[i].update(other.shares[i])
        self.heavy = [
            Heavy(*(x + y for x, y in zip(h, o, strict=True))) for h, o in zip(self.heavy, other.heavy, strict=True)
        ]
        self.gains, self.losses = _top(self.gains + other.gains), _top(self.losses + other.losses)

    def _claim(self, pair: Pair) -> None:
        found = self.claims.setdefault((pair.a.status, pair.b.status), [0, 0])
        found[0] += 1
        found[1] += pair.visit.fee
        if pair.a.status != pair.b.status or REJECTED in (pair.a.status, pair.b.status):
            why = (pair.b if pair.a.status == SETTLED else pair.a).reason or ""
            turned = self.turned.setdefault((pair.a.status, pair.b.status, why), [0, 0])
            turned[0] += 1
            turned[1] += pair.visit.fee

    def _spent(self, pair: Pair, people: dict[tuple[str, int], Person]) -> None:
        visit = pair.visit
        person = people.setdefault((visit.person_id, visit.year), Person())
        funds = [self._cost(i, visit.groups["scheme"], side) for i, side in enumerate((pair.a, pair.b))]
        one = Sum(visit.fee, funds, [pair.a.cash, pair.b.cash])
        person.add(one)
        person.claims += not visit.year_end
        for name in DIMENSIONS:
            # A person's own groups are those of the first visit; later ones do not move anybody.
            known = next((part for part in person.parts if part[0] == name), None) if name in OF_PERSON else None
            person.parts.setdefault(known or (name, visit.groups[name]), Sum()).add(one)
        place = (one.change, visit.claim_id)
        person.relief = min(person.relief or place, place)
        person.burden = max(person.burden or place, place, key=lambda at: (at[0], at[1]))

    def _cost(self, i: int, scheme: str, side: Side) -> int:
        """Book what one side pays; the part that is the funds'."""
        for layer, amount in side.paid.items():
            self._book(i, Cost(scheme, layer, *self._layers[i][scheme, layer]), amount)
        self._book(i, Cost(scheme, REST, HOSPITAL, False), side.hospital)
        self._book(i, Cost(scheme, REST if side.status == SETTLED else TURNED_AWAY, PERSON, False), side.cash)
        return self.funds(i, scheme, side)

    def funds(self, i: int, scheme: str, side: Side) -> int:
        """What the funds pay under policy A (`i` = 0) or B (1), fen: the layers of a national fund column."""
        return sum(amount for layer, amount in side.paid.items() if self._layers[i][scheme, layer][1])

    def _book(self, i: int, cost: Cost, amount: int) -> None:
        if amount:
            self.costs.setdefault(cost, [0, 0])[i] += amount

    def _person(self, person: Person, year: int) -> None:
        self.all.count(person)
        for (name, word), one in person.parts.items():
            self.groups[name].setdefault(word, Group()).count(one)
        band = change_band(person.change)
        self.changes[band] += 1
        self.change_sums[band] += person.change
        if person.fee:
            for i in (0, 1):
                self.shares[i][share_of(person.cash[i], person.fee)] += 1
        for i, limit in enumerate(self.limits):
            self._heavy(i, limit, year, person.cash)

    def _heavy(self, i: int, limit: Limit, year: int, cash: Sequence[int]) -> None:
        at = limit.at(year)
        if at is None:
            self.unknown_years[i] += 1
            return
        a, b = (max(0, amount - int(at)) for amount in cash)  # whole fen are above a fraction when above its floor
        more = (a > 0, b > 0, a > 0 and b > 0, a, b)
        self.heavy[i] = Heavy(*(x + y for x, y in zip(self.heavy[i], more, strict=True)))

    def _largest(self, household: str, name: str, year: int, person: Person) -> None:
        if not person.change:
            return
        kept, place = (self.gains, person.relief) if person.change < 0 else (self.losses, person.burden)
        assert place is not None, "whose cash changed has a claim"
        kept.append(Change(name, year, household, place[1], person.fee, (person.cash[0], person.cash[1])))
        if len(kept) > 4 * TOP:
            kept[:] = _top(kept)

    def top(self) -> tuple[list[Change], list[Change]]:
        """The largest reliefs and the largest burdens, the largest first."""
        return _top(self.gains), _top(self.losses)


def _top(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (-abs(change.amount), change.person_id, change.year))[:TOP]


def _layers(pack: Pack) -> dict[tuple[str, str], tuple[str, bool]]:
    """Scheme and layer → who bears it and whether it is a fund's; an account or a hospital is named by its column."""
    found = {}
    for scheme, layers in pack.layers.items():
        for name, layer in layers.items():
            bearer = {"acct_pay": "account", "hosp_part_amt": HOSPITAL}.get(layer.field, layer.bearer)
            found[scheme, name] = (bearer, layer.field in FUNDS)
    return found


def _add(own: dict[K, list[int]], more: Mapping[K, list[int]]) -> None:
    for key, values in more.items():
        kept = own.setdefault(key, [0] * len(values))
        kept[:] = [x + y for x, y in zip(kept, values, strict=True)]
