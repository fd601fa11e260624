"""Questions that many claims ask of the articles, answered once for all that give the same facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Generic, TypeVar

from tests.oracle.facts import Names

T = TypeVar("T")


@dataclass(slots=True)
class Answer(Generic[T]):
    value: T
    notes: frozenset[str]


@dataclass(slots=True)
class Asking(Generic[T]):
    """The question asks for this name next; what then follows depends on what it is told."""

    name: str
    told: dict[Any, Asking[T] | Answer[T]] = field(default_factory=dict)


class Remembered(Generic[T]):
    """A question that looks at nothing but the articles and the names it asks for, with the notes it makes.

    Told the same it asks the same next, so that its answers lie at the ends of a tree of names. A refusal is not kept.
    """

    def __init__(self, question: Callable[[Names, set[str]], T]) -> None:
        self.question = question
        self.first: Asking[T] | Answer[T] | None = None

    def ask(self, names: Names, seen: set[str]) -> T:
        at = self.first
        while type(at) is Asking:
            at = at.told.get(names(at.name))
        if at is None:
            at = self._find(names)
        if at.notes:
            seen |= at.notes
        return at.value

    def _find(self, names: Names) -> Answer[T]:
        """Ask the articles, and keep the answer under all that was told on the way."""
        told: dict[str, Any] = {}

        def listening(name: str) -> Any:
            answer = names(name)
            if not callable(answer):  # `workdays` is the region's, and the same for every claim
                told[name] = answer
            return answer

        notes: set[str] = set()
        found = Answer(self.question(listening, notes), frozenset(notes))
        self._keep(list(told.items()), found)
        return found

    def _keep(self, told: list[tuple[str, Any]], found: Answer[T]) -> None:
        if not told:
            self.first = found
            return
        at = self.first = self.first or Asking(told[0][0])
        for (_, answer), (following, _) in pairwise(told):
            at = at.told.setdefault(answer, Asking(following))
            assert at.name == following
        at.told[told[-1][1]] = found
