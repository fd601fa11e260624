"""What a declaration looks at: which facts as they are, and which only by the side of a line they fall on.

Claims alike in all of it share their numbers. An age that is only ever compared with 18 and 60 tells three people
apart, not a hundred; that is what keeps the number of different claims of a region small.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tongchou.ground.region.expression import Tree, children, names_in
from tongchou.ground.region.number import Formula, Highest, Number, Table
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.vocabulary import Classes, Intervals, Vocabulary
from tongchou.ground.region.walk import conditions_of, numbers_of

Edge = Fraction | date
AMOUNTS = frozenset(("total_fee", "full_self_pay", "over_limit", "first_self_pay", "in_scope"))
"""Facts that differ from claim to claim: a rule that asks for one cannot be looked up once for many."""


@dataclass
class Uses:
    """`whole`: facts of which every value matters; `edges`: facts of which only the side of these lines matters.

    `age@admitted` is the age on another date than the basis date; `index:…` a yearly figure.
    """

    whole: set[str] = field(default_factory=set)
    edges: dict[str, set[Edge]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return self.whole | set(self.edges)

    @property
    def amounts(self) -> bool:
        return not AMOUNTS.isdisjoint(self.names)


def uses_of(facts: Iterable[Declared], vocabulary: Vocabulary) -> Uses:
    """Everything that the numbers and conditions of these facts, and the periods of their counts, look at."""
    reader = _Reader(vocabulary)
    for fact in facts:
        for number in numbers_of(fact.value):
            reader.number(number)
        for condition in conditions_of(fact.value):
            reader.tree(condition.tree)
        each = getattr(fact.value, "each", None)
        if each is not None and each not in ("person", "household"):
            reader.name(each)
    return reader.found()


def uses_of_name(name: str, vocabulary: Vocabulary) -> Uses:
    """Everything that the value of one name looks at."""
    reader = _Reader(vocabulary)
    reader.name(name)
    return reader.found()


class _Reader:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary, self.uses = vocabulary, Uses()
        self._on: str | None = None  # the date on which a class looks at people

    def found(self) -> Uses:
        for name in self.uses.whole:
            self.uses.edges.pop(name, None)
        return self.uses

    def number(self, number: Number) -> None:
        if isinstance(number, Formula):
            self.tree(number.tree)
        elif isinstance(number, Table):
            self.name(number.dimension)
            for cell in number.cells:
                self.number(cell.number)
        elif isinstance(number, Highest):
            self.name(number.over)
            for inner in (number.table, number.plus, number.at_most):
                if inner is not None:
                    self._inside(inner)

    def _inside(self, number: Number) -> None:
        """The table of a `highest` is looked up by the words of its list, not by the fact of its dimension."""
        if isinstance(number, Table):
            for cell in number.cells:
                self.number(cell.number)
        else:
            self.number(number)

    def tree(self, tree: Tree) -> None:
        compared = _compared(tree)
        if compared is not None and compared[0] not in self.vocabulary.dimensions:
            self.edge(*compared)
        elif tree[0] == "name" or tree[0] in ("is_", "is_not", "in_", "not_in", "has"):
            for name, _ in names_in(tree):
                self.name(name)
        else:
            for child in children(tree):
                self.tree(child)

    def name(self, name: str) -> None:
        dimension = self.vocabulary.dimensions.get(name)
        if isinstance(dimension, Intervals):
            for cut in dimension.cuts:
                self.edge(dimension.of, cut)
        elif isinstance(dimension, Classes):
            before, self._on = self._on, dimension.on
            for _, tree, _ in dimension.conditions:
                self.tree(tree)
            self._on = before
        elif dimension is not None:
            self.uses.whole.add(dimension.of)
        elif name in self.vocabulary.indices:
            self.uses.whole.add(f"index:{name}")
        else:
            self.uses.whole.add(self._dated(name))

    def edge(self, name: str, edge: Edge) -> None:
        self.uses.edges.setdefault(self._dated(name), set()).add(edge)

    def _dated(self, name: str) -> str:
        return f"age@{self._on}" if name == "age" and self._on is not None else name


def _compared(tree: Tree) -> tuple[str, Edge] | None:
    """The fact and the literal of `age >= 60`, whichever stands first."""
    if tree[0] != "compare":
        return None
    left, right = tree[1], tree[3]
    if right[0] == "name":
        left, right = right, left
    if left[0] == "name" and right[0] in ("number", "date"):
        return left[1], right[1]
    return None
