"""The finite space in which rules can be told apart.

Rules ask for facts, and `axes` knows the samples of each. What is no single fact (`months(a, b)`, `fee > limit`) is
sampled as if it were one. Rules are then decided on every combination, so a finding is a concrete claim, and silence
means that no combination of these samples shows a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, prod
from typing import Any

from tongchou.ground.lint.axes import COMPUTED, LADDER, Axis, Claim, axis_of, extremes_of
from tongchou.ground.lint.show import tree_text
from tongchou.ground.region import expression
from tongchou.ground.region import number as numbers
from tongchou.ground.region.expression import Tree, Unanswerable
from tongchou.ground.region.model import EVERY
from tongchou.ground.region.number import NoCell, Number
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import NUMERIC, Classes, Intervals, WordList

LIMIT = 200_000
"""So many combinations are all looked at; of more, LIMIT evenly spread ones, and a warning says so."""
_COMPUTED_CALLS = ("days", "workdays", "months", "count")


@dataclass(frozen=True)
class Hole:
    """A table without a cell for a word."""

    dimension: str
    word: str


UNDECIDED = object()
"""The answer to a rule that cannot be computed on a combination: a class that does not hold, a division by zero."""


class Question:
    """A rule made ready to be asked of combinations; each answer is found once for what it depends on."""

    def __init__(self, space: Space, rule: Tree | Number, axes: tuple[str, ...]) -> None:
        self.space, self.rule, self.axes = space, rule, axes
        self._answers: dict[tuple[Any, ...], Any] = {}

    def ask(self, claim: Claim) -> Any:
        """A bool of a condition, a number (None: no limit) of a number; `Hole` or UNDECIDED when there is none."""
        key = tuple(claim[a] for a in self.axes)
        if key not in self._answers:
            self._answers[key] = self._find(claim)
        return self._answers[key]

    def _find(self, claim: Claim) -> Any:
        names = self.space.names(claim)
        try:
            if isinstance(self.rule, tuple):
                return expression.truth(self.rule, names)
            return numbers.evaluate(self.rule, names)
        except NoCell as error:
            return Hole(error.dimension, error.word)
        except Unanswerable:
            return UNDECIDED


class Space:
    """The axes of a set of rules. Rules are put in first; then every combination can be walked."""

    def __init__(self, pack: Pack, scheme: str, kinds: tuple[str, ...] = ()) -> None:
        self.pack, self.scheme, self.kinds = pack, scheme, kinds
        self.axes: dict[str, Axis] = {}
        self._classes: dict[str, Question] = {}
        self._asked: list[str] = []
        self._inside = 0  # how many classes deep the rule is that is being put in
        self._seen_facts: set[str] = {LADDER}  # asked for by themselves
        self._seen_classes: dict[str, tuple[str, ...]] = {}  # asked for as a class: the facts behind it

    def condition(self, tree: Tree) -> Question:
        """A condition to be asked. Its facts become axes."""
        outer, self._asked = self._asked, []
        rule = self._abstract(tree)
        question = Question(self, rule, tuple(dict.fromkeys(self._asked)))
        self._asked = [*outer, *self._asked]
        return question

    def number(self, number: Number) -> Question:
        """A number to be asked. Its facts become axes."""
        self._asked = []
        rule = self._abstract_number(number)
        return Question(self, rule, tuple(dict.fromkeys(self._asked)))

    def size(self) -> int:
        return prod(max(len(self._block(names, {})), self._raw_size(names)) for names in self._components())

    def _raw_size(self, names: list[str]) -> int:
        """How many combinations a group has that is too large to be looked through; else 0."""
        size = prod(len(self.axes[name].samples()) for name in names)
        return size if size > LIMIT else 0

    def sampled(self) -> list[str]:
        """The axes whose values are samples of many more: numbers in formulas."""
        return [name for name, axis in self.axes.items() if axis.extremes]

    def walk(self, fixed: Claim | None = None) -> Iterator[dict[str, Any]]:
        """Every combination (evenly spread ones when there are too many), with some facts held fixed."""
        return _spread([self._block(names, fixed or {}) for names in self._components()])

    def _block(self, names: list[str], fixed: Claim) -> list[dict[str, Any]]:
        """The combinations of some facts, one for each view of them: facts behind a class are seen as its word."""
        samples = [[fixed[name]] if name in fixed else self.axes[name].samples() for name in names]
        classes = [name for name, facts in self._seen_classes.items() if facts and facts[0] in names]
        every = [[{name: value} for value in found] for name, found in zip(names, samples, strict=True)]
        if not classes:
            return [claim for claims in every for claim in claims]  # a fact by itself
        views: dict[tuple[Any, ...], dict[str, Any]] = {}
        for claim in _spread(every):
            facts = tuple(claim[name] for name in names if name in self._seen_facts)
            views.setdefault((*facts, *(self._word_or_none(c, claim) for c in classes)), claim)
        return list(views.values())

    def _components(self) -> list[list[str]]:
        """The facts in groups: those behind one class together."""
        group = {name: [name] for name in self.axes}
        for facts in self._seen_classes.values():
            joined = list(dict.fromkeys(n for fact in facts for n in group[fact]))
            for name in joined:
                group[name] = joined
        return list({id(names): names for names in group.values()}.values())

    def _word_or_none(self, name: str, claim: Claim) -> str | None:
        dimension = self.pack.vocabulary.dimensions[name]
        assert isinstance(dimension, Classes)
        try:
            return self._class_word(dimension, claim)
        except Unanswerable:
            return None

    def names(self, claim: Claim) -> expression.Names:
        """What a name in a rule means for a combination."""
        dimensions, indices = self.pack.vocabulary.dimensions, self.pack.vocabulary.indices

        def look_up(name: str) -> Any:
            dimension = dimensions.get(name)
            if isinstance(dimension, Intervals):
                return dimension.word(claim[dimension.of])
            if isinstance(dimension, Classes):
                return self._class_word(dimension, claim)
            if name in indices:
                return max(indices[name].values.items())[1].value
            return claim[dimension.of if dimension is not None else name]

        return look_up

    def _class_word(self, dimension: Classes, claim: Claim) -> str:
        for word, tree, _ in dimension.conditions:
            if self._of_class(dimension.name, word, tree).ask(claim) is True:
                return word
        raise Unanswerable(dimension.name)

    def _of_class(self, name: str, word: str, tree: Tree) -> Question:
        key = f"{name}={word}"
        if key not in self._classes:
            self._inside += 1
            self._classes[key] = self.condition(tree)
            self._inside -= 1
        return self._classes[key]

    def _axis(self, name: str) -> Axis:
        if name not in self.axes:
            self.axes[name] = axis_of(name, self.pack.vocabulary)
            if name == "kind" and self.kinds:
                self.axes[name].words = self.kinds
            if name == "scheme":
                schemes = tuple(self.pack.region.schemes)
                self.axes[name].words = schemes if self.scheme == EVERY else (self.scheme,)
        self._ask(name)
        return self.axes[name]

    def _ask(self, name: str) -> None:
        self._asked.append(name)
        if not self._inside:
            self._seen_facts.add(name)

    def _computed(self, tree: Tree, signed: bool) -> tuple[Axis, Tree]:
        """An axis for something that is computed from several facts."""
        name = tree_text(tree)
        axis = self.axes.setdefault(name, Axis(name, NUMERIC, signed=signed))
        self._ask(name)
        return axis, ("name", name)

    def _ask_name(self, name: str) -> Axis | None:
        """Register the facts behind a name; the axis itself when the name is a fact."""
        dimension = self.pack.vocabulary.dimensions.get(name)
        if isinstance(dimension, Classes):
            facts = [a for word, tree, _ in dimension.conditions for a in self._of_class(name, word, tree).axes]
            self._asked += facts
            if not self._inside:
                self._seen_classes[name] = tuple(dict.fromkeys(facts))
            return None
        if isinstance(dimension, Intervals):
            self._axis(dimension.of).cuts |= set(dimension.cuts)
            return None
        if isinstance(dimension, WordList):
            return self._axis(dimension.of)
        return None if name in self.pack.vocabulary.indices else self._axis(name)

    def _abstract(self, tree: Tree) -> Tree:
        """The tree with its facts registered, and what no single fact decides replaced by an axis of its own."""
        head = tree[0]
        if head == "name":
            axis = self._ask_name(tree[1])
            if axis is not None and axis.kind == NUMERIC:
                axis.extremes |= set(extremes_of(tree[1], self.pack.vocabulary))
            return tree
        if head in ("is_", "is_not", "in_", "not_in", "has"):
            self._mention(tree)
            return tree
        if head == "compare":
            return self._abstract_comparison(tree)
        if head == "call" and tree[1] in _COMPUTED_CALLS:
            axis, name = self._computed(tree, signed=False)
            axis.extremes |= set(COMPUTED)
            return name
        return (head, *(self._abstract(part) if part in expression.children(tree) else part for part in tree[1:]))

    def _mention(self, tree: Tree) -> None:
        axis = self._ask_name(tree[1][1])
        if axis is None:
            return
        words = expression.words_of(tree)
        if axis.kind == NUMERIC:
            axis.cuts |= {Fraction(w) for w in words if w.isdecimal()}
        else:
            axis.mentioned |= set(words)
            axis.marks.append(words.__contains__)

    def _abstract_comparison(self, tree: Tree) -> Tree:
        _, left, sign, right = tree
        if left[0] in ("number", "date"):
            left, sign, right = right, {">": "<", "<": ">", ">=": "<=", "<=": ">="}.get(sign, sign), left
        if right[0] not in ("number", "date"):
            axis, name = self._computed(("sub", left, right), signed=True)
            axis.cuts.add(Fraction(0))
            return ("compare", name, sign, ("number", Fraction(0)))
        if left[0] == "name":
            axis_or_none = self._ask_name(left[1])
            if axis_or_none is not None:
                axis_or_none.cuts.add(right[1])
            return ("compare", left, sign, right)
        axis, name = self._computed(left, signed=left[0] != "call")
        axis.cuts.add(right[1])
        return ("compare", name, sign, right)

    def _abstract_number(self, number: Number) -> Number:
        if isinstance(number, numbers.Formula):
            return replace(number, tree=self._abstract(number.tree))
        if isinstance(number, numbers.Table):
            cells = number.cells
            axis = self._ask_name(number.dimension)
            if axis is not None:
                axis.marks.append(lambda word: cells.index(c) if (c := numbers.cell_for(number, word)) else word)
            return self._abstract_table(number)
        if isinstance(number, numbers.Highest):
            axis = self._ask_name(number.over)
            dimension = self.pack.vocabulary.dimensions.get(number.table.dimension)
            if axis is not None and dimension is not None:
                axis.words = dimension.words
            return replace(
                number,
                table=self._abstract_table(number.table),
                plus=self._abstract_number(number.plus),
                at_most=None if number.at_most is None else self._abstract_number(number.at_most),
            )
        return number

    def _abstract_table(self, table: numbers.Table) -> numbers.Table:
        return replace(table, cells=tuple(replace(c, number=self._abstract_number(c.number)) for c in table.cells))


def _spread(blocks: list[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Every choice of one from each block, or LIMIT of them evenly spread."""
    size = prod(len(block) for block in blocks)
    step = -(-size // LIMIT)
    while gcd(step, size) != 1:  # so that no block keeps one value
        step += 1
    for index in range(0, size, step):
        claim: dict[str, Any] = {}
        for block in blocks:
            index, place = divmod(index, len(block))
            claim |= block[place]
        yield claim
