"""Weights of groups from what their cases cost (权重测算): exact means of declared years, whole fen in, fractions until
they are rounded once. The order of the cases is of no consequence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.grouping.grouper import STATUS
from tongchou.engines.grouping.machine import GROUPED
from tongchou.engines.grouping.scheme import Scheme
from tongchou.engines.grouping.weighting import Declared
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.money import round_fraction
from tongchou.ground.sums import (
    counts,
    root,
    rounded,
    square_sums,
    sums,
    variation,
    weighted,
)
from tongchou.ground.trimming import counting

CV_DECIMALS, STAY_DECIMALS = 4, 2
UNKNOWN = -1
"""In place of days that are not known."""
COLUMNS = ("discharge_id", "year", "total_fee", "days")


@dataclass(frozen=True)
class Weighed:
    """One group. `cases` of each year, `kept`: those that count for its mean. `how` it is weighed: by its `own` cases,
    by those of its small `siblings` or of its whole `adrg`, as `given`, or by nothing (empty: it has no weight). `mean`
    in fen, of what it is weighed by; `cv` in ten-thousandths and `stay`, mean days in hundredths (-1: not known), of
    its own cases; `weight` in units of the declared decimals."""

    drg: str
    adrg: str
    cases: tuple[int, ...]
    kept: int
    how: str
    mean: int
    cv: int
    stay: int
    weight: int


@dataclass(frozen=True)
class Weights:
    """`groups` in the order of their codes; `mean` of all cases in fen. `counted`: cases by what became of them.
    `summed`: cases × weight of those weighed, in units of the decimals, and how many `cases` these are (of the years,
    or of the last one, as the scale says; else of all years)."""

    declared: Declared
    groups: list[Weighed]
    mean: int
    counted: dict[str, int]
    summed: int
    cases: int


def weigh(declared: Declared, scheme: Scheme, cases: pa.Table, groups: pa.Table) -> Weights:
    """Weigh the groups of a scheme. `cases`: `COLUMNS`, the fee in fen, days of -1 where not known; `groups`: index,
    status and drg of each, as grouping tells them. Only cases of the declared years that fell into a group count.
    Raises D107 for a group that the scheme has not, D323 for a case that was grouped twice, D325 without a case, D151
    where what is given leaves nothing to scale, D161 for a benchmark that is not weighed by cases."""
    adrg_of = _adrgs(scheme)
    _must_be_known(declared, adrg_of)
    counted, case = _cases(declared, adrg_of, cases, groups)
    made = _Weighing(declared, adrg_of, case)
    return made.weights(counted)


def _adrgs(scheme: Scheme) -> dict[str, str]:
    """The ADRG of each code that a case can have: its rules' DRGs, and itself where none of them holds."""
    found: dict[str, str] = {}
    for mdc in scheme.mdcs:
        for node in mdc.nodes:
            for rule in node.rules:
                found.setdefault(rule.drg, node.adrg)
    if not scheme.falls_through:
        for mdc in scheme.mdcs:
            for node in mdc.nodes:
                found.setdefault(node.adrg, node.adrg)
    return dict(sorted(found.items()))


def _must_be_known(declared: Declared, adrg_of: Mapping[str, str]) -> None:
    named = [*declared.given, *filter(None, [declared.said.scale.benchmark])]
    if strange := [drg for drg in named if drg not in adrg_of]:
        raise ProblemError(*(_unknown(drg) for drg in strange))


def _unknown(drg: str) -> Problem:
    return Problem("D107", details={"column": "drg", "value": drg, "table": "drg.csv"})


@dataclass(frozen=True)
class _Cases:
    """Of each case its group and year by number, its fee in fen, its days."""

    group: Any
    year: Any
    fee: Any
    days: Any

    def taken(self, rows: Any) -> _Cases:
        return _Cases(self.group[rows], self.year[rows], self.fee[rows], self.days[rows])


def _cases(
    declared: Declared, adrg_of: Mapping[str, str], cases: pa.Table, groups: pa.Table
) -> tuple[dict[str, int], _Cases]:
    """The cases that count, and how many of the others are left out."""
    years = declared.said.years
    year = np.asarray(cases["year"])
    of_years = np.isin(year, years)
    if not of_years.any():
        raise fail("D325", years="、".join(map(str, years)))
    index = groups["index"].combine_chunks().cast(pa.string())
    if pc.count_distinct(index).as_py() != len(index):
        seen = pc.value_counts(index).to_pylist()
        raise fail("D323", Place(table="groups"), value=min(one["values"] for one in seen if one["counts"] > 1))
    at = pc.index_in(cases["discharge_id"].combine_chunks().cast(pa.string()), index)
    status = pc.fill_null(groups["status"].cast(pa.string()).combine_chunks().take(at), "")
    codes = pc.fill_null(groups["drg"].cast(pa.string()).combine_chunks().take(at), "")
    grouped = np.asarray(pc.equal(status, STATUS[GROUPED])) & of_years
    place = pc.index_in(codes, pa.array(list(adrg_of), pa.string()))
    rows = np.flatnonzero(grouped)
    if (lost := np.flatnonzero(grouped & np.asarray(pc.is_null(place)))).size:
        raise ProblemError(*(_unknown(word) for word in sorted(set(codes.take(pa.array(lost)).to_pylist()))))
    if not len(rows):
        raise fail("D325", years="、".join(map(str, years)))
    counted = {
        "outside": int((~of_years).sum()),
        "unseen": int((np.asarray(pc.is_null(at)) & of_years).sum()),
        "ungrouped": int((~np.asarray(pc.is_null(at)) & of_years & ~grouped).sum()),
        "grouped": len(rows),
    }
    whole = _Cases(
        np.asarray(pc.fill_null(place, 0)).astype(np.int64),
        np.searchsorted(years, year),
        np.asarray(cases["total_fee"]),
        np.asarray(pc.fill_null(cases["days"], UNKNOWN)),
    )
    return counted, whole.taken(rows)


@dataclass
class _Weighing:
    """What each group is weighed by, and then what it weighs."""

    declared: Declared
    adrg_of: Mapping[str, str]
    cases: _Cases
    means: dict[int, Fraction] = field(default_factory=dict)
    how: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.said = self.declared.said
        self.codes = list(self.adrg_of)
        self.years = len(self.said.years)
        size = len(self.codes)
        cells = np.bincount(self.cases.group * self.years + self.cases.year, minlength=size * self.years)
        self.per_year: list[list[int]] = cells.reshape(size, self.years).tolist()
        cases = self.cases
        self.keep = counting(self.said.trimming, cases.group, cases.fee, cases.days)
        self.kept = self.cases.taken(np.flatnonzero(self.keep))
        self.kept_of = counts(self.kept.group, size)
        self.cv = self._cvs()

    def weights(self, counted: dict[str, int]) -> Weights:
        self._weigh_by()
        everyone = self.kept if self.said.overall == "kept" else self.cases
        overall = self._weighted(np.zeros(len(everyone.fee), np.int64), everyone, 1)[0]
        given = {at: Fraction(self.declared.given[self.codes[at]]) for at, how in self.how.items() if how == "given"}
        one, over = self._unit(overall, given)
        decimals, rounding = self.said.decimals, self.said.rounding
        units = {at: rounded(mean * one, decimals, rounding) for at, mean in self.means.items()}
        units |= {at: rounded(weight, decimals, rounding) for at, weight in given.items()}
        stay = self._stays()
        groups = [
            Weighed(
                drg=drg,
                adrg=self.adrg_of[drg],
                cases=tuple(self.per_year[at]),
                kept=self.kept_of[at],
                how=self.how.get(at, ""),
                mean=round_fraction(self.means.get(at, Fraction(0))),
                cv=root(self.cv[at], CV_DECIMALS),
                stay=stay[at],
                weight=units.get(at, 0),
            )
            for at, drg in enumerate(self.codes)
        ]
        counted |= {"trimmed": int((~self.keep).sum())}
        counted |= {
            f"weighed {how}" if how else "unweighed": sum(sum(one.cases) for one in groups if one.how == how)
            for how in ("own", "siblings", "adrg", "given", "")
        }
        summed = sum(over[at] * unit for at, unit in units.items())
        return Weights(self.declared, groups, round_fraction(overall), counted, summed, sum(over[at] for at in units))

    def _cvs(self) -> list[Fraction]:
        """The square of the coefficient of variation of each group, nothing for one without cases."""
        size, kept = len(self.codes), self.kept
        total, squares = sums(kept.group, kept.fee, size), square_sums(kept.group, kept.fee, size)
        return [
            variation(n, one, square) if n else Fraction(0)
            for n, one, square in zip(self.kept_of, total, squares, strict=True)
        ]

    def _stays(self) -> list[int]:
        size, known = len(self.codes), self.kept.taken(np.flatnonzero(self.kept.days >= 0))
        count, total = counts(known.group, size), sums(known.group, known.days, size)
        return [
            rounded(Fraction(one, n), STAY_DECIMALS, "half_up") if n else UNKNOWN
            for n, one in zip(count, total, strict=True)
        ]

    def _weighted(self, of: Any, cases: _Cases, size: int) -> list[Fraction]:
        """The weighted mean of each of `size` sets of cases, nothing for one without."""
        cell = of * self.years + cases.year
        count, total = counts(cell, size * self.years), sums(cell, cases.fee, size * self.years)
        spans = [slice(at * self.years, (at + 1) * self.years) for at in range(size)]
        by_year = self.said.weighting == "years"
        return [
            weighted(count[span], total[span], self.said.year_weights, by_year) if any(count[span]) else Fraction(0)
            for span in spans
        ]

    def _weigh_by(self) -> None:
        """By their own cases groups with enough of them that do not vary too much; the others by the first of `few`
        that can."""
        few, said = [], self.said
        own = self._weighted(self.kept.group, self.kept, len(self.codes))
        for at in range(len(self.codes)):
            uneven = said.variation.above == "few" and self.cv[at] > said.variation.limit**2
            if sum(self.per_year[at]) >= said.cases and not uneven:
                self.means[at], self.how[at] = own[at], "own"
            else:
                few.append(at)
        for way in said.few:
            left = [at for at in few if at not in self.how]
            if way == "given":
                self.how |= {at: "given" for at in left if self.codes[at] in self.declared.given}
                continue
            self._together(way, left, left if way == "siblings" else range(len(self.codes)))

    def _together(self, way: str, few: list[int], of: Any) -> None:
        """Small groups by the cases of their ADRG in some groups, where these are enough."""
        adrgs = sorted(set(self.adrg_of.values()))
        number = {adrg: at for at, adrg in enumerate(adrgs)}
        mine = np.full(len(self.codes), UNKNOWN, np.int64)
        together: defaultdict[str, int] = defaultdict(int)
        for at in of:
            mine[at] = number[self.adrg_of[self.codes[at]]]
            together[self.adrg_of[self.codes[at]]] += sum(self.per_year[at])
        rows = np.flatnonzero(mine[self.kept.group] != UNKNOWN)
        cases = self.kept.taken(rows)
        means = self._weighted(mine[cases.group], cases, len(adrgs))
        for at in few:
            adrg = self.adrg_of[self.codes[at]]
            if together[adrg] >= self.said.cases:
                self.means[at], self.how[at] = means[number[adrg]], way

    def _unit(self, overall: Fraction, given: Mapping[int, Fraction]) -> tuple[Fraction, list[int]]:
        """What a fen of a group's mean weighs; and of each group the cases over which weights are summed."""
        scale = self.said.scale
        over = [own[-1] if scale.of == "last" else sum(own) for own in self.per_year]
        if scale.to == "mean":
            return 1 / overall, over
        if scale.to == "benchmark":
            mean = self.means.get(self.codes.index(str(scale.benchmark)))
            if not mean:
                raise fail("D161", value=scale.benchmark)
            return 1 / mean, over
        if not sum(over):
            raise fail("D325", years=str(self.said.years[-1]))
        cost = sum((over[at] * mean for at, mean in self.means.items()), Fraction(0))
        left = sum(over[at] for at in self.means) + sum(
            (over[at] * (1 - weight) for at, weight in given.items()), Fraction(0)
        )
        if cost <= 0 or left <= 0:
            raise fail("D151", cases=sum(over))
        return left / cost, over
