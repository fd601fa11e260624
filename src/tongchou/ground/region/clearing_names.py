"""The names of a declaration of clearing: what its figures may ask for, and the words that its routes name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from tongchou.ground.errors import Place
from tongchou.ground.region.clearing_kinds import Routes
from tongchou.ground.region.clearing_money import Clearing
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.scalars import Fact
from tongchou.ground.region.vocabulary import NUMERIC, WORD, Dimension, Vocabulary, WordList


class Asked(Protocol):
    """The part of the checker of names that is needed here."""

    vocabulary: Vocabulary
    report: Callable[..., None]

    def check_word(self, place: Place, word: str, dimension: Dimension) -> None: ...


def words_of_clearing(pack: Pack) -> Vocabulary:
    """The vocabulary of a region as a clearing sees it: its schemes and the months of the years that are cleared are
    words, and a case has a `ratio` of its cost to the mean of its group."""
    schemes = WordList("scheme", "scheme", tuple(pack.region.schemes), Place("region.yaml", key="schemes"))
    years = [fact.value.year.text for fact in pack.written if isinstance(fact.value, Clearing)]
    months = WordList("month", "month", tuple(f"{y}-{m:02}" for y in years for m in range(1, 13)), schemes.place)
    known = pack.vocabulary
    dimensions = {**known.dimensions, "scheme": schemes, "month": months}
    return replace(known, dimensions=dimensions, own_facts={**known.own_facts, "ratio": NUMERIC, "month": WORD})


def check_clearing(asked: Asked, fact: Declared, value: Fact) -> None:
    """A route by an unknown scheme or level would never fit, and what it was meant for would go by another."""
    if isinstance(value, Routes):
        for route in value.routes:
            for name in ("scheme", "level"):
                dimension = asked.vocabulary.dimensions.get(name)
                words: tuple[str, ...] = getattr(route, f"{name}s")
                for word in words:
                    if dimension is None:
                        asked.report(fact.place, "R183", value=name)
                    else:
                        asked.check_word(fact.place, word, dimension)
