"""What a type of filing names of the vocabulary: facts, their words, and whether one can take the other's place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tongchou.ground.errors import Place
from tongchou.ground.region.filing_kinds import FILED, FilingType
from tongchou.ground.region.kinds import kind_of_name
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.vocabulary import DATE, LIST, WORD, Vocabulary


class Asked(Protocol):
    """The part of the checker of names that is needed here."""

    vocabulary: Vocabulary

    def report(self, place: Place, code: str, **details: object) -> None: ...
    def check_name(self, place: Place, name: str, word: str | None, line_allowed: bool) -> None: ...
    def check_kind(self, place: Place, part: str, found: str | None, needed: str | None) -> None: ...


def check_filing(asked: Asked, fact: Declared, value: FilingType) -> None:
    """Report every fact that nobody knows, every word that a fact cannot be, every date that is none."""
    vocabulary, place = asked.vocabulary, fact.place
    for name in (*value.names, *value.may_name):
        asked.check_name(place, name, None, line_allowed=False)
    for name in value.dates():
        asked.check_kind(place, name, kind_of_name(name, vocabulary), DATE)
    for given in (value.gives, value.otherwise):
        for name, word in given.items():
            asked.check_name(place, name, word, line_allowed=False)
    for target, source in value.carries.items():
        asked.check_name(place, target, None, line_allowed=False)
        found = DATE if source == FILED else kind_of_name(source, vocabulary)
        needed = kind_of_name(target, vocabulary)
        if not (found == WORD and needed == LIST):  # a list gathers the words of several filings
            asked.check_kind(place, source, found, needed)


def check_otherwise(asked: Asked, facts: Iterable[Declared]) -> None:
    """What a claim carries while nothing is filed must not hang on which type one looks at."""
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for fact in facts:
        if isinstance(fact.value, FilingType):
            for name, word in fact.value.otherwise.items():
                first, other = said.setdefault((fact.scheme, name), (word, fact.address))
                if first != word:
                    asked.report(fact.place, "R214", value=name, word=word, first=first, other=other)
