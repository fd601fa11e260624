"""协议指标 as a region declares them on a day: each indicator with its article, and what the agreement asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongchou.ground.errors import fail
from tongchou.ground.region.indicator_kinds import Agreed, Indicator, Taken
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.reckoning import declared_on, facts_on
from tongchou.ground.region.values import finite, value_of
from tongchou.ground.region.vocabulary import WordList

KIND, AGREED = "indicator.*", "agreed.*"
CODES = ("principal_diagnosis", "other_diagnoses", "procedures", "national_code", "hospital_code")
"""Columns of codes, of which the declaration writes the beginning."""


@dataclass(frozen=True)
class Asked:
    """One indicator: what it is, where it is from, and what is agreed of it, if anything."""

    name: str
    said: Indicator
    cite: str
    sentence: str
    agreed: Declared | None

    @property
    def parts(self) -> tuple[Taken, ...]:
        return (self.said.above,) if self.said.below is None else (self.said.above, self.said.below)


def asked_on(pack: Pack, scheme: str, day: date) -> list[Asked]:
    """The indicators of a scheme on a day, in written order. Raises I107 where there is none, I109 for a word that the
    region does not know."""
    found = []
    for fact in pack.facts:
        if fact.scheme == scheme and fact.kind == KIND and fact.covers(day):
            said = value_of(fact, Indicator)
            _check_words(pack, fact, said)
            agreed = declared_on(pack, scheme, f"agreed.{fact.name}", day)
            found.append(Asked(str(fact.name), said, fact.citation(), fact.says, agreed))
    if not found:
        raise fail("I107", scheme=scheme, address=KIND, day=day)
    return found


def goal_of(pack: Pack, asked: Asked, level: str, day: date) -> tuple[str, Fraction] | None:
    """`at_most` or `at_least`, and the figure for an institution of a level: yuan, days, or a share of the whole."""
    if asked.agreed is None:
        return None
    said = value_of(asked.agreed, Agreed)
    end = "at_most" if said.at_most is not None else "at_least"
    return end, finite(asked.agreed.address, getattr(said, end), facts_on(pack, day, {"level": level}))


def columns_of(asked: Sequence[Asked]) -> set[str]:
    """The columns of cases that the indicators look at; `facts.NAME` for facts of the region's own."""
    found: set[str] = set()
    for one in asked:
        found |= set(one.said.of)
        for part in one.parts:
            for written in (part.where, *part.any):
                found |= set(written)
            found |= {f"facts.{name}" for name in part.facts}
    return found


def lines_of(asked: Sequence[Asked]) -> list[dict[str, tuple[str, ...]]]:
    """The different choices of lines that the indicators make."""
    found: list[dict[str, tuple[str, ...]]] = []
    for one in asked:
        for part in one.parts:
            chosen = {str(name): words for name, words in part.lines.items()}
            if (part.lines or part.take == "line_amount") and chosen not in found:
                found.append(chosen)
    return found


def _check_words(pack: Pack, fact: Declared, said: Indicator) -> None:
    """A misspelt word would count nothing in silence."""
    for name, words in _written(said):
        dimension = pack.vocabulary.dimensions.get(name)
        if name in CODES or not isinstance(dimension, WordList):
            continue
        strange = [word for word in words if word not in dimension.words]
        if strange:
            known = "、".join(dimension.words)
            raise fail("I109", fact.place, address=fact.address, name=name, value="、".join(strange), known=known)


def _written(said: Indicator) -> Iterator[tuple[str, Sequence[str]]]:
    yield from said.of.items()
    for part in (said.above, *([said.below] if said.below is not None else [])):
        for one in (part.where, *part.any):
            yield from one.items()
        yield from part.facts.items()
        yield from part.lines.items()
