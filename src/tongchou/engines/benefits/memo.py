"""Remember a computation by exactly the facts it looked at: claims alike in those share one answer.

Most claims of a region differ in amounts and not in what decides their ratios, so the tables are looked up once for
each combination of facts that occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from tongchou.engines.benefits.facts import Facts

T = TypeVar("T")
LARGEST = 20_000
"""Entries kept; a region with formulas over amounts would otherwise remember every claim."""


class Memo(Generic[T]):
    """Answers by facts. A computation that looks at a new name starts the memory afresh with that name added."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._known: dict[Hashable, T] = {}

    def of(self, facts: Facts, key: Hashable, compute: Callable[[], T]) -> T:
        """The remembered answer for `key` and these facts, or `compute()`, which may look only at `facts`."""
        looked_up = (key, *[facts.peek(name) for name in self._names])
        if looked_up in self._known:
            return self._known[looked_up]
        with facts.recording() as reads:
            answer = compute()
        new = reads.difference(self._names)
        if new or len(self._known) >= LARGEST:
            self._known.clear()
            self._names = tuple(sorted({*self._names, *new}))
            looked_up = (key, *[facts.peek(name) for name in self._names])
        self._known[looked_up] = answer
        return answer
