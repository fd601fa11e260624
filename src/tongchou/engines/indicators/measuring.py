"""Indicators of institutions by period: what stands above and below, the same a year before, the figure, the verdict.

Everything is counted in whole fen, days and cases; a figure is a fraction of two of them, and is not rounded here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tongchou.engines.indicators.asked import Asked, goal_of, lines_of
from tongchou.engines.indicators.reading import OF_DISCHARGES, Cases, Ints, matching
from tongchou.engines.indicators.targets import MISSED, REACHED
from tongchou.ground.region.indicator_kinds import Indicator, Taken
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import facts_on
from tongchou.ground.region.scalars import Count
from tongchou.ground.region.values import finite

Period = Literal["year", "quarter", "month"]
MONTHS: dict[str, int] = {"year": 12, "quarter": 3, "month": 1}
UNDECIDED = "无从判断"
Mask = npt.NDArray[np.bool_]
_NEEDS = {"fund": "settlements", "person": "settlements", "line_amount": "lines"}


@dataclass(frozen=True)
class Figure:
    """One indicator of one institution (nobody: the whole region) in one period. `before`: both parts a year earlier,
    where the indicator is a growth. `value`: yuan, days, times or a share; none where nothing can be divided."""

    name: str
    unit: str
    cite: str
    sentence: str
    institution: str
    level: str
    period: str
    above: int
    below: int
    before: tuple[int, int] | None
    value: Fraction | None
    goal: tuple[str, Fraction] | None
    verdict: str


@dataclass(frozen=True)
class Measured:
    """`figures` in the order of indicators, institutions and periods; `without`: indicators that the tables do not
    have what they ask for, with the table they lack."""

    figures: list[Figure]
    without: dict[str, str]


def measure(pack: Pack, asked: Sequence[Asked], cases: Cases, year: int, by: Period) -> Measured:
    """Every indicator of every institution that had a case of it, and of the region."""
    first, last = pack.year.span(year)
    choices = lines_of(asked)
    found, without = [], {}
    for one in asked:
        if lacks := _lacks(one, cases):
            without[one.name] = lacks
            continue
        here = _Here(pack, cases, one.said, last, choices, _months(cases.last, first), MONTHS[by])
        found += here.figures(one, pack, last, first)
    return Measured(found, without)


def value_of_parts(
    said: Indicator, above: int, below: int, before: tuple[int, int] | None
) -> Fraction | None:  # fmt: skip
    """The figure: above ÷ below, in yuan where they are fen, or by how much that grew.

    Growth is (a ÷ b) ÷ (a₀ ÷ b₀) − 1 of exact fractions; nothing can be said where one of the four is missing.
    """
    if not below:
        return None
    level = Fraction(above, below)
    if said.shown == "level":
        return level / 100 if said.unit == "yuan" else level
    if before is None or not before[0] or not before[1]:
        return None
    return level / Fraction(*before) - 1


def judged(value: Fraction | None, goal: tuple[str, Fraction] | None) -> str:
    """达到, 未达到, 无从判断, or nothing where nothing is agreed. Exactly as much as was agreed is enough."""
    if goal is None:
        return ""
    if value is None:
        return UNDECIDED
    end, figure = goal
    return REACHED if (value <= figure if end == "at_most" else value >= figure) else MISSED


class _Here:
    """The cases of one indicator, in cells of institution and period."""

    def __init__(
        self, pack: Pack, cases: Cases, said: Indicator, day: date, choices: Sequence[object], months: Ints, size: int
    ) -> None:
        self.pack, self.cases, self.said, self.day, self.choices = pack, cases, said, day, choices
        self.of = _all(cases, said.of)
        self.periods = 12 // size
        now = (months >= 0) & (months < 12)
        before = (months >= -12) & (months < 0)
        self.times = {"now": (now, months // size), "before": (before, (months + 12) // size)}
        self.size = size

    def figures(self, asked: Asked, pack: Pack, last: date, first: date) -> list[Figure]:
        names = [*self.cases.institutions, ""]
        parts = {time: [self._part(part, time) for part in asked.parts] for time in self.times}
        cases = self._part(Taken(take="cases"), "now")
        levels = self._levels()
        found = []
        for at, institution in enumerate(names):
            goal = goal_of(pack, asked, levels[at], last) if institution and levels[at] else None
            for period in range(self.periods):
                if not cases[at][period]:
                    continue
                above, below = _pair(parts["now"], at, period)
                before = _pair(parts["before"], at, period) if self.said.shown == "growth" else None
                value = value_of_parts(self.said, above, below, before)
                label = _label(first, self.size, period)
                verdict = judged(value, goal)
                told = asked.name, asked.said.unit, asked.cite, asked.sentence
                found.append(Figure(*told, institution, levels[at], label, above, below, before, value, goal, verdict))
        return found

    def _part(self, taken: Taken, time: str) -> list[list[int]]:
        """What a part comes to in each cell: by institution (the whole region last), by period."""
        cases = self.cases
        inside, period = self.times[time]
        rows = np.flatnonzero(self._rows(taken) & inside)
        cell = cases.institution[rows] * self.periods + period[rows]
        size = len(cases.institutions) * self.periods
        if taken.take == "people":
            own = _people(cell, cases.person[rows], size)
            whole = _people(period[rows], cases.person[rows], self.periods)
        else:
            values = self._values(taken)[rows]
            own, whole = _sums(cell, values, size), _sums(period[rows], values, self.periods)
        found: list[list[int]] = own.reshape(-1, self.periods).tolist()
        return [*found, whole.tolist()]

    def _rows(self, taken: Taken) -> Mask:
        cases = self.cases
        keep = self.of & _all(cases, taken.where)
        if taken.any:
            keep &= np.logical_or.reduce([_all(cases, one) for one in taken.any])
        keep &= _all(cases, {f"facts.{name}": words for name, words in taken.facts.items()})
        if taken.lines and taken.take != "line_amount":
            keep &= self._lines(taken) > 0
        if taken.repeats_within is not None:
            keep &= self._repeats(taken.repeats_within, keep)
        return keep

    def _repeats(self, within: Count, among: Mask) -> Mask:
        """Cases that begin so many days at most after the one before of the same person and institution ended."""
        days = finite("repeats_within", within, facts_on(self.pack, self.day))
        cases, found = self.cases, np.zeros(len(self.cases), np.bool_)
        rows = np.flatnonzero(among)
        rows = rows[np.lexsort((cases.last[rows], cases.first[rows], cases.person[rows], cases.institution[rows]))]
        same = (cases.person[rows][1:] == cases.person[rows][:-1]) & (
            cases.institution[rows][1:] == cases.institution[rows][:-1]
        )
        gap = cases.first[rows][1:] - cases.last[rows][:-1]
        found[rows[1:][same & (gap <= int(days))]] = True
        return found

    def _values(self, taken: Taken) -> Ints:
        if taken.take == "cases":
            return np.ones(len(self.cases), np.int64)
        if taken.take == "days":
            return self.cases.days
        return self._lines(taken) if taken.take == "line_amount" else self.cases.amounts[taken.take]

    def _lines(self, taken: Taken) -> Ints:
        return self.cases.lines[self.choices.index({str(name): words for name, words in taken.lines.items()})]

    def _levels(self) -> list[str]:
        """Of each institution the level of most of its cases; of equal ones the first word."""
        size = len(self.cases.institutions)
        if "level" not in self.cases.columns:
            return [""] * (size + 1)
        column = self.cases.columns["level"].combine_chunks().dictionary_encode()
        words = column.dictionary.to_pylist()
        codes = np.asarray(column.indices.fill_null(len(words))).astype(np.int64)
        rows = codes < len(words)
        counts = np.bincount(
            self.cases.institution[rows] * len(words) + codes[rows], minlength=size * len(words)
        ).reshape(size, len(words))
        found = []
        for row in counts.tolist():
            best = min(((-n, word) for n, word in zip(row, words, strict=True) if n), default=(0, ""))
            found.append(best[1])
        return [*found, ""]


def _all(cases: Cases, written: object) -> Mask:
    keep = np.ones(len(cases), np.bool_)
    assert isinstance(written, dict)
    for name, words in written.items():
        keep &= np.asarray(matching(cases.columns[name], name, words))
    return keep


def _lacks(asked: Asked, cases: Cases) -> str:
    """A table that the indicator cannot do without, and that is not there."""
    for part in asked.parts:
        needs = {_NEEDS.get(part.take, ""), "lines" if part.lines else ""}
        written = {*asked.said.of, *part.where, *(name for one in part.any for name in one)}
        needs |= {"discharges"} if written & set(OF_DISCHARGES) else set()
        for table in sorted(needs & cases.missing):
            return table
    return ""


def _pair(parts: Sequence[list[list[int]]], at: int, period: int) -> tuple[int, int]:
    return parts[0][at][period], parts[1][at][period] if len(parts) > 1 else 1


def _sums(cell: Ints, values: Ints, size: int) -> Ints:
    found = np.zeros(size, np.int64)
    np.add.at(found, cell, values)
    return found


def _people(cell: Ints, person: Ints, size: int) -> Ints:
    """Different people in each cell."""
    if not len(cell):
        return np.zeros(size, np.int64)
    width = int(person.max()) + 1
    return np.bincount(np.unique(cell * width + person) // width, minlength=size).astype(np.int64)


def _months(days: Ints, first: date) -> Ints:
    """How many months after the first day of the year (a first of a month) each day lies; less than 0 before it."""
    months = pa.array(days.astype(np.int32), pa.date32()).to_numpy(zero_copy_only=False).astype("datetime64[M]")
    found: Ints = months.astype(np.int64) - ((first.year - 1970) * 12 + first.month - 1)
    return found


def _label(first: date, size: int, period: int) -> str:
    if size == 12:
        return str(first.year)
    number = first.month - 1 + period * size
    year, month = first.year + number // 12, number % 12 + 1
    return f"{year}-{month:02d}" if size == 1 else f"{first.year}-Q{period + 1}"
