"""Each settlement's one payment path: its points, or its money, and the evidence for both.

Everything is a column; one case is a column of one row, counted by the same lines as five millions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import ceil, floor, lcm
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment.across import GROUP_CASES, READMITTED, with_across
from tongchou.engines.payment.columns import Mask, Words, cells, words
from tongchou.engines.payment.exact import Ints, ratio
from tongchou.engines.payment.factors import auxiliary, institution_factors
from tongchou.engines.payment.formula import figure, line
from tongchou.engines.payment.kinds import (
    BANDED,
    METHODS,
    POINTS,
    STATUSES,
    Band,
    Bands,
    Clearing,
    DayPoints,
    FewCases,
    Path,
    PerDiem,
    Points,
    Rate,
    Readmission,
    Standard,
    Stays,
)
from tongchou.engines.payment.routes import Routed, route
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.tables import SCALE, Year, ints
from tongchou.ground.errors import Place, fail
from tongchou.ground.region.number import Number

UNGROUPED = ("ungrouped", "missing", "", "无法入组", "数据有误")
AMBIGUOUS = ("qy", "歧义病案")
BAND_NAMES = ("low", "normal", "high", "extremely_high")
PATHS = (
    "", *STATUSES, *BAND_NAMES, "readmission", "day_points", "per_disease", "left_standard", "per_diem", "service",
    "institution",
)  # fmt: skip
"""How a case is paid; `institution`: with all of its institution's (capitation, quota, lump)."""


@dataclass
class Cases:
    """Columns by settlement, in the order of ids. `points` in ten-thousandths; `money`: the fund's, whole fen, for what
    points do not pay. `numbers` hold what a path was decided by."""

    records: pa.Table
    routed: Routed
    words: dict[str, Words]
    paths: Ints
    bands: Ints
    points: Ints
    money: Ints
    standards: Ints
    review: Mask
    pointed: Mask  # paid by points
    references: Ints  # what the cost was compared with, fen
    factors: dict[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.records)

    def column(self, name: str) -> Ints:
        return ints(self.records[name])


def pay_cases(rules: Rules, year: Year) -> Cases:
    """The path, points and money of every settlement. Raises Y110, Y302, Y303."""
    return _Counter(rules, year).count()


class _Counter:
    def __init__(self, rules: Rules, year: Year) -> None:
        self.rules, records = rules, year.records
        texts = {n: words(records[n]) for n in ("institution", "scheme", "setting", "group", "care", "status")}
        listed = words(year.others["institutions"]["institution"])
        levels = words(year.others["institutions"]["level"])
        self.at = _places(texts["institution"], listed)
        texts["level"] = Words(levels.words, levels.codes[self.at])
        self.words = texts
        routed = route(rules, records, texts)
        records = with_across(rules, records, routed, texts["group"], texts["institution"], texts["care"])
        rows = len(records)
        zero = np.zeros(rows, dtype=np.int64)
        self.cases = Cases(
            records,
            routed,
            texts,
            zero,
            zero.copy(),
            zero.copy(),
            zero.copy(),
            zero.copy(),
            np.zeros(rows, dtype=bool),
            np.zeros(rows, dtype=bool),
            zero.copy(),
        )
        self.cells = cells(texts["scheme"], texts["level"])
        self.others = year.others
        self.rounding = rules.need("clearing", Clearing).rounding
        self.cost = self.cases.column("total_fee")
        reviewed = year.others["special_cases"]["settlement_id"].combine_chunks()
        self.special: Mask = np.asarray(pc.is_in(records["settlement_id"], reviewed))

    def count(self) -> Cases:
        for method in METHODS:
            rows = self.cases.routed.of(method)
            if not rows.any():
                continue
            if method in BANDED:
                self._banded(method, rows)
            elif method == "per_disease":
                self._per_disease(rows)
            elif method == "per_diem":
                self._per_diem(rows)
            elif method == "service":
                self._set(rows, "service", self.cases.column("fund")[rows])
            else:
                self._set(rows, "institution", None)
        return self.cases

    def _set(self, rows: Mask, path: str, money: Ints | None) -> None:
        self.cases.paths[rows] = PATHS.index(path)
        if money is not None:
            self.cases.money[rows] = money

    # --- by group ---------------------------------------------------------------------------------------------------

    def _banded(self, method: str, rows: Mask) -> None:
        """DIP and DRG: the first status that fits, else the band of cost ÷ reference."""
        cases, left = self.cases, rows.copy()
        base = cases.column("base_points")
        if method in POINTS:
            left &= ~self._day_points(rows)
            self.factor = institution_factors(self.rules, self.others["institutions"], self.words["group"], self.at,
                                              cases.column("difference"))  # fmt: skip
            self.aux = auxiliary(self.rules, cases.records)
            cases.factors |= {"institution_factor": self.factor, "auxiliary_factor": self.aux}
            self.reference = cases.column("reference_mean")
        else:
            self.reference = self._rate_standard(rows, base)
        cases.references[rows] = self.reference[rows]
        for status, holds in self._statuses(base).items():
            here = left & holds
            if here.any():
                left &= ~here
                self._by_path(method, status, here, base)
        self._by_band(method, left, base)

    def _statuses(self, base: Ints) -> dict[str, Mask]:
        texts, days = self.words, self.cases.column("days")
        stays, few = self.rules.get("stays", Stays), self.rules.get("few_cases", FewCases)
        outside = np.zeros(len(base), dtype=bool)
        if stays is not None and stays.upto is not None:
            outside |= days <= int(figure(stays.upto))
        if stays is not None and stays.at_least is not None:
            outside |= days >= int(figure(stays.at_least))
        seldom = self.cases.column(GROUP_CASES) < (int(figure(few.below)) if few is not None else 0)
        return {
            "special": self.special,
            "excluded_by_stay": outside,
            "ungrouped": texts["status"].among(UNGROUPED),
            "qy": texts["status"].among(AMBIGUOUS),
            "zero_points": base == 0,
            "few_cases": seldom,
            "incomplete": self.cases.column("completed") == 0,
        }

    def _by_path(self, method: str, status: str, rows: Mask, base: Ints) -> None:
        cases = self.cases
        path = self.rules.get(f"path.{status}", Path)
        if path is None:
            name = cases.records["settlement_id"][int(np.flatnonzero(rows)[0])].as_py()
            raise fail("Y302", Place(table="settlements"), status=status, value=name)
        cases.paths[rows] = PATHS.index(status)
        cases.review[rows] |= path.review == "needed"
        kept = 1 - (figure(path.loss) if path.loss is not None else Fraction(0))
        if path.pays == "cost":
            charged = cases.column("fund")[rows]
            cases.money[rows] = ratio([charged, kept.numerator], [kept.denominator], int(rows.sum()), self.rounding)
            if status == "special":
                self._decided(rows)
        elif path.pays == "points":
            self._points_of_cost(method, rows, kept)
        elif path.pays == "group":
            for cell, said in self.cells.used(rows):
                here = rows & (self.cells.codes == cell)
                straight = line(path.factor, **said)
                most = figure(path.at_most, **said) if path.at_most is not None else None
                self._group(method, here, base, straight.slope, straight.intercept, kept, most)

    def _decided(self, rows: Mask) -> None:
        """What a review decided instead of the cost."""
        decided = {
            r["settlement_id"]: r["amount"] for r in self.others["special_cases"].to_pylist() if r["amount"] >= 0
        }
        if decided:
            for at in np.flatnonzero(rows).tolist():
                name = self.cases.records["settlement_id"][at].as_py()
                self.cases.money[at] = decided.get(name, int(self.cases.money[at]))

    def _points_of_cost(self, method: str, rows: Mask, kept: Fraction) -> None:
        points = self.rules.need("points", Points)
        if method not in POINTS or points.cost_of_one is None:
            raise fail("Y106", Place(key="points"), address="points.cost_of_one")
        one = figure(points.cost_of_one) * 100
        self._put_points(
            rows,
            [self.cost[rows], SCALE, one.denominator, kept.numerator],
            [one.numerator, kept.denominator],
        )

    def _by_band(self, method: str, rows: Mask, base: Ints) -> None:
        """cost ÷ reference between declared ends, each open or closed as declared."""
        if not rows.any():
            return
        cases, bands = self.cases, self.rules.need(f"bands.{method}", Bands).bands
        if (self.reference[rows] <= 0).any():
            name = cases.records["settlement_id"][int(np.flatnonzero(rows & (self.reference <= 0))[0])].as_py()
            raise fail("Y303", Place(table="groups"), value=name)
        left, cell = rows.copy(), self.cells.codes
        ends = self._ends(bands, rows)
        again = self.rules.get("readmission", Readmission)
        back = (self.cases.column(READMITTED) == 1) & (again is not None and method in POINTS)
        halved = figure(again.factor) if again is not None else Fraction(1)
        for band, end in zip(bands, ends, strict=True):
            here = left.copy()
            if end is not None:
                on_cost, on_mean = _times(self.cost, end[1][cell]), _times(self.reference, end[0][cell])
                here &= on_cost < on_mean if band.below is not None else on_cost <= on_mean
            left &= ~here
            cases.bands[here] = BAND_NAMES.index(band.status) + 1
            cases.paths[here] = PATHS.index(band.status)
            cases.review[here] |= band.review == "needed"
            for at, said in self.cells.used(here):
                straight = line(band.factor, **said)
                for returned, kept in ((False, Fraction(1)), (True, halved)):
                    some = here & (cell == at) & (back == returned)
                    self._group(method, some, base, straight.slope, straight.intercept, kept, None)
            cases.paths[here & back] = PATHS.index("readmission")
            cases.review[here & back] |= again is not None and again.review == "needed"

    def _ends(self, bands: Sequence[Band], rows: Mask) -> list[tuple[Ints, Ints] | None]:
        """The upper end of each band by cell, as fractions; the last has none. Raises Y116 where they do not rise."""
        found: list[tuple[Ints, Ints] | None] = []
        before: dict[int, Fraction] = {}
        for band in bands:
            end = band.below if band.below is not None else band.upto
            if end is None:
                found.append(None)
                continue
            found.append(self.cells.figures(partial(_figure_of, end), rows))
            for cell, said in self.cells.used(rows):
                value = figure(end, **said)
                if value <= before.get(cell, Fraction(-1)):
                    raise fail("Y116", Place(key="bands"), value=value)
                before[cell] = value
        return found

    def _group(
        self, method: str, rows: Mask, base: Ints, slope: Fraction, intercept: Fraction, kept: Fraction,
        most: Fraction | None,
    ) -> None:  # fmt: skip
        """base × (slope × cost ÷ reference + intercept) × factors, of which `kept` is left, at most `most` × base."""
        if not rows.any():
            return
        tops: list[Any] = [base[rows], kept.numerator]
        bottoms: list[Any] = [kept.denominator]
        if slope:
            common = lcm(slope.denominator, intercept.denominator)
            mean = self.reference[rows]
            straight = int(slope * common) * self.cost[rows] + int(intercept * common) * mean
            tops.append(np.maximum(straight, 0))
            bottoms += [common, mean]
        else:
            tops.append(max(intercept.numerator, 0))
            bottoms.append(intercept.denominator)
        if method in POINTS:
            tops += [self.factor[rows], self.aux[rows]]
            bottoms += [SCALE, SCALE]
            self._put_points(rows, tops, bottoms, None if most is None else (base[rows], most))
        else:
            # In place of points the standard, in fen; its base is the weight.
            tops[0] = self.reference[rows]
            self._fund(rows, ratio(tops, bottoms, int(rows.sum()), self.rounding), self.rules.need("rate", Rate).fund)

    def _put_points(
        self, rows: Mask, tops: Sequence[Any], bottoms: Sequence[Any], most: tuple[Ints, Fraction] | None = None
    ) -> None:
        said, size = self.rules.need("points", Points), int(rows.sum())
        step = 10 ** (4 - int(figure(said.decimals)))
        found = ratio(tops, [*bottoms, step], size, said.rounding)
        if most is not None:
            base, share = most
            found = np.minimum(found, ratio([base, share.numerator], [share.denominator, step], size, said.rounding))
        self.cases.points[rows] = found * step
        self.cases.pointed[rows] = True

    def _day_points(self, rows: Mask) -> Mask:
        """Stays that are paid by days with points out of the same budget."""
        taken = np.zeros(len(rows), dtype=bool)
        for care, provision in self.rules.named("day_points").items():
            assert isinstance(provision.value, DayPoints)
            here = rows & self.words["care"].among((care,)) & ~self.special
            for cell, said in self.cells.used(here):
                some = here & (self.cells.codes == cell)
                daily = figure(provision.value.points, **said)
                days = self.cases.column("days")[some]
                self._put_points(some, [days, SCALE, daily.numerator], [daily.denominator])
            self.cases.paths[here] = PATHS.index("day_points")
            taken |= here
        return taken

    # --- by money ---------------------------------------------------------------------------------------------------

    def _rate_standard(self, rows: Mask, weight: Ints) -> Ints:
        """weight × rate, whole fen."""
        said = self.rules.need("rate", Rate)
        above, below = self.cells.figures(lambda cell: figure(said.price, **cell) * 100, rows)
        found = np.zeros(len(rows), dtype=np.int64)
        at = self.cells.codes[rows]
        found[rows] = ratio([weight[rows], above[at]], [SCALE, below[at]], int(rows.sum()), self.rounding)
        return found

    def _fund(self, rows: Mask, standard: Ints, kind: str) -> None:
        """The fund's part of a standard, never less than nothing."""
        cases = self.cases
        cases.standards[rows] = standard
        if kind == "all":
            part = standard
        elif kind == "minus":
            part = np.maximum(standard - cases.column("person_paid")[rows] - cases.column("other_paid")[rows], 0)
        else:
            own = sum(cases.column(name)[rows] for name in ("full_self_pay", "first_self_pay", "deductible"))
            share = cases.column("fund_ratio")[rows]
            part = ratio([np.maximum(standard - own, 0), share], [SCALE], int(rows.sum()), self.rounding)
        cases.money[rows] = part

    def _per_disease(self, rows: Mask) -> None:
        """A fixed standard for a disease; beyond its cost ratios, or with none, by service."""
        cases, left = self.cases, rows.copy()
        for provision in self.rules.named("standard").values():
            said = provision.value
            assert isinstance(said, Standard)
            here = left & self.words["group"].among(said.groups) & (cases.column("completed") == 1)
            left &= ~here
            for cell, names in self.cells.used(here):
                some = here & (self.cells.codes == cell)
                standard = figure(said.standard, **names) * 100
                fen = int(standard)
                stays = some.copy()
                if said.leaves_below is not None:
                    stays &= self.cost >= ceil(figure(said.leaves_below, **names) * fen)
                if said.leaves_above is not None:
                    stays &= self.cost <= floor(figure(said.leaves_above, **names) * fen)
                cases.paths[stays] = PATHS.index("per_disease")
                self._fund(stays, np.full(int(stays.sum()), fen, dtype=np.int64), said.fund)
                self._set(some & ~stays, "left_standard", cases.column("fund")[some & ~stays])
        self._set(left, "left_standard", cases.column("fund")[left])

    def _per_diem(self, rows: Mask) -> None:
        """Days × standards, by phases of the stay."""
        cases, left = self.cases, rows.copy()
        days = cases.column("days")
        for care, provision in self.rules.named("per_diem").items():
            said = provision.value
            assert isinstance(said, PerDiem)
            here = left & self.words["care"].among((care,))
            left &= ~here
            for cell, names in self.cells.used(here):
                some = here & (self.cells.codes == cell)
                stayed, begun = days[some], 0
                standard = np.zeros(len(stayed), dtype=np.int64)
                for phase in said.phases:
                    price = int(figure(phase.price, **names) * 100)
                    ends = int(figure(phase.upto)) if phase.upto is not None else None
                    until = stayed if ends is None else np.minimum(stayed, ends)
                    standard += np.maximum(until - begun, 0) * price
                    begun = ends if ends is not None else begun
                cases.paths[some] = PATHS.index("per_diem")
                self._fund(some, standard, said.fund)
        if left.any():
            name = cases.records["settlement_id"][int(np.flatnonzero(left)[0])].as_py()
            raise fail("Y307", Place(table="settlements"), value=name, column="per_diem")


def _figure_of(number: Number, said: dict[str, str]) -> Fraction:
    return figure(number, **said)


def _places(found: Words, listed: Words) -> Ints:
    """Of each row the row of its institution; institutions stand in the order of their words."""
    place = {word: i for i, word in enumerate(listed.words)}
    at = np.array([place[word] for word in found.words], dtype=np.int64)
    return at[found.codes] if len(at) else np.zeros(0, dtype=np.int64)


def _times(column: Ints, factor: Ints) -> Any:
    """A product for comparing; in Python's numbers where int64 does not suffice."""
    safe = not len(column) or int(column.max()) * int(factor.max()) < 1 << 62
    return column * factor if safe else column.astype(object) * factor


__all__ = ["BAND_NAMES", "PATHS", "Cases", "pay_cases"]
