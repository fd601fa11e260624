"""Remember a computation by exactly the facts it looked at: claims alike in those share one answer.

Most claims of a region differ in amounts and not in what decides their ratios, so the tables are looked up once for
each combination of facts that occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tongchou.engines.benefits.facts import Facts

T = TypeVar("T")
LARGEST = 20_000
"""Entries kept; a region with formulas over amounts would otherwise remember every claim."""


@dataclass(slots=True)
class Answer(Generic[T]):
    value: T


@dataclass(slots=True)
class Asking(Generic[T]):
    """The computation asks for this name next; what then follows depends on what it is told."""

    name: str
    told: dict[Hashable, Asking[T] | Answer[T]] = field(default_factory=dict)


class Memo(Generic[T]):
    """Answers by facts. A computation that is told the same asks the same next, so that answers end a tree of names."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Asking[T] | Answer[T]] = {}
        self._size = 0

    def of(self, facts: Facts, key: Hashable, compute: Callable[[], T]) -> T:
        """The remembered answer for `key` and these facts, or `compute()`, which may look only at `facts`."""
        at = self._known.get(key)
        while isinstance(at, Asking):
            at = at.told.get(facts.peek(at.name))
        if at is not None:
            return at.value
        with facts.recording() as reads:
            answer = compute()
        if self._size >= LARGEST:
            self._known, self._size = {}, 0
        self._keep(key, [(name, facts.peek(name)) for name in reads], Answer(answer))
        return answer

    def _keep(self, key: Hashable, told: Sequence[tuple[str, Hashable]], answer: Answer[T]) -> None:
        """The answer at the end of all that was told on the way to it."""
        known = self._known
        for name, value in told:
            asking = known.get(key)
            if not isinstance(asking, Asking) or asking.name != name:
                asking = known[key] = Asking(name)
            known, key = asking.told, value
        known[key] = answer
        self._size += 1
