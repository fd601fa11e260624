"""The vocabulary of a region from its files."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from tongchou.ground.dates import Calendar
from tongchou.ground.region.headers import CalendarDeclaration, IndexDeclaration, IntervalDeclaration, VocabularyFile
from tongchou.ground.region.number import Literal
from tongchou.ground.region.text import Document
from tongchou.ground.region.vocabulary import (
    DATE,
    LIST,
    NUMERIC,
    WORD,
    Classes,
    Dimension,
    Index,
    IndexValue,
    Intervals,
    Vocabulary,
    WordList,
)

_FACT_KINDS = {"word": WORD, "number": NUMERIC, "date": DATE, "list": LIST}
Home = Callable[[str, str], Document]
"""The document that declares a name of a part: ("lists", "place")."""


def build_vocabulary(file: VocabularyFile, home: Home) -> Vocabulary:
    dimensions: dict[str, Dimension] = {}
    for name, listed in file.lists.items():
        _check_repeats("lists", name, listed.values, home)
        dimensions[name] = WordList(name, listed.of or name, listed.values, home("lists", name).place("lists", name))
    for name, intervals in file.intervals.items():
        built = _intervals(name, intervals, home)
        if built is not None:
            _check_unique("intervals", name, dimensions, home)
            dimensions[name] = built
    for name, classes in file.classes.items():
        _check_unique("classes", name, dimensions, home)
        conditions = tuple((word, c.tree, c.text) for word, c in classes.values.items())
        dimensions[name] = Classes(name, conditions, classes.on, home("classes", name).place("classes", name))
    for name in file.indices:
        _check_unique("indices", name, dimensions, home)
    return Vocabulary(
        dimensions=dimensions,
        indices={name: _index(name, index, home) for name, index in file.indices.items()},
        own_facts={name: _FACT_KINDS[kind] for name, kind in file.facts.items()},
        calendar=_calendar(file.calendar, home),
    )


def _intervals(name: str, declared: IntervalDeclaration, home: Home) -> Intervals | None:
    document = home("intervals", name)
    cuts: list[Fraction] = []
    for cut in declared.cuts:
        if not isinstance(cut, Literal) or cut.value is None or (cuts and cut.value <= cuts[-1]):
            document.report("R171", "intervals", name, "cuts", value=name)
            return None
        cuts.append(cut.value)
    texts = [c.text for c in declared.cuts]
    between = [f"{a}–{b}" for a, b in pairwise(texts)]
    words = declared.names or (f"<{texts[0]}", *between, f"≥{texts[-1]}")
    if len(words) != len(cuts) + 1:
        document.report("R172", "intervals", name, "names", needed=len(cuts) + 1, given=len(words))
        return None
    _check_repeats("intervals", name, words, home)
    return Intervals(name, declared.of, tuple(cuts), tuple(words), document.place("intervals", name))


def _index(name: str, declared: IndexDeclaration, home: Home) -> Index:
    document = home("indices", name)
    values: dict[str, IndexValue] = {}
    for year, value in declared.values.items():
        place = document.place("indices", name, "values", year)
        if not re.fullmatch("[0-9]{4}", year):
            document.report("R174", "indices", name, "values", year, value=year)
        elif not isinstance(value.value, Literal) or value.value.value is None:
            document.report("R173", "indices", name, "values", year, value=year)
        else:
            values[year] = IndexValue(value.value.value, value.published, value.cite, place)
    return Index(name, declared.carry == "forward", values, document.place("indices", name))


def _calendar(declared: CalendarDeclaration, home: Home) -> Calendar:
    try:
        return Calendar(declared.holidays, declared.working_weekends)
    except ValueError:
        weekdays = [d for d in declared.working_weekends if d.weekday() < 5 or d in declared.holidays]
        value = "、".join(map(str, weekdays))
        home("calendar", "working_weekends").report("R175", "calendar", "working_weekends", value=value)
        return Calendar()


def _check_repeats(part: str, name: str, words: tuple[str, ...], home: Home) -> None:
    repeated = sorted({w for w in words if words.count(w) > 1})
    if repeated:
        home(part, name).report("R170", part, name, value="、".join(repeated))


def _check_unique(part: str, name: str, dimensions: dict[str, Dimension], home: Home) -> None:
    if name in dimensions:
        home(part, name).report("R170", part, name, value=name)
