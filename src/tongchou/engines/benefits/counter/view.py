"""What rules can see of a claim: claims that look alike to them share every number the rules give.

Which facts they ask for, and where only the side of a line matters, is read from the declaration (`bulk.uses`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.bulk.uses import AMOUNTS, Edge, Uses
from tongchou.engines.benefits.facts import MISSING
from tongchou.engines.benefits.periods import Dated
from tongchou.ground.dates import age_on

_COMPUTED = frozenset(("age", "stay_days", "nth"))
_SAME = frozenset(("scheme", "kind")) | AMOUNTS
"""Alike for all claims that meet one plan; and amounts, for which nothing is remembered at all."""

Seen = tuple[Hashable, ...]


class View:
    """The facts that rules ask for, each as it stands or as the side of the edges it falls on."""

    def __init__(self, uses: Uses) -> None:
        measured = {name for name in uses.whole if name in _COMPUTED or name.startswith("age@")} | set(uses.edges)
        words = {name for name in uses.whole - measured - _SAME if not name.startswith("index:")}
        if "diseases" in words:
            words.add("disease")  # the one disease is the list where a claim gives none
        self._words = tuple(sorted(words))
        self._missing = (MISSING,) * len(words)
        self._measured = [(name, _ordered(uses.edges.get(name, ()))) for name in sorted(measured)]

    def of(self, facts: Mapping[str, Any], when: Dated, nth: int) -> Seen | None:
        """The claim as these rules see it; None for a value that has to be read first, as a number in a text."""
        seen: list[Hashable] = [*map(facts.get, self._words, self._missing)]
        for name, edges in self._measured:
            value = _measure(name, facts, when, nth)
            if type(value) is Fraction and value.denominator == 1:
                value = value.numerator
            if value is None or not edges:
                seen.append(value)
            elif type(value) in _KINDS[type(edges[0])]:
                seen.append(bisect_left(edges, value) + bisect_right(edges, value))
            else:
                return None
        return tuple(seen)


_KINDS: dict[type, tuple[type, ...]] = {date: (date,), int: (int, Fraction), Fraction: (int, Fraction)}


def _ordered(edges: Any) -> list[Any]:
    """Whole numbers as such, since they are compared far faster than fractions."""
    found: list[Edge] = sorted(edges)
    return [e.numerator if isinstance(e, Fraction) and e.denominator == 1 else e for e in found]


def _measure(name: str, facts: Mapping[str, Any], when: Dated, nth: int) -> Any:
    if name == "nth":
        return facts.get("nth", nth)
    if name.startswith("age@"):
        return _age(facts, facts.get(name[4:]))
    given = facts.get(name)
    if given is None and name == "age":
        return _age(facts, when.basis_date)
    if given is None and name == "stay_days":
        return max(1, (facts["discharged"] - facts["admitted"]).days)
    return given


def _age(facts: Mapping[str, Any], day: date | None) -> Any:
    """Whole years; what is not even a date, or lies before birth, is told apart by itself."""
    birth = facts.get("birth_date")
    if type(birth) is not date or type(day) is not date or birth > day:
        return None if birth is None else (birth, day)
    return age_on(birth, day)
