"""Make the facts of every address disjoint in time: what supersedes what, and what merely clashes.

`supersedes` ends the earlier value the day before; when the later one expires nothing revives, because a decree that
was replaced is not in force again only because its successor lapsed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from tongchou.ground.errors import Problem
from tongchou.ground.region.addresses import CellReset
from tongchou.ground.region.model import MAIN_NUMBER
from tongchou.ground.region.number import Malformed, reset_cell
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.text import Document


def settle_overlaps(declared: Iterable[Declared], documents: list[Document]) -> list[Declared]:
    """The facts with spans cut so that at most one value of an address is in force on any day."""
    timelines: dict[str, list[Declared]] = {}
    for fact in declared:
        timeline = timelines.setdefault(fact.address, [])
        if fact.cell:
            timelines[fact.address] = _reset_in(timeline, fact, documents)
        else:
            timelines[fact.address] = [*_end_earlier(timeline, fact, documents), fact]
    kept = [fact for timeline in timelines.values() for fact in timeline]
    return sorted(kept, key=lambda f: f.order)


def _end_earlier(timeline: list[Declared], fact: Declared, documents: list[Document]) -> list[Declared]:
    kept: list[Declared] = []
    for earlier in timeline:
        if earlier.by != fact.by:
            _report(documents, "R161", fact, other=str(earlier.place), by=earlier.by, now=fact.by)
        if not _overlap(earlier, fact):
            kept.append(earlier)
        elif fact.supersedes or (earlier.from_base and not fact.from_base):
            if earlier.from_date < fact.from_date:
                kept.append(replace(earlier, through=fact.from_date - timedelta(days=1)))
        else:
            witness = max(earlier.from_date, fact.from_date)
            _report(documents, "R160", fact, address=fact.address, other=str(earlier.place), day=witness)
    return kept


def _reset_in(timeline: list[Declared], reset: Declared, documents: list[Document]) -> list[Declared]:
    assert isinstance(reset.value, CellReset)
    kept: list[Declared] = []
    applied = False
    for fact in timeline:
        if not _overlap(fact, reset):
            kept.append(fact)
            continue
        applied = True
        if fact.from_date < reset.from_date:
            kept.append(replace(fact, through=reset.from_date - timedelta(days=1)))
        key = MAIN_NUMBER[fact.kind]
        try:
            number = reset_cell(getattr(fact.value, key), dict(reset.value.path), reset.value.number, reset.citation())
        except Malformed as error:
            _report(documents, error.code, reset, **error.details)
            continue
        through = min(fact.through or date.max, reset.through or date.max)
        kept.append(
            replace(
                fact,
                value=fact.value.model_copy(update={key: number}),
                raw={"value": fact.raw, "reset": {**dict(reset.cell), "to": reset.raw, "by": reset.citation()}},
                from_date=max(fact.from_date, reset.from_date),
                through=None if through == date.max else through,
            )
        )
    if not applied:
        _report(documents, "R162", reset, address=reset.address)
    return kept


def _overlap(one: Declared, other: Declared) -> bool:
    return one.from_date <= (other.through or date.max) and other.from_date <= (one.through or date.max)


def _report(documents: list[Document], code: str, fact: Declared, **details: object) -> None:
    document = next(d for d in documents if d.file == fact.place.file)
    document.problems.append(Problem(code, fact.place, details))
