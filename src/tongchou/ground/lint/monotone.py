"""Along an ordered list: does a hospital of a higher level pay more, or take a lower deductible, than a lower one?"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tongchou.ground.lint.axes import LADDER, Claim
from tongchou.ground.lint.desk import Desk, witness
from tongchou.ground.lint.guards import Gate
from tongchou.ground.lint.space import Space
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.vocabulary import WordList


class Ladder:
    """The figures of a layer for each word of the ladder, all other facts equal."""

    def __init__(self, desk: Desk, space: Space, code: str, main: Declared) -> None:
        self.desk, self.code, self.main = desk, code, main
        dimension = desk.pack.vocabulary.dimensions.get(LADDER)
        self.fact = dimension.of if isinstance(dimension, WordList) else LADDER
        self.words = dimension.words if isinstance(dimension, WordList) else ()
        self.stands = self.fact in space.axes and len(self.words) > 1
        self.found: dict[tuple[Any, ...], dict[str, tuple[Fraction, Claim]]] = {}

    def note(self, row: int, claim: Claim, value: Fraction) -> None:
        if self.stands:
            others = tuple(v for name, v in claim.items() if name != self.fact)
            self.found.setdefault((row, *others), {})[claim[self.fact]] = (value, claim)

    def report(
        self, gate: Gate, kinds: tuple[str, ...], day: str, shown: Callable[[Fraction], str], rising: bool
    ) -> None:
        """One finding for each pair of neighbouring words that runs the wrong way."""
        for (row, *_), by_word in self.found.items():
            values = [value for value, _ in by_word.values()]
            if min(values) == max(values):
                continue
            known = [w for w in self.words if w in by_word and gate.passes(by_word[w][1]) is not None]
            for low, high in pairwise(known):
                (below, _), (above, claim) = by_word[low], by_word[high]
                full = gate.passes(claim) or claim
                surprising = above > below if rising else above < below
                if surprising and self.desk.once(self.code, self.main.address, low, high):
                    details = {"low": f"{low} {shown(below)}", "high": f"{high} {shown(above)}", "row": row + 1}
                    seen = witness(full, kinds, day)
                    self.desk.report(self.main.place, self.code, address=self.main.address, witness=seen, **details)
