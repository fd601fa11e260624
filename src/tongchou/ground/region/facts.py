"""The facts of one claim as the declaration asks for them: words of vocabularies, numbers, dates, indices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.ground.dates import age_on, workdays_between
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region import expression
from tongchou.ground.region.model import Condition
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import DATE, LIST, NUMERIC, Classes, Index, Intervals, WordList

MISSING = object()


class Facts:
    """Names to values for one claim. Every name is looked up once; a missing one is an error, never a default.

    Facts may lie on top of others. A name that nothing on top can change is answered below, once for all who ask.
    """

    def __init__(
        self, pack: Pack, given: Mapping[str, Any], year: str, basis_date: date, below: Facts | None = None
    ) -> None:
        self.pack, self.year, self.basis_date = pack, year, basis_date
        self._given, self._below = given, below
        self._known: dict[str, Any] = {}
        self._homes: dict[str, Facts] = {}
        self._reads: dict[str, None] | None = None

    def __call__(self, name: str) -> Any:
        home = self._home(name)
        if name not in home._known:
            reads, home._reads = home._reads, None  # what a derived name looks at here is told by its own value
            try:
                home._known[name] = home._find(name)
            finally:
                home._reads = reads
        return home._known[name]

    def _home(self, name: str) -> Facts:
        """The lowest facts on which no other fact that lies on top has a say in this name."""
        home = self if name in self._known else self._homes.get(name)
        if home is None:
            roots, home = self.pack.vocabulary.roots(name), self
            while home._below is not None and roots.isdisjoint(home._given):
                home = home._below
            if home is not self:  # facts that knew themselves would wait for the collector
                self._homes[name] = home
        if home is self:
            self._note(name)
            return self
        facts: Facts | None = self
        while facts is not None:  # whoever records hears of it, down to where the answer is
            if facts._reads is not None:
                facts._note(name)
            facts = facts._below if facts is not home else None
        return home

    def _note(self, name: str) -> None:
        if self._reads is not None and name != "workdays":
            self._reads[name] = None

    def peek(self, name: str) -> Any:
        """The value of a name, or None when these facts do not answer it. For those who do not record."""
        home = self._home(name)
        if name not in home._known:
            try:
                home._known[name] = home._find(name)
            except (ProblemError, expression.Unanswerable):
                return None
        return home._known[name]

    @contextmanager
    def recording(self) -> Iterator[dict[str, None]]:
        """Gathers every name these facts are asked for meanwhile, in this order, also by facts on top of them.

        What facts on top give themselves is not counted.
        """
        reads: dict[str, None] = {}
        before, self._reads = self._reads, reads
        try:
            yield reads
        finally:
            self._reads = before

    def has(self, name: str) -> bool:
        self._note(name)
        return name in self._given or (self._below is not None and self._below.has(name))

    def word(self, name: str) -> str:
        return str(self(name))

    def holds(self, when: Condition | None) -> bool:
        return when is None or expression.truth(when.tree, self)

    def with_facts(self, more: Mapping[str, Any]) -> Facts:
        """The same claim seen with other facts on top: a line, an item group, a layer's own entitlement."""
        return Facts(self.pack, more, self.year, self.basis_date, self) if more else self

    def in_year(self, year: str, basis_date: date, more: Mapping[str, Any]) -> Facts:
        """The same claim placed in another insurance year: one part of a stay that crosses the year end."""
        return Facts(self.pack, {**self._all_given(), **more}, year, basis_date)

    def _all_given(self) -> dict[str, Any]:
        below = self._below._all_given() if self._below is not None else {}
        return {**below, **self._given}

    def _lookup(self, name: str) -> Any:
        """What the claim says under this name, the facts on top first."""
        facts: Facts | None = self
        while facts is not None:
            if name in facts._given:
                return facts._given[name]
            facts = facts._below
        return MISSING

    def _find(self, name: str) -> Any:
        vocabulary = self.pack.vocabulary
        dimension = vocabulary.dimensions.get(name)
        if isinstance(dimension, WordList):
            return self._list_word(dimension)
        if isinstance(dimension, Intervals):
            value = self(dimension.of) if dimension.of != name else self._raw(name)
            return dimension.word(Fraction(value))
        if isinstance(dimension, Classes):
            return self._class_word(dimension)
        if name in vocabulary.indices:
            return self._index(vocabulary.indices[name])
        return self._raw(name)

    def _list_word(self, dimension: WordList) -> str:
        raw = self._raw(dimension.of)
        if isinstance(raw, tuple):
            return raw  # type: ignore[return-value]  # a list fact keeps its words; tables over it use `highest`
        if str(raw) not in dimension.words:
            raise fail("C004", value=raw, name=dimension.name, known="、".join(dimension.words))
        return str(raw)

    def _class_word(self, dimension: Classes) -> str:
        facts = self if dimension.on is None else self._looked_at_on(self(dimension.on))
        fitting = [word for word, tree, _ in dimension.conditions if expression.truth(tree, facts)]
        if len(fitting) > 1:
            raise fail("C014", name=dimension.name, words="、".join(fitting))
        if not fitting:
            raise fail("C015", name=dimension.name)
        return fitting[0]

    def _looked_at_on(self, day: date) -> Facts:
        return Facts(self.pack, {k: v for k, v in self._all_given().items() if k != "age"}, self.year, day)

    def _index(self, index: Index) -> Fraction:
        settled = self._lookup("settled")
        known_on = self.basis_date if settled is MISSING or settled is None else settled
        found = index.at(self.year, self.pack.known_on or known_on)
        if found is None:
            raise fail("C016", name=index.name, year=self.year)
        return found.value

    def _raw(self, name: str) -> Any:
        given = self._lookup(name)
        if given is not MISSING:
            return self._typed(name, given)
        if name == "age":
            return self._age(self("birth_date"))
        if name == "stay_days":
            return Fraction(max(1, (self("discharged") - self("admitted")).days))
        if name == "workdays":
            return lambda start, end: workdays_between(start, end, self.pack.vocabulary.calendar)
        if name == "diseases" and self._lookup("disease") is not MISSING:
            return (str(self._lookup("disease")),)
        raise fail("C003", name=name)

    def _age(self, birth: date) -> Fraction:
        if birth > self.basis_date:
            raise fail("C034", birth=birth, day=self.basis_date)
        return Fraction(age_on(birth, self.basis_date))

    def _typed(self, name: str, value: Any) -> Any:
        kind = self.pack.vocabulary.kind_of_fact(name)
        if kind == NUMERIC and not isinstance(value, Fraction):
            return self._convert(name, value, Fraction)
        if kind == DATE and not isinstance(value, date):
            return self._convert(name, value, date.fromisoformat)
        if isinstance(value, list):
            return tuple(value)
        if kind == LIST and isinstance(value, str):
            return tuple(w.strip() for w in value.replace("、", ",").split(",") if w.strip())
        return value

    @staticmethod
    def _convert(name: str, value: Any, convert: Any) -> Any:
        """Text as a number of policy or a date. Anything else is refused: `1e999999999` must not be computed."""
        try:
            if convert is Fraction and isinstance(value, str):
                if expression.LITERAL.fullmatch(value) is None:
                    raise ValueError(value)
                return expression.literal(value)
            return convert(value)
        except (ValueError, TypeError, OverflowError, expression.Unreadable):
            raise fail("C004", value=value, name=name, known="-") from None
