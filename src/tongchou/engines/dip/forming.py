"""Which cases make which group: those before the catalogue, core and basic ones, and comprehensive ones of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from tongchou.engines.dip.cases import Cases, Lists, labels
from tongchou.engines.dip.codes import matching, shortened
from tongchou.engines.dip.facts import Facts
from tongchou.ground.region.dip.declaration import TREATMENTS
from tongchou.ground.region.dip.load import Dip
from tongchou.ground.sums import counts, square_sums, sums, variation, weighted
from tongchou.ground.trimming import counting

NONE = -1


@dataclass(frozen=True)
class Shape:
    """A group before its value. `kind`: pre, core, basic, comprehensive. `diagnosis`: the beginning of those it takes,
    or a range of categories; `operations`: those it asks for, joined by `+`."""

    code: str
    kind: str
    treatment: str
    diagnosis: str
    operations: str


@dataclass(frozen=True)
class Formed:
    """`group` of each case, -1 of none; `excluded`: cases by their principal diagnosis. `threshold`: from how many
    cases on a key is a core group. `dissolved`: keys that vary too much to be one."""

    shapes: list[Shape]
    group: Any
    excluded: Any
    threshold: int
    dissolved: int


def form(dip: Dip, cases: Cases, facts: Facts, year: Any) -> Formed:
    """Put every case in its group. `year`: which of the declared years each case is of."""
    said = dip.said.catalogue
    dx = cases.words["dx"]
    principal = cases.word["principal"]
    excluded = np.array([*matching(said.excluded_diagnoses, dx), False], np.bool_)[principal]
    group = np.full(len(cases), NONE, np.int64)
    shapes: list[Shape] = []
    for pre in said.pre_groups:
        own = facts.holds(pre) & ~excluded & (group == NONE)
        if own.any():
            group[own] = len(shapes)
            shapes.append(Shape(pre.group, "pre", "", "", ""))
    rest = np.flatnonzero(~excluded & (group == NONE))
    keys = _Keys(dip, cases.taken(rest), facts, rest, year[rest])
    key, codes = keys.formed()
    count = np.bincount(key, minlength=len(codes)) if len(key) else np.zeros(0, np.int64)
    basic = np.array([(one.diagnosis, one.operations) in dip.basic for one in codes], np.bool_)
    threshold = _threshold(dip, count)
    core = (count >= threshold) & ~basic
    dissolved = 0
    if said.variation.above == "comprehensive":
        steady = _steady(dip, key, cases.fee[rest], days_of(cases)[rest], core)
        dissolved = int((core & ~steady).sum())
        core &= steady
    kept = core | basic
    place = np.full(len(codes), NONE, np.int64)
    for at in np.flatnonzero(kept):
        place[at] = len(shapes)
        one = codes[at]
        shapes.append(Shape(one.code, "basic" if basic[at] else "core", one.treatment, one.diagnosis, one.operations))
    if len(key):
        group[rest] = place[key]
    _comprehensive(dip, cases, facts.treatment, group, excluded, shapes)
    return Formed(shapes, group, excluded, threshold, dissolved)


def code_of(diagnosis: str, operations: str) -> str:
    """A core or basic group's code; one without operations ends with the colon."""
    return f"{diagnosis}:{operations}"


def comprehensive_code(diagnosis: str, treatment: str) -> str:
    return f"{diagnosis}:*{treatment}"


class _Keys:
    """The keys of cases: diagnosis and a set of operations."""

    def __init__(self, dip: Dip, cases: Cases, facts: Facts, rows: Any, year: Any) -> None:
        self.dip, self.cases, self.facts, self.year = dip, cases, facts, year
        self.operations = facts.counted_operations.taken(rows)
        self.treatment = facts.treatment[rows]
        characters = dip.said.catalogue.key.diagnosis_characters
        short = [shortened(word, characters) for word in cases.words["dx"]]
        self.short = sorted(set(short))
        number = {word: at for at, word in enumerate(self.short)}
        self.diagnosis = np.array([number[word] for word in short] + [NONE])[cases.word["principal"]]

    def formed(self) -> tuple[Any, list[Shape]]:
        """The key of each case, and what the keys are, in the order of their codes."""
        if not len(self.diagnosis):
            return np.zeros(0, np.int64), []
        if self.dip.said.catalogue.key.operations == "main and related":
            self.operations = self._main_and_related()
        label = labels(self.operations, len(self.cases.words["operations"]))
        joined = self.diagnosis * (int(label.max()) + 1) + label
        _, first, key = np.unique(joined, return_index=True, return_inverse=True)
        words = self.cases.words["operations"]
        taken = self.operations.taken(first)
        listed = [words[at] for at in taken.words.tolist()]
        starts = taken.start.tolist()
        diagnoses, treatments = self.diagnosis[first].tolist(), self.treatment[first].tolist()
        codes = []
        for at, diagnosis in enumerate(diagnoses):
            operations = "+".join(sorted(listed[starts[at] : starts[at + 1]]))
            text = self.short[diagnosis]
            codes.append(Shape(code_of(text, operations), "core", TREATMENTS[treatments[at]], text, operations))
        order = sorted(range(len(codes)), key=lambda at: codes[at].code)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return rank[key], [codes[at] for at in order]

    def _main_and_related(self) -> Lists:
        """The main operation, and with it the related ones where together they raise the mean cost enough."""
        said = self.dip.said.catalogue
        lists, words = self.operations, max(len(self.cases.words["operations"]), 1)
        rows = lists.rows()
        is_main = np.arange(len(lists.words)) == lists.start[rows]
        wanted = [TREATMENTS.index(word) for word in said.related.classes]
        related = ~is_main & np.isin(self.facts.classes[lists.words], wanted)
        label = labels(lists.chosen(related), words)
        main = np.full(len(self.diagnosis), NONE, np.int64)
        main[rows[is_main]] = lists.words[is_main]
        alone = self.diagnosis * (words + 1) + main + 1
        _, base = np.unique(alone, return_inverse=True)
        _, combined = np.unique(base * (int(label.max(initial=0)) + 1) + label, return_inverse=True)
        raises = self._raises(combined, base, label)
        return lists.chosen(is_main | (related & raises[combined][rows]))

    def _raises(self, combined: Any, base: Any, label: Any) -> Any:
        """Of each combination of main and related operations whether it costs more by so much than its main one
        alone; one too small for a core group does not count, one whose main operation is never alone does."""
        said = self.dip.said.catalogue
        count = int(combined.max()) + 1
        _, first = np.unique(combined, return_index=True)
        least = said.core.cases if said.core.cases is not None else said.core.least
        enough = (label[first] != 0) & (np.bincount(combined, minlength=count) >= (least or 1))
        mean = _means(self.dip, combined, self.cases.fee, self.year, count, enough | (label[first] == 0))
        of_base = {int(base[at]): mean[int(combined[at])] for at in first if label[at] == 0}
        raises = np.zeros(count, np.bool_)
        for one in np.flatnonzero(enough):
            below = of_base.get(int(base[first[one]]))
            raises[one] = below is None or mean[int(one)] > (1 + said.related.raises) * below
        return raises


def _means(dip: Dip, group: Any, fee: Any, year: Any, groups: int, wanted: Any) -> dict[int, Fraction]:
    """The weighted mean of those groups that are wanted."""
    said = dip.said.catalogue
    years = len(said.years)
    cell = group * years + year
    count, total = np.bincount(cell, minlength=groups * years).tolist(), sums(cell, fee, groups * years)
    return {
        one: weighted(
            count[one * years : (one + 1) * years],
            total[one * years : (one + 1) * years],
            said.year_weights,
            said.weighting == "years",
        )
        for one in np.flatnonzero(wanted).tolist()
    }


def days_of(cases: Cases) -> Any:
    """Days of stay, -1 where they are not known."""
    return cases.number.get("days", np.full(len(cases), NONE))


def _threshold(dip: Dip, count: Any) -> int:
    """From how many cases on a key is a core group."""
    core = dip.said.catalogue.core
    if core.cases is not None:
        return core.cases
    assert core.least is not None
    assert core.most is not None
    assert core.coverage is not None
    cases = int(count.sum())
    for least in range(core.most, core.least, -1):
        if int(count[count >= least].sum()) * core.coverage.denominator >= core.coverage.numerator * cases:
            return least
    return core.least


def _steady(dip: Dip, key: Any, fee: Any, days: Any, core: Any) -> Any:
    """Of each key whether the fees that count for its mean vary little enough."""
    said = dip.said.catalogue
    found = np.ones(len(core), np.bool_)
    there = np.flatnonzero(core[key])
    key, fee = key[there], fee[there]
    keep = counting(said.trimming, key, fee, days[there])
    key, fee = key[keep], fee[keep]
    size = len(core)
    count, total, squares = counts(key, size), sums(key, fee, size), square_sums(key, fee, size)
    for at in np.flatnonzero(core).tolist():
        found[at] = variation(count[at], total[at], squares[at]) <= said.variation.limit**2
    return found


def _comprehensive(dip: Dip, cases: Cases, treatment: Any, group: Any, excluded: Any, shapes: list[Shape]) -> None:
    """What is left, level by level, with its treatment class."""
    said = dip.said.catalogue.comprehensive
    for at, level in enumerate(said.levels):
        rest = np.flatnonzero(~excluded & (group == NONE))
        names = prefixes(cases.words["dx"], level, dip.chapters)
        known = sorted(set(names) - {""})
        number = {name: place for place, name in enumerate(known)}
        prefix = np.array([number.get(name, NONE) for name in names] + [NONE])[cases.word["principal"][rest]]
        rest, prefix = rest[prefix != NONE], prefix[prefix != NONE]
        found, cell, count = np.unique(
            prefix * len(TREATMENTS) + treatment[rest], return_inverse=True, return_counts=True
        )
        enough = count >= (said.cases if at < len(said.levels) - 1 else 1)
        place = np.where(enough, len(shapes) + np.cumsum(enough) - 1, NONE)
        group[rest] = place[cell]
        for one in found[enough].tolist():
            name, word = known[one // len(TREATMENTS)], TREATMENTS[one % len(TREATMENTS)]
            shapes.append(Shape(comprehensive_code(name, word), "comprehensive", word, name, ""))


def prefixes(words: list[str], level: object, chapters: tuple[tuple[str, str], ...]) -> list[str]:
    """What each diagnosis is called at a level: its first characters, or the range of its chapter; else nothing."""
    if level == "chapter":
        return [next((f"{low}-{high}" for low, high in chapters if low <= word[:3] <= high), "") for word in words]
    assert isinstance(level, int)
    return [shortened(word, level) for word in words]
