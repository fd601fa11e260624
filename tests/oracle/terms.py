"""Which articles are in force for a claim, sorted by what they speak about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from tests.oracle.facts import Names
from tests.oracle.remembered import Remembered
from tongchou.ground.region.expression import names_in
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Declared, Pack

T = TypeVar("T")


class Term:
    """One article's fact: its address for a refusal, and the attributes of its value."""

    def __init__(self, declared: Declared, item_names: frozenset[str]) -> None:
        self.address, self.name = declared.address, declared.name
        for attribute in type(declared.value).model_fields:
            setattr(self, attribute, getattr(declared.value, attribute))
        condition = getattr(declared.value, "when", None)
        self.tree = None if condition is None else condition.tree
        self.asks_item = condition is not None and any(n in item_names for n, _ in names_in(condition.tree))

    def __getattr__(self, attribute: str) -> Any:
        raise AttributeError(f"{self.address} has no {attribute}")


class Counter(NamedTuple):
    """A counter that some article names for a layer."""

    owner: str
    measure: str
    period: str
    each: str | None


SINGLE = ("takes", "deductible", "bands", "ratio", "clamp", "allocation", "rounding", "items.rounding")


@dataclass
class Terms:
    """Everything said about one layer (or about a scheme as a whole): single facts and named ones in written order."""

    single: dict[str, Term] = field(default_factory=dict)
    named: dict[str, list[Term]] = field(default_factory=dict)
    capped: dict[str, list[Term]] = field(default_factory=dict)
    remembered: dict[Any, Remembered[Any]] = field(default_factory=dict)

    def ask(self, about: Any, question: Callable[[Terms, Names, set[str]], T], names: Names, seen: set[str]) -> T:
        """What these terms say to a question, asked once for all claims that give the same facts.

        The question may look at these terms and the names, and at what it is `about`; nothing else of the claim.
        """
        known = self.remembered.get(about)
        if known is None:
            known = self.remembered[about] = Remembered(partial(question, self))
        return known.ask(names, seen)

    def one(self, kind: str) -> Term | None:
        return self.single.get(kind)

    def all(self, kind: str) -> Sequence[Term]:
        return self.named.get(kind, ())

    def caps(self, measure: str) -> Sequence[Term]:
        if measure not in self.capped:
            self.capped[measure] = [cap for cap in self.all("caps.*") if cap.of == measure]
        return self.capped[measure]


@dataclass
class Version:
    """All terms of a scheme that hold for one claim; `layers` by name, `None` for the scheme itself."""

    layers: dict[str | None, Terms] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)  # what is remarkable about it

    def of(self, layer: str | None) -> Terms:
        if layer not in self.layers:
            self.layers[layer] = Terms()
        return self.layers[layer]


class Law:
    """The articles of a scheme over time."""

    def __init__(self, pack: Pack, scheme: str) -> None:
        self.facts = [f for f in pack.facts if f.scheme == scheme]
        items = {n for n, d in pack.vocabulary.dimensions.items() if getattr(d, "of", None) == "item"}
        self.item_names = frozenset({"item", *items})
        self.change_days = {by: _change_days(f for f in self.facts if f.by == by) for by in {f.by for f in self.facts}}
        self.versions: dict[tuple[tuple[str, int], ...], Version] = {}
        self.terms: dict[int, Term] = {}
        self.named: dict[str, list[Counter]] = {}

    @property
    def dated_by_fee(self) -> bool:
        return "fee" in self.change_days

    def in_force(self, facts: Mapping[str, Any], fee_date: date | None = None) -> Version:
        """The version for these dates. Facts dated by fee belong to a line and are only there with its fee date."""
        dates = {by: fee_date if by == "fee" else facts.get(BASIS_FACT[by]) for by in self.change_days}
        key = tuple((by, bisect_right(self.change_days[by], day)) for by, day in dates.items() if day is not None)
        if key not in self.versions:
            self.versions[key] = self._choose({by: day for by, day in dates.items() if day is not None})
        return self.versions[key]

    def counters(self, layer: str) -> list[Counter]:
        """Every counter that an article of any time names for a layer, so that a new cap knows what went before.

        Caps with a condition are not among them: they count only while they apply.
        """
        if layer not in self.named:
            self.named[layer] = sorted(set(self._counters(layer)), key=str)
        return self.named[layer]

    def _counters(self, layer: str) -> Iterator[Counter]:
        for fact in self.facts:
            if fact.layer != layer or fact.kind not in ("deductible", "bands", "caps.*"):
                continue
            value: Any = fact.value
            owner = f"{fact.scheme}.{layer}" if value.pool is None else f"pool:{value.pool}"
            if fact.kind == "deductible":
                yield Counter(owner, "charged", value.per, value.each)
                if value.yearly_maximum is not None:
                    yield Counter(owner, "charged", "year", None)
            elif fact.kind == "bands":
                measure = {"expense": "entering", "above the deductible": "scaled", "amount paid": "paid"}
                yield Counter(owner, measure[value.measured_on], value.over, value.each)
            elif value.when is None:
                yield Counter(owner, value.of, value.per, value.each)

    def _choose(self, dates: Mapping[str, date]) -> Version:
        version = Version()
        for number, fact in enumerate(self.facts):
            day = dates.get(fact.by)
            if day is None or day < fact.from_date or (fact.through is not None and day > fact.through):
                continue
            term = self.terms.setdefault(number, Term(fact, self.item_names))
            version.notes |= _remarkable(fact)
            terms = version.of(fact.layer)
            if fact.kind in SINGLE:
                terms.single[fact.kind] = term
            else:
                terms.named.setdefault(fact.kind, []).append(term)
        return version


def _change_days(facts: Iterable[Declared]) -> list[date]:
    days = set()
    for fact in facts:
        days.add(fact.from_date)
        if fact.through is not None and fact.through < date.max:
            days.add(fact.through + timedelta(days=1))
    return sorted(days)


def _remarkable(fact: Declared) -> set[str]:
    notes = {f"article dated by {fact.by}"}
    if fact.supersedes is not None:
        notes.add("article that superseded another")
    if fact.through is not None:
        notes.add("article with an end")
    return notes
