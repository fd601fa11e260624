"""The catalogue: groups with their means, points and spread, auxiliary factors, and what became of every case."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from tongchou.engines.dip.auxiliary import Factor, factors
from tongchou.engines.dip.cases import PARTS, Cases
from tongchou.engines.dip.codes import length, shortened
from tongchou.engines.dip.facts import Facts
from tongchou.engines.dip.forming import NONE, Shape, days_of, form
from tongchou.ground.errors import Place, fail
from tongchou.ground.money import round_fraction
from tongchou.ground.region.dip.load import Dip
from tongchou.ground.sums import counts, root, rounded, square_sums, sums, variation, weighted
from tongchou.ground.trimming import counting

CV_DECIMALS = 4


@dataclass(frozen=True)
class Group:
    """One group. `cases` of each year; `kept`: those that count for the mean. `mean` in fen; `rw` in units of the
    declared decimals; `cv` in ten-thousandths; `stay`: mean days in hundredths, -1 where not known; `deaths`."""

    shape: Shape
    cases: tuple[int, ...]
    kept: int
    mean: int
    rw: int
    cv: int
    stay: int
    deaths: int


@dataclass(frozen=True)
class Mean:
    """The mean cost (fen) of the cases that count, of a group in a year (0: weighted over all years) at a level of
    institution ("": all)."""

    group: str
    year: int
    level: str
    cases: int
    mean: int


@dataclass(frozen=True)
class Layer:
    """A row of the upper layers: the groups of a diagnosis (level 2) or of a category (level 1) together."""

    level: int
    diagnosis: str
    groups: int
    cases: int
    mean: int
    rw: int


@dataclass(frozen=True)
class PartValue:
    """What a part of the cost of a group is worth: drugs, consumables, or the `rest` of the group's points.

    `cases` that count and tell their part, its mean in fen (0 of the rest), points in units of the declared decimals.
    """

    group: str
    part: str
    cases: int
    mean: int
    rw: int


@dataclass(frozen=True)
class Built:
    """`groups` in the order of their codes; `mean`, that of all cases, in fen; `counted`: cases by what became of
    them; `core_share`: cases in core groups by cases in any, in ten-thousandths."""

    dip: Dip
    groups: list[Group]
    means: list[Mean]
    layers: list[Layer]
    factors: list[Factor]
    mean: int
    threshold: int
    dissolved: int
    counted: dict[str, int]
    core_share: int = field(default=0)
    parts: list[PartValue] = field(default_factory=list)


def build(dip: Dip, cases: Cases) -> Built:
    """Build the catalogue from the cases of the declared years. Raises D325, D326, D333."""
    said = dip.said.catalogue
    rows = np.flatnonzero(np.isin(cases.year, said.years))
    if not len(rows):
        raise fail("D325", years="、".join(map(str, said.years)))
    outside = len(cases) - len(rows)
    if outside:
        cases = cases.taken(rows)
    year = np.searchsorted(said.years, cases.year)
    facts = Facts(dip, cases)
    formed = form(dip, cases, facts, year)
    there = np.flatnonzero(formed.group != NONE)
    order = sorted(range(len(formed.shapes)), key=lambda at: formed.shapes[at].code)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    valuing = _Valuing(
        dip, cases.taken(there), [formed.shapes[at] for at in order], rank[formed.group[there]], year[there]
    )
    groups = valuing.groups(cases if said.overall == "all" else None, year)
    counted = {
        "outside": outside,
        "excluded": int(formed.excluded.sum()),
        "unplaced": int(((formed.group == NONE) & ~formed.excluded).sum()),
        "trimmed": int((~valuing.keep).sum()),
    }
    for kind in ("pre", "core", "basic", "comprehensive"):
        counted[kind] = sum(sum(one.cases) for one in groups if one.shape.kind == kind)
    return Built(
        dip=dip,
        groups=groups,
        means=valuing.means(groups),
        layers=valuing.layers(),
        factors=factors(dip, valuing.cases, valuing.group, valuing.keep, groups),
        mean=round_fraction(valuing.overall),
        threshold=formed.threshold,
        dissolved=formed.dissolved,
        counted=counted,
        parts=valuing.parts(groups),
        core_share=_share(counted["core"] + counted["basic"] + counted["pre"], len(there)),
    )


class _Valuing:
    """What the groups are worth."""

    def __init__(self, dip: Dip, cases: Cases, shapes: list[Shape], group: Any, year: Any) -> None:
        self.dip, self.cases, self.shapes, self.group, self.year = dip, cases, shapes, group, year
        self.keep = counting(dip.said.catalogue.trimming, group, cases.fee, days_of(cases))
        self.years = len(dip.said.catalogue.years)
        self.exact: list[Fraction] = []
        self.overall = Fraction(0)

    def groups(self, everyone: Cases | None, year: Any) -> list[Group]:
        """The groups with their values; `everyone`: all cases, where the overall mean is of them."""
        said = self.dip.said.catalogue
        size = len(self.shapes)
        keep, fee = np.flatnonzero(self.keep), self.cases.fee
        self.exact = self._weighted(self.group[keep], fee[keep], self.year[keep], size)
        if everyone is None:
            self.overall = self._weighted(np.zeros(len(keep), np.int64), fee[keep], self.year[keep], 1)[0]
        else:
            self.overall = self._weighted(np.zeros(len(everyone), np.int64), everyone.fee, year, 1)[0]
        points = self._points(self._against())
        cells = np.bincount(self.group * self.years + self.year, minlength=size * self.years)
        per_year = cells.reshape(size, self.years).tolist()
        kept, total = counts(self.group[keep], size), sums(self.group[keep], fee[keep], size)
        squares = square_sums(self.group[keep], fee[keep], size)
        stay, deaths = self._stay(size), self._deaths(size)
        return [
            Group(
                shape=shape,
                cases=tuple(per_year[at]),
                kept=kept[at],
                mean=round_fraction(self.exact[at]),
                rw=rounded(points[at], said.decimals, said.rounding),
                cv=root(variation(kept[at], total[at], squares[at]), CV_DECIMALS),
                stay=stay[at],
                deaths=deaths[at],
            )
            for at, shape in enumerate(self.shapes)
        ]

    def means(self, groups: list[Group]) -> list[Mean]:
        """Of each group, year and level the mean cost of the cases that count."""
        keep = np.flatnonzero(self.keep)
        group, fee, year = self.group[keep], self.cases.fee[keep], self.year[keep]
        found = [Mean(one.shape.code, 0, "", one.kept, one.mean) for one in groups]
        levels: list[tuple[str, Any]] = [("", np.ones(len(keep), np.bool_))]
        if "level" in self.cases.word:
            own = self.cases.word["level"][keep]
            levels += [(word, own == at) for at, word in enumerate(self.cases.words["level"])]
        for level, there in levels:
            if level:
                found += self._by_level(level, group[there], fee[there], year[there])
            cell = group[there] * self.years + year[there]
            count, total = counts(cell, len(groups) * self.years), sums(cell, fee[there], len(groups) * self.years)
            found += [
                Mean(
                    groups[at // self.years].shape.code,
                    self._year(at),
                    level,
                    n,
                    round_fraction(Fraction(total[at], n)),
                )
                for at, n in enumerate(count)
                if n
            ]
        return sorted(found, key=lambda one: (one.group, one.year, one.level))

    def layers(self) -> list[Layer]:
        """The two layers above the groups: by the diagnosis of the key and by its category."""
        said = self.dip.said.catalogue
        keep = np.flatnonzero(self.keep)
        found = []
        for level, characters in ((1, 3), (2, said.key.diagnosis_characters)):
            words = [one.diagnosis for one in self.shapes]
            short = [_above(word, characters) for word in words]
            names = sorted(set(short) - {""})
            number = {name: at for at, name in enumerate(names)}
            of_group = np.array([number.get(word, NONE) for word in short])
            own = of_group[self.group[keep]]
            there = np.flatnonzero(own != NONE)
            exact = self._weighted(own[there], self.cases.fee[keep][there], self.year[keep][there], len(names))
            cases = np.bincount(of_group[self.group][of_group[self.group] != NONE], minlength=len(names)).tolist()
            groups = np.bincount(of_group[of_group != NONE], minlength=len(names)).tolist()
            for at, name in enumerate(names):
                rw = rounded(exact[at] / self.overall * said.points, said.decimals, said.rounding)
                found.append(Layer(level, name, groups[at], cases[at], round_fraction(exact[at]), rw))
        return found

    def _by_level(self, level: str, group: Any, fee: Any, year: Any) -> list[Mean]:
        size = len(self.shapes)
        count = counts(group, size)
        exact = self._weighted(group, fee, year, size)
        return [Mean(self.shapes[at].code, 0, level, n, round_fraction(exact[at])) for at, n in enumerate(count) if n]

    def _weighted(self, group: Any, fee: Any, year: Any, size: int) -> list[Fraction]:
        """The weighted mean of each group, nothing for one without cases."""
        said, years = self.dip.said.catalogue, self.years
        cell = group * years + year
        count, total = counts(cell, size * years), sums(cell, fee, size * years)
        spans = [slice(at * years, (at + 1) * years) for at in range(size)]
        by_year = said.weighting == "years"
        return [
            weighted(count[span], total[span], said.year_weights, by_year) if any(count[span]) else Fraction(0)
            for span in spans
        ]

    def parts(self, groups: list[Group]) -> list[PartValue]:
        """Of each group its parts, weighted as its cost is and set against the same mean; the rest is what its points
        have left. Raises D335 where the discharges do not tell a part."""
        said = self.dip.said.catalogue
        if not said.separate:
            return []
        found: list[PartValue] = []
        left = [one.rw for one in groups]
        against = self._against()
        for part in said.separate:
            if PARTS[part] not in self.cases.number:
                raise fail("D335", Place(key="catalogue.separate"), value=part, column=PARTS[part])
            fee = self.cases.number[PARTS[part]]
            rows = np.flatnonzero(self.keep & (fee >= 0))
            exact = self._weighted(self.group[rows], fee[rows], self.year[rows], len(groups))
            told = counts(self.group[rows], len(groups))
            for at, group in enumerate(groups):
                rw = rounded(exact[at] / against * said.points, said.decimals, said.rounding)
                left[at] -= rw
                found.append(PartValue(group.shape.code, part, told[at], round_fraction(exact[at]), rw))
        found += [
            PartValue(group.shape.code, "rest", group.kept, 0, rest) for group, rest in zip(groups, left, strict=True)
        ]
        return sorted(found, key=lambda one: (one.group, one.part))

    def _against(self) -> Fraction:
        """What is worth the declared points: the mean of all cases, or that of the benchmark."""
        said = self.dip.said.catalogue
        if said.value.by != "benchmark":
            return self.overall
        codes = {shape.code: at for at, shape in enumerate(self.shapes)}
        if said.value.benchmark not in codes:
            raise fail("D333", Place(key="catalogue.value.benchmark"), value=said.value.benchmark)
        return self.exact[codes[said.value.benchmark]]

    def _points(self, against: Fraction) -> list[Fraction]:
        said = self.dip.said.catalogue
        quota = self.dip.quota if said.value.by == "quota" else {}
        costs = [Fraction(quota[shape.code]) if shape.code in quota else exact for shape, exact in self._with_exact()]
        return [cost / against * said.points for cost in costs]

    def _with_exact(self) -> list[tuple[Shape, Fraction]]:
        return list(zip(self.shapes, self.exact, strict=True))

    def _stay(self, size: int) -> list[int]:
        """Mean days of each group in hundredths, half up, over the cases whose days are known."""
        if "days" not in self.cases.number:
            return [NONE] * size
        days = self.cases.number["days"]
        known = np.flatnonzero(days >= 0)
        count, total = counts(self.group[known], size), sums(self.group[known], days[known], size)
        return [rounded(Fraction(t, n), 2, "half_up") if n else NONE for n, t in zip(count, total, strict=True)]

    def _deaths(self, size: int) -> list[int]:
        if "outcome" not in self.cases.word:
            return [0] * size
        words = self.cases.words["outcome"]
        died = np.array([word in self.dip.said.catalogue.died for word in words] + [False], np.bool_)
        return counts(self.group[died[self.cases.word["outcome"]]], size)

    def _year(self, cell: int) -> int:
        return int(self.dip.said.catalogue.years[cell % self.years])


def _above(diagnosis: str, characters: int) -> str:
    """The diagnosis or category a group's diagnosis belongs to; nothing for a wider one."""
    if "-" in diagnosis or length(diagnosis) < characters:
        return ""
    return shortened(diagnosis, characters)


def _share(part: int, whole: int) -> int:
    return rounded(Fraction(part, whole), 4, "half_up") if whole else 0
