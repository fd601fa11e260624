"""The samples of one fact: every word, every side of every cut, the days around each day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, islice, pairwise
from math import floor
from typing import Any

from tongchou.ground.region.vocabulary import DATE, LIST, NUMERIC, STANDARD_FACTS, Vocabulary, WordList

Claim = Mapping[str, Any]
"""A combination of samples: fact -> value."""

OTHER = "(其余)"
LADDER = "level"
"""The list whose words run from low to high; all of them are looked at."""
ANY_DAY = date(2020, 1, 1)
_STANDARD_WORDS = {
    "entitlement": ("full", "reduced", "none"),
    "account_use": ("none", "own", "relative"),
    "class": ("甲", "乙", "丙"),
}
_WHOLE = {"age": (0, 120), "months": (0, 600), "stay_days": (1, 366), "nth": (1, 20)}
"""Facts that are whole numbers, with the least and the greatest value that is tried in formulas."""
_MONEY = (0, 1_000_000)
_PLAIN = (0, 1)
COMPUTED = (0, 1, 30, 400)
"""What is tried for a number that a function computes, such as days between two dates."""


@dataclass
class Axis:
    """One fact, and what is known of the values that matter."""

    name: str
    kind: str
    words: tuple[str, ...] = ()
    mentioned: set[str] = field(default_factory=set)  # words rules ask for
    cuts: set[Any] = field(default_factory=set)
    extremes: set[int] = field(default_factory=set)
    signed: bool = False
    marks: list[Callable[[str], object]] = field(default_factory=list)  # how each rule sorts the words

    def samples(self) -> list[Any]:
        if self.kind == NUMERIC:
            return self._numbers()
        if self.kind == DATE:
            return sorted({d + timedelta(days=n) for d in self.cuts for n in (-1, 0, 1)}) or [ANY_DAY]
        words = self.words or (*sorted(self.mentioned), OTHER)
        if self.kind == LIST:
            return [*([] if self.words else [()]), *((w,) for w in words), *islice(combinations(words, 2), 3)]
        return list(words) if self.name == LADDER else self._told_apart(words)

    def _told_apart(self, words: tuple[str, ...]) -> list[str]:
        """One of those words that every rule treats alike."""
        found: dict[tuple[object, ...], str] = {}
        for word in words:
            found.setdefault(tuple(mark(word) for mark in self.marks), word)
        return list(found.values())

    def _numbers(self) -> list[Fraction]:
        found = {Fraction(e) for e in self.extremes}
        cuts = sorted(self.cuts)
        lowest = _WHOLE.get(self.name, (0, 0))[0]
        if self.name in _WHOLE:
            found |= {Fraction(floor(c) + n) for c in cuts for n in (-1, 0, 1)}
        elif cuts:
            below = cuts[0] - 1 if self.signed or cuts[0] >= 1 else cuts[0] / 2
            found |= {below, *cuts, *((a + b) / 2 for a, b in pairwise(cuts)), cuts[-1] + 1}
        return sorted(v for v in found if self.signed or v >= lowest) or [Fraction(lowest)]


def axis_of(name: str, vocabulary: Vocabulary) -> Axis:
    """The axis of a fact as the vocabulary knows it."""
    kind = vocabulary.kind_of_fact(name) or STANDARD_FACTS["kind"]
    return Axis(name, kind, _closed_words(name, vocabulary))


def _closed_words(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words a fact can have: those that every list of it contains."""
    lists = [d.words for d in vocabulary.dimensions.values() if isinstance(d, WordList) and d.of == name]
    if not lists:
        return _STANDARD_WORDS.get(name, ())
    return tuple(w for w in lists[0] if all(w in other for other in lists))


def extremes_of(name: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    """The values tried for a number that enters a formula. The region's own numbers are tried as 0 and 1."""
    if name in _WHOLE:
        return _WHOLE[name]
    return _MONEY if name in STANDARD_FACTS else _PLAIN
