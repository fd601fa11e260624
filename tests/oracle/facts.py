"""What a name in a rule means for one claim: facts, words of dimensions, indices, and item words where asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.claim import PARTS
from tongchou.ground.dates import age_on, workdays_between
from tongchou.ground.region import expression, number
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import LINE_FACTS, Classes, Intervals, WordList

Names = Callable[[str], Any]
Rests = dict[str, frozenset[str]]
COMPUTED_FEN = frozenset(("total_fee", *PARTS))
"""Facts that nobody brings: computed in fen, and asked for in yuan."""
DERIVED = {"age": {"birth_date"}, "stay_days": {"admitted", "discharged"}}


class Refused(Exception):
    """The claim is not settled: under the article `guard`, or because of the problem `code`."""

    def __init__(self, guard: str | None = None, code: str | None = None, about: str | None = None) -> None:
        super().__init__(f"{guard or code} {about}")
        self.guard, self.code = guard, code


class Facts:
    """Names of one claim. `known` are the facts that came with it and what has been computed so far."""

    def __init__(
        self, pack: Pack, known: dict[str, Any], basis_date: date, year: int, seen: set[str], rests: Rests
    ) -> None:
        self.pack, self.known, self.basis_date, self.year, self.seen = pack, known, basis_date, year, seen
        self.rests, self.answers = rests, dict[str, Any]()
        self.no_line = dict.fromkeys(LINE_FACTS.intersection(known))

    def __call__(self, name: str) -> Any:
        if name not in self.answers:
            self.answers[name] = self._answer(name, self.known)
        return self.answers[name]

    def learn(self, **facts: Any) -> None:
        """Facts computed on the way; answers that rest on what has changed are forgotten."""
        self.known.update(facts)
        if self.answers:
            stay = facts.keys().isdisjoint
            self.answers = {n: a for n, a in self.answers.items() if stay(rests_on(n, self.pack, self.rests))}

    def for_line(self, line_facts: Mapping[str, Any]) -> Names:
        """The same names seen from one line; what the claim itself says about lines does not count."""
        known = {**self.known, **self.no_line, **line_facts}
        return lambda name: self._answer(name, known)

    def for_item(self, item: str | None) -> Names:
        """The same names for one item group."""
        dimensions = self.pack.vocabulary.dimensions

        def answer(name: str) -> Any:
            if name == "item" or getattr(dimensions.get(name), "of", None) == "item":
                return self._answer(name, {"item": item})
            return self(name)

        return answer

    def _answer(self, name: str, known: Mapping[str, Any]) -> Any:
        vocabulary = self.pack.vocabulary
        dimension = vocabulary.dimensions.get(name)
        if isinstance(dimension, WordList):
            word = str(self._fact(dimension.of, known))
            if word not in dimension.words:
                raise Refused(code="C004")
            return word
        if isinstance(dimension, Intervals):
            return dimension.word(Fraction(self._fact(dimension.of, known)))
        if isinstance(dimension, Classes):
            return self._class(dimension, known)
        if name in vocabulary.indices:
            value = vocabulary.indices[name].at(str(self.year), known.get("settled"))
            if value is None:
                raise Refused(code="C016")
            return value.value
        if name == "workdays":
            return lambda start, end: workdays_between(start, end, vocabulary.calendar)
        return self._fact(name, known)

    def _fact(self, name: str, known: Mapping[str, Any]) -> Any:
        if known.get(name) is not None:
            return Fraction(known[name], 100) if name in COMPUTED_FEN else known[name]
        if name == "age" and "birth_date" in known:
            return self.age_on(self.basis_date, known)
        if name == "stay_days" and "admitted" in known and "discharged" in known:
            return (known["discharged"] - known["admitted"]).days
        raise Refused(code="C003", about=name)

    @staticmethod
    def age_on(day: date, known: Mapping[str, Any]) -> int:
        if known["birth_date"] > day:
            raise Refused(code="C034")
        return age_on(known["birth_date"], day)

    def _class(self, classes: Classes, known: Mapping[str, Any]) -> str:
        """The one word whose condition holds, the person being looked at on the date `on`."""
        names: Names = lambda name: self._answer(name, known)  # noqa: E731 (one name, two meanings)
        if classes.on is not None and "birth_date" in known:
            on = self._fact(classes.on, known)
            self.seen.add("class on another date")
            then = {**known, "age": self.age_on(on, known)}
            names = lambda name: self._answer(name, then)  # noqa: E731 (one name, two meanings)
        self.seen.add("class of a person")
        true = [word for word, tree, _ in classes.conditions if holds(tree, names)]
        if len(true) != 1:
            raise Refused(code="C014" if true else "C015")
        return true[0]


def rests_on(name: str, pack: Pack, known: Rests) -> frozenset[str]:
    """Every fact that can change what a name means; `known` keeps what was found out about this pack."""
    if name not in known:
        dimension, index = pack.vocabulary.dimensions.get(name), pack.vocabulary.indices.get(name)
        further = {"settled"} if index is not None else DERIVED.get(name, set())
        if isinstance(dimension, Classes):
            asked = {n for _, tree, _ in dimension.conditions for n, _ in expression.names_in(tree)}
            further = {*asked, "birth_date", *([dimension.on] if dimension.on is not None else [])}
        elif dimension is not None:
            further = {dimension.of}
        known[name] = frozenset({name}).union(*(rests_on(n, pack, known) for n in further if n != name))
    return known[name]


def holds(tree: expression.Tree | None, names: Names) -> bool:
    """Whether a condition holds; no condition always does."""
    if tree is None:
        return True
    try:
        return expression.truth(tree, names)
    except expression.Unanswerable:
        raise Refused(code="C006") from None


def exact(value: number.Number, names: Names, seen: set[str] | None = None) -> Fraction | None:
    """A number of policy, None for no limit. `seen` hears what kinds of number were met."""
    if isinstance(value, number.Literal):
        return value.value
    while isinstance(value, number.Table):
        cell = _cell(value, str(names(value.dimension)))
        if seen is not None:
            seen.add("number of a table")
            if cell.cite is not None:
                seen.add("cell re-set by another article")
            if isinstance(cell.number, number.Table):
                seen.add("table within a table")
        value = cell.number
    if isinstance(value, number.Literal):
        return value.value
    if seen is not None:
        if isinstance(value, number.Highest):
            seen.add("highest of several diseases" if len(names(value.over)) > 1 else "one disease of a list")
        else:
            seen.update(f"formula of {name}" for name, _ in expression.names_in(value.tree))
    try:
        return number.evaluate(value, names)
    except number.NoCell:
        raise Refused(code="C005") from None
    except expression.Unanswerable:
        raise Refused(code="C006") from None


def _cell(table: number.Table, word: str) -> number.Cell:
    """The cell of a word, or that of all others."""
    for cell in table.cells:
        if word in cell.words:
            return cell
    for cell in table.cells:
        if cell.words[0] in number.OTHERS:
            return cell
    raise Refused(code="C005")
