"""What earlier claims have used up: accumulators by name, subject and period, and the lines that can be returned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Key(NamedTuple):
    """`resident.pool.paid/year` of a person (or household) in a period (`2024`, a stay's id, `` for ever)."""

    name: str
    subject: str
    period: str
    each: str = ""


class SettledLine(NamedTuple):
    """What a settled line was split into, and how much of it has been returned since (fen)."""

    parts: tuple[int, int, int, int]
    returned_parts: tuple[int, int, int, int] = (0, 0, 0, 0)

    def less(self, back: Sequence[int]) -> SettledLine:
        """The same line after `back` of its parts was returned."""
        full, over, first, scope = (a + b for a, b in zip(self.returned_parts, back, strict=True))
        return SettledLine(self.parts, (full, over, first, scope))


@dataclass
class State:
    """Integers only. The fold of the settlements so far; rebuild it rather than subtract from it."""

    amounts: dict[Key, int] = field(default_factory=dict)
    lines: dict[str, SettledLine] = field(default_factory=dict)

    def copy(self) -> State:
        return State(dict(self.amounts), dict(self.lines))

    def get(self, key: tuple[str, str, str, str]) -> int:
        """What is kept under a `Key`; a plain tuple finds it too, and is made faster."""
        return self.amounts.get(key, 0)  # type: ignore[call-overload, no-any-return]  # see above

    def apply(self, delta: dict[Key, int]) -> None:
        """Add a settlement's changes; amounts that return to nothing are dropped, so equal states compare equal."""
        for key, change in delta.items():
            value = self.amounts.get(key, 0) + change
            if value:
                self.amounts[key] = value
            else:
                self.amounts.pop(key, None)

    def to_json(self) -> str:
        """Canonical JSON: equal states give equal text."""
        amounts = sorted([*key, value] for key, value in self.amounts.items())
        lines = sorted([i, list(s.parts), list(s.returned_parts)] for i, s in self.lines.items())
        return json.dumps({"amounts": amounts, "lines": lines}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> State:
        raw = json.loads(text)
        state = cls({Key(*row[:4]): row[4] for row in raw["amounts"]})
        for line_id, parts, returned in raw["lines"]:
            state.lines[line_id] = SettledLine(tuple(parts), tuple(returned))
        return state
