"""The names of a declaration of clearing: what its figures may ask for, and the words that its routes, its kinds of
care and its packages name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Protocol

from tongchou.ground.errors import Place
from tongchou.ground.region.care_kinds import CODED, Care, Cares
from tongchou.ground.region.clearing_kinds import Routes
from tongchou.ground.region.clearing_money import Capitation, Clearing
from tongchou.ground.region.filing_kinds import FilingType
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.scalars import Fact
from tongchou.ground.region.vocabulary import LINE_FACTS, NUMERIC, WORD, Dimension, Vocabulary, WordList


class Asked(Protocol):
    """The part of the checker of names that is needed here."""

    pack: Pack
    vocabulary: Vocabulary
    report: Callable[..., None]

    @property
    def kinds(self) -> Mapping[str, Collection[str | None]]: ...
    def check_known(self, place: Place, name: str) -> bool: ...
    def check_items(self, fact: Declared, words: tuple[str, ...]) -> None: ...
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
    """A route by an unknown scheme or level would never fit, and what it was meant for would go by another; so would
    care or a package by a word that there is not."""
    if isinstance(value, Cares):
        for care in value.cares:
            _check_care(asked, fact, care)
    elif isinstance(value, Capitation):
        for lines in value.package:
            asked.check_items(fact, lines.get("item", ()))
            for column, codes in CODED.items():
                for word in lines.get(column, ()):  # type: ignore[call-overload]  # of a line's columns these two
                    asked.check_word(fact.place, word, WordList(column, column, tuple(codes.values()), fact.place))
    elif isinstance(value, Routes):
        for route in value.routes:
            for name in ("scheme", "level"):
                dimension = asked.vocabulary.dimensions.get(name)
                words: tuple[str, ...] = getattr(route, f"{name}s")
                for word in words:
                    if dimension is None:
                        asked.report(fact.place, "R183", value=name)
                    else:
                        asked.check_word(fact.place, word, dimension)


def _check_care(asked: Asked, fact: Declared, care: Care) -> None:
    visits = {str(kind) for kinds in asked.kinds.values() for kind in kinds}
    for kind in care.kinds:
        if kind not in visits:
            asked.report(fact.place, "R185", value=kind, known="、".join(sorted(visits)))
    for name, word in care.facts.items():
        if not asked.check_known(fact.place, name):
            continue
        dimension = asked.vocabulary.dimensions.get(name)
        if name in LINE_FACTS:
            asked.report(fact.place, "R182", value=name)
        elif not isinstance(dimension, WordList):
            found = "facts" if dimension is None else type(dimension).__name__.lower()
            asked.report(fact.place, "R187", value=name, found=found, needed="lists")
        else:
            asked.check_word(fact.place, word, dimension)
    if care.package is not None:
        declared = {str(f.name) for f in asked.pack.written if isinstance(f.value, Capitation) and f.value.package}
        if care.package not in declared:
            known = "、".join(sorted(declared))
            asked.report(fact.place, "R198", value=care.package, kind="capitation: package", known=known)
    if care.signed is not None:
        named = {
            str(f.name) for f in asked.pack.written if isinstance(f.value, FilingType) and "provider" in f.value.names
        }
        if care.signed not in named:
            asked.report(fact.place, "R198", value=care.signed, kind="filing: provider", known="、".join(sorted(named)))
