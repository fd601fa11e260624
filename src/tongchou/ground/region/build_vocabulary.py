"""The vocabulary of a region from its files."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from tongchou.ground.dates import Calendar
from tongchou.ground.errors import Place
from tongchou.ground.region.headers import IntervalDeclaration, ListDeclaration, VocabularyFile
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
Documents = Mapping[tuple[str, str], Document]


def build_vocabulary(file: VocabularyFile, documents: Documents) -> Vocabulary:
    dimensions: dict[str, Dimension] = {}
    for name, words in file.lists.items():
        listed = words if isinstance(words, ListDeclaration) else ListDeclaration(values=words)
        _check_repeats("lists", name, listed.values, documents)
        place = documents["lists", name].place("lists", name)
        dimensions[name] = WordList(name, listed.of or name, listed.values, place)
    for name, intervals in file.intervals.items():
        built = _intervals(name, intervals, documents)
        if built is not None:
            dimensions[name] = built
    for name, classes in file.classes.items():
        place = documents["classes", name].place("classes", name)
        conditions = tuple((word, c.tree, c.text) for word, c in classes.values.items())
        dimensions[name] = Classes(name, conditions, classes.on, place)
    return Vocabulary(
        dimensions=dimensions,
        indices={name: _index(name, file, documents) for name in file.indices},
        own_facts={name: _FACT_KINDS[kind] for name, kind in file.facts.items()},
        calendar=Calendar(file.calendar.holidays, file.calendar.working_weekends),
    )


def _intervals(name: str, declared: IntervalDeclaration, documents: Documents) -> Intervals | None:
    document = documents["intervals", name]
    cuts: list[Fraction] = []
    for cut in declared.cuts:
        if not isinstance(cut, Literal) or cut.value is None or (cuts and cut.value <= cuts[-1]):
            document.report("R171", "intervals", name, "cuts", value=name)
            return None
        cuts.append(cut.value)
    texts = [c.text for c in declared.cuts]
    words = declared.names or (f"<{texts[0]}", *[f"{a}–{b}" for a, b in zip(texts, texts[1:], strict=False)], f"≥{texts[-1]}")
    if len(words) != len(cuts) + 1:
        document.report("R172", "intervals", name, "names", needed=len(cuts) + 1, given=len(words))
        return None
    _check_repeats("intervals", name, words, documents)
    return Intervals(name, declared.of, tuple(cuts), tuple(words), document.place("intervals", name))


def _index(name: str, file: VocabularyFile, documents: Documents) -> Index:
    document = documents["indices", name]
    declared = file.indices[name]
    values: dict[str, IndexValue] = {}
    for year, value in declared.values.items():
        if not isinstance(value.value, Literal) or value.value.value is None:
            document.report("R173", "indices", name, "values", year, value=year)
            continue
        place: Place = document.place("indices", name, "values", year)
        values[year] = IndexValue(value.value.value, value.published, value.cite, place)
    return Index(name, declared.carry == "forward", values, document.place("indices", name))


def _check_repeats(part: str, name: str, words: tuple[str, ...], documents: Documents) -> None:
    repeated = sorted({w for w in words if words.count(w) > 1})
    if repeated:
        documents[part, name].report("R170", part, name, value="、".join(repeated))
