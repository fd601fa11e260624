"""The closed words of a region: lists, ordered intervals, classes computed from facts, dated indices, own facts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tongchou.ground.dates import Calendar
from tongchou.ground.errors import Place
from tongchou.ground.region.expression import Tree, names_in

NUMERIC, DATE, WORD, LIST = "number", "date", "word", "list"

STANDARD_FACTS: dict[str, str] = {
    "scheme": WORD,
    "kind": WORD,
    "place": WORD,
    "level": WORD,
    "provider": WORD,
    "status": WORD,
    "category": WORD,
    "sex": WORD,
    "disease": WORD,
    "diseases": LIST,
    "referral": WORD,
    "filing": WORD,
    "third_party": WORD,
    "account_use": WORD,
    "option": WORD,
    "entitlement": WORD,
    "entitlement_reason": WORD,
    "age": NUMERIC,
    "months": NUMERIC,
    "stay_days": NUMERIC,
    "nth": NUMERIC,
    "total_fee": NUMERIC,
    "full_self_pay": NUMERIC,
    "over_limit": NUMERIC,
    "first_self_pay": NUMERIC,
    "in_scope": NUMERIC,
    "birth_date": DATE,
    "retired_on": DATE,
    "enrolled_on": DATE,
    "paid_on": DATE,
    "resumed": WORD,
    "admitted": DATE,
    "discharged": DATE,
    "settled": DATE,
    "item": WORD,
    "class": WORD,
    "fee_kind": WORD,
    "national_code": WORD,
    "hospital_code": WORD,
    "unit_price": NUMERIC,
    "limited_use": WORD,
    "approved": WORD,
    "in_disease_scope": WORD,
    "fee_date": DATE,
}
"""Facts every claim can carry, by kind. Money facts read in yuan inside formulas. Days are days, age whole years."""

_DERIVED = {"age": ("birth_date",), "stay_days": ("admitted", "discharged"), "diseases": ("disease",)}
"""Standard facts that follow from others when a claim does not give them."""

LINE_FACTS = frozenset(
    "item class fee_kind national_code hospital_code unit_price limited_use approved in_disease_scope fee_date".split()
)
"""Facts of a line. A rule that asks for one of them is an item rule or splits pots by item group."""


@dataclass(frozen=True)
class WordList:
    name: str
    of: str
    words: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Intervals:
    """Half-open intervals between cuts: words[i] is cuts[i-1] <= value < cuts[i]."""

    name: str
    of: str
    cuts: tuple[Fraction, ...]
    words: tuple[str, ...]
    place: Place

    def word(self, value: Fraction) -> str:
        return self.words[bisect_right(self.cuts, value)]


@dataclass(frozen=True)
class Classes:
    """Words defined by conditions; exactly one holds for anybody, which lint proves by enumeration."""

    name: str
    conditions: tuple[tuple[str, Tree, str], ...]  # word, condition, its text
    on: str | None  # the date fact on which person facts are looked at; None: the basis date of the claim
    place: Place

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for word, _, _ in self.conditions)


@dataclass(frozen=True)
class IndexValue:
    value: Fraction
    published: date | None
    cite: str | None
    place: Place


@dataclass(frozen=True)
class Index:
    """A yearly figure such as the average wage, by insurance year.

    Before the year's own value is published the last published one carries forward, when `carry` says so.
    """

    name: str
    carry: bool
    values: Mapping[str, IndexValue]
    place: Place

    def at(self, year: str | int, known_on: date | None) -> IndexValue | None:
        """The value for an insurance year as known on a date; None: nothing known."""
        year = str(year)
        known = {
            y: v for y, v in self.values.items() if known_on is None or v.published is None or v.published <= known_on
        }
        if year in known:
            return known[year]
        earlier = [y for y in known if y < year]
        return known[max(earlier)] if self.carry and earlier else None


Dimension = WordList | Intervals | Classes


@dataclass(frozen=True)
class Vocabulary:
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    indices: Mapping[str, Index] = field(default_factory=dict)
    own_facts: Mapping[str, str] = field(default_factory=dict)  # name -> kind
    calendar: Calendar = field(default_factory=Calendar)
    _roots: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def kind_of_fact(self, name: str) -> str | None:
        return self.own_facts.get(name) or STANDARD_FACTS.get(name)

    def knows(self, name: str) -> bool:
        return name in self.dimensions or name in self.indices or self.kind_of_fact(name) is not None

    def names(self) -> list[str]:
        return sorted({*self.dimensions, *self.indices, *self.own_facts, *STANDARD_FACTS})

    def roots(self, name: str) -> frozenset[str]:
        """The name and every other that its value may follow from: `年龄段` from age, age from birth_date."""
        found = self._roots.get(name)
        if found is None:
            found = self._roots[name] = frozenset(self._closure(name))
        return found

    def _closure(self, name: str) -> set[str]:
        found, waiting = set(), [name]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += self._sources(at)
        return found

    def _sources(self, name: str) -> list[str]:
        dimension = self.dimensions.get(name)
        if isinstance(dimension, Classes):
            asked = [n for _, tree, _ in dimension.conditions for n, _ in names_in(tree)]
            return asked if dimension.on is None else [*asked, dimension.on]
        if dimension is not None:
            return [dimension.of]
        return list(_DERIVED.get(name, ("settled",) if name in self.indices else ()))
