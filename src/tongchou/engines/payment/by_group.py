"""DIP and DRG: the first status that fits a case, else the band in which its cost ÷ reference lies."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any

import numpy as np

from tongchou.engines.payment.across import GROUP_CASES, READMITTED
from tongchou.engines.payment.cases import BAND_NAMES, PATHS, Desk
from tongchou.engines.payment.columns import Mask
from tongchou.engines.payment.exact import Ints, ratio
from tongchou.engines.payment.factors import adjustments, auxiliary, institution_factors
from tongchou.engines.payment.formula import figure, line
from tongchou.engines.payment.table_columns import SCALE
from tongchou.ground.errors import Place, fail
from tongchou.ground.region.clearing_kinds import Band, Bands, DayPoints, FewCases, Path, Points, Readmission, Stays
from tongchou.ground.region.clearing_money import Rate
from tongchou.ground.region.methods import POINTS
from tongchou.ground.region.number import Number

UNGROUPED = ("ungrouped", "missing", "", "无法入组", "数据有误", "faulty", "excluded")
AMBIGUOUS = ("qy", "歧义病案")


class ByGroup:
    """Counts the rows of one method. Raises Y106, Y110, Y111, Y116, Y302, Y303."""

    def __init__(self, desk: Desk, method: str) -> None:
        self.desk, self.method = desk, method
        self.rules, self.cases, self.cells, self.words = desk.rules, desk.cases, desk.cells, desk.words
        self.cost, self.special, self.rounding, self.others = desk.cost, desk.special, desk.rounding, desk.others
        self.base = desk.cases.column("base_points")

    def count(self, rows: Mask) -> None:
        """DIP and DRG: the first status that fits, else the band of cost ÷ reference."""
        cases, left = self.cases, rows.copy()
        if self.method in POINTS:
            left &= ~self._day_points(rows)
            institutions, given = self.others["institutions"], cases.column("difference")
            self.factor = institution_factors(self.rules, institutions, self.words["group"], self.desk.at, given)
            self.adjustments = [*adjustments(self.rules, institutions, self.desk.at), cases.column("conduct")]
            self.aux = auxiliary(self.rules, cases.records)
            cases.factors |= {"institution_factor": self.factor, "auxiliary_factor": self.aux}
            self.reference = cases.column("reference_mean")
        else:
            self.reference = self._rate_standard(rows)
        cases.references[rows] = self.reference[rows]
        for status, holds in self._statuses().items():
            here = left & holds
            if here.any():
                left &= ~here
                self._by_path(status, here)
        self._by_band(left)

    def _statuses(self) -> dict[str, Mask]:
        texts, days = self.words, self.cases.column("days")
        stays, few = self.rules.get("stays", Stays), self.rules.get("few_cases", FewCases)
        outside = np.zeros(len(self.base), dtype=bool)
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
            "zero_points": self.base == 0,
            "few_cases": seldom,
            "incomplete": self.cases.column("completed") == 0,
        }

    def _by_path(self, status: str, rows: Mask) -> None:
        cases = self.cases
        path = self.rules.get(f"path.{status}", Path)
        if path is None:
            raise fail("Y302", Place(table="settlements"), status=status, value=self.desk.example(rows))
        cases.paths[rows] = PATHS.index(status)
        cases.review[rows] |= path.review == "needed"
        kept = 1 - (figure(path.loss) if path.loss is not None else Fraction(0))
        if path.pays == "cost":
            charged = cases.column("fund")[rows]
            cases.money[rows] = ratio([charged, kept.numerator], [kept.denominator], int(rows.sum()), self.rounding)
            if status == "special":
                self._decided(rows)
        elif path.pays == "points":
            self._points_of_cost(rows, kept)
        elif path.pays == "group":
            for cell, said in self.cells.used(rows):
                here = rows & (self.cells.codes == cell)
                straight = line(path.factor, **said)
                most = figure(path.at_most, **said) if path.at_most is not None else None
                self._group(here, straight.slope, straight.intercept, kept, most)

    def _decided(self, rows: Mask) -> None:
        """What a review decided instead of the cost."""
        decided = {
            r["settlement_id"]: r["amount"] for r in self.others["special_cases"].to_pylist() if r["amount"] >= 0
        }
        if decided:
            for at in np.flatnonzero(rows).tolist():
                name = self.cases.records["settlement_id"][at].as_py()
                self.cases.money[at] = decided.get(name, int(self.cases.money[at]))

    def _points_of_cost(self, rows: Mask, kept: Fraction) -> None:
        points = self.rules.need("points", Points)
        if self.method not in POINTS or points.cost_of_one is None:
            raise fail("Y106", Place(key="points"), address="points.cost_of_one")
        one = figure(points.cost_of_one) * 100
        self._put_points(
            rows,
            [self.cost[rows], SCALE, one.denominator, kept.numerator],
            [one.numerator, kept.denominator],
        )

    def _by_band(self, rows: Mask) -> None:
        """cost ÷ reference between declared ends, each open or closed as declared."""
        if not rows.any():
            return
        cases, bands = self.cases, self.rules.need(f"bands.{self.method}", Bands).bands
        self._comparable(rows)
        left, cell = rows.copy(), self.cells.codes
        ends = self._ends(bands, rows)
        again = self.rules.get("readmission", Readmission)
        back = (self.cases.column(READMITTED) == 1) & (again is not None and self.method in POINTS)
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
                    self._group(some, straight.slope, straight.intercept, kept, None)
            cases.paths[here & back] = PATHS.index("readmission")
            cases.review[here & back] |= again is not None and again.review == "needed"

    def _comparable(self, rows: Mask) -> None:
        nothing = rows & (self.reference <= 0)
        if nothing.any():
            raise fail("Y303", Place(table="groups"), value=self.desk.example(nothing))

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
        self, rows: Mask, slope: Fraction, intercept: Fraction, kept: Fraction,
        most: Fraction | None,
    ) -> None:  # fmt: skip
        """base × (slope × cost ÷ reference + intercept) × factors, of which `kept` is left, at most `most` × base."""
        if not rows.any():
            return
        tops: list[Any] = [self.base[rows], kept.numerator]
        bottoms: list[Any] = [kept.denominator]
        if slope:
            self._comparable(rows)
            common = lcm(slope.denominator, intercept.denominator)
            mean = self.reference[rows]
            straight = int(slope * common) * self.cost[rows] + int(intercept * common) * mean
            tops.append(np.maximum(straight, 0))
            bottoms += [common, mean]
        else:
            tops.append(max(intercept.numerator, 0))
            bottoms.append(intercept.denominator)
        if self.method in POINTS:
            factors = [self.factor, self.aux, *self.adjustments]
            tops += [factor[rows] for factor in factors]
            bottoms += [SCALE] * len(factors)
            self._put_points(rows, tops, bottoms, None if most is None else (self.base[rows], most))
        else:
            # In place of points the standard, in fen; its base is the weight.
            tops[0] = self.reference[rows]
            self.desk.put_fund(
                rows, ratio(tops, bottoms, int(rows.sum()), self.rounding), self.rules.need("rate", Rate).fund
            )

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

    def _rate_standard(self, rows: Mask) -> Ints:
        """weight × rate, whole fen."""
        said = self.rules.need("rate", Rate)
        above, below = self.cells.figures(lambda cell: figure(said.price, **cell) * 100, rows)
        found = np.zeros(len(rows), dtype=np.int64)
        at = self.cells.codes[rows]
        found[rows] = ratio([self.base[rows], above[at]], [SCALE, below[at]], int(rows.sum()), self.rounding)
        return found


def _figure_of(number: Number, said: dict[str, str]) -> Fraction:
    return figure(number, **said)


def _times(column: Ints, factor: Ints) -> Any:
    """A product for comparing; in Python's numbers where int64 does not suffice."""
    safe = not len(column) or int(column.max()) * int(factor.max()) < 1 << 62
    return column * factor if safe else column.astype(object) * factor
