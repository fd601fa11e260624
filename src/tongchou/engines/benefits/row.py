"""One claim's numbers: every table looked up, every formula computed, every condition decided — and remembered.

The step sees only integers; what they came from stays in `Use` for the explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.numbers import GroupRow, LayerRow, Use
from tongchou.engines.benefits.plan import Cells, LayerPlan, Plan
from tongchou.engines.benefits.shape import NO_LIMIT, Row
from tongchou.engines.benefits.values import fen, finite, holds, number, ratio, value_of
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN, MODES, UNITS, round_fraction
from tongchou.ground.region.model import (
    Adjustment,
    Bands,
    Cap,
    Deductible,
    Floor,
    Ratio,
    Rounding,
    Takes,
)
from tongchou.ground.region.number import Cell, Table, used_cells
from tongchou.ground.region.pack import Declared

ONE = Fraction(1)
_MODES = ("half_up", "half_even", "down", "up")
assert set(_MODES) == set(MODES)


class RowBuilder:
    """Builds the rows of a claim's layers from a plan and the claim's facts as the layer's own fund sees them."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self.plan, self.facts = plan, facts

    def layer(self, plan: LayerPlan, account_open: bool) -> LayerRow:
        """The numbers of one layer; `account_open`: whether an account may pay at all."""
        row = LayerRow()
        for guard in plan.guards:
            if holds(guard, self.facts):
                row.active, row.skipped_by = False, row.skipped_by or guard
                row.uses.append(Use("guard", guard))
            else:
                row.uses.append(Use("guard", guard, applied=False))
        if not account_open:
            row.active = False
        self._pad(plan, row)
        if row.active:
            self._fill(plan, row)
        return row

    def _pad(self, plan: LayerPlan, row: LayerRow) -> None:
        """Widths that do not depend on the claim, so that an inactive layer flattens like any other."""
        bands = len(value_of(plan.bands, Bands).rows) if plan.bands else 1
        row.edges = [NO_LIMIT] * bands
        row.pays = [Fraction(0)] * bands
        row.limits = [NO_LIMIT] * len(plan.limit_counts)
        row.feeds = [False] * len(plan.feeds)
        for take in value_of(plan.takes, Takes).terms:
            row.coefficients += [ONE] * self._pots(take.pot, plan)

    def _pots(self, pot: str, plan: LayerPlan) -> int:
        at = self.plan.layers.index(plan)
        if pot == "unpaid":
            return 2 + 3 * at
        return int(pot in self.plan.pot_names[: 5 + 3 * at])

    def _fill(self, plan: LayerPlan, row: LayerRow) -> None:
        self._takes(plan, row)
        self._caps(plan, row)
        if plan.layer.payer == "given":
            row.feeds = [True] * len(plan.feeds)
            return
        self._deductible(plan, row)
        row.pays = self._scale(plan, row)
        self._floors(plan, row)
        self._rest(plan, row)

    def _takes(self, plan: LayerPlan, row: LayerRow) -> None:
        takes = plan.takes
        row.uses.append(Use("takes", takes))
        row.coefficients = []
        for take in value_of(takes, Takes).terms:
            row.coefficients += [ratio(takes.address, take.coefficient, self.facts)] * self._pots(take.pot, plan)

    def _caps(self, plan: LayerPlan, row: LayerRow) -> None:
        held: dict[int, bool] = {}
        for i, cap in enumerate(plan.caps):
            value = value_of(cap, Cap)
            held[id(cap)] = holds(cap, self.facts)
            if not held[id(cap)]:
                row.uses.append(Use("cap", cap, applied=False))
                continue
            row.limits[i] = fen(cap.address, value.at_most, self.facts)
            limit = number(cap.address, value.at_most, self.facts)
            row.uses.append(Use("cap", cap, limit, self._cells_used(value.at_most)))
        if plan.layer.payer == "account":
            row.limits[-1] = 0  # the count of an account is minus its balance
        row.feeds = [any(cap is None or held[id(cap)] for cap in caps) for caps in plan.feeds.values()]

    def _deductible(self, plan: LayerPlan, row: LayerRow) -> None:
        if plan.deductible is None:
            return
        declared = plan.deductible
        value = value_of(declared, Deductible)
        amount = finite(declared.address, value.amount, self.facts)
        row.uses.append(Use("deductible", declared, amount, self._cells_used(value.amount)))
        for adjustment in plan.adjustments:
            if not holds(adjustment, self.facts):
                row.uses.append(Use("deductible adjustment", adjustment, applied=False))
                continue
            amount, change = self._adjusted(adjustment, amount)
            row.uses.append(Use("deductible adjustment", adjustment, change))
        row.deductible = min(MAX_FEN, round_fraction(max(Fraction(0), amount) * 100))
        if value.yearly_maximum is not None:
            row.yearly_maximum = fen(declared.address, value.yearly_maximum, self.facts)

    def _adjusted(self, declared: Declared, amount: Fraction) -> tuple[Fraction, Fraction | None]:
        change = value_of(declared, Adjustment)
        (name,) = change.changes()
        value = number(declared.address, getattr(change, name), self.facts)
        if value is None:
            return amount, value  # `at_most: 不限` changes nothing
        results = {
            "times": amount * value,
            "plus": amount + value,
            "minus": amount - value,
            "set": value,
            "at_least": max(amount, value),
            "at_most": min(amount, value),
        }
        return results[name], value

    def _scale(self, plan: LayerPlan, row: LayerRow) -> list[Fraction]:
        if plan.bands is None:
            if plan.ratio is None:
                if plan.layer.payer != "account":
                    raise fail("C005", address=f"{self.plan.scheme}.{plan.name}.ratio", dimension="-", word="-")
                return [Fraction(1)]
            value = value_of(plan.ratio, Ratio).pay
            pay = ratio(plan.ratio.address, value, self.facts)
            row.uses.append(Use("ratio", plan.ratio, pay, self._cells_used(value)))
            return [pay]
        declared = plan.bands
        pays, lower = [], 0
        for i, band in enumerate(value_of(declared, Bands).rows):
            if band.upto is not None:
                edge = fen(declared.address, band.upto, self.facts)
                if edge != NO_LIMIT and edge <= lower:
                    raise fail("C017", layer=declared.address)
                row.edges[i] = lower = edge
            value = band.pay if band.pay is not None else band.own
            stated = ratio(declared.address, value, self.facts)
            pays.append(stated if band.pay is not None else 1 - stated)
            row.uses.append(Use(f"band {i + 1}", declared, pays[-1], self._cells_used(value)))
        return pays

    def _floors(self, plan: LayerPlan, row: LayerRow) -> None:
        for declared in plan.floors:
            if not holds(declared, self.facts):
                row.uses.append(Use("floor", declared, applied=False))
                continue
            share = ratio(declared.address, value_of(declared, Floor).at_least, self.facts)
            row.uses.append(Use("floor", declared, share))
            row.floor = max(row.floor, share)

    def _rest(self, plan: LayerPlan, row: LayerRow) -> None:
        if plan.rounding is not None:
            rounding = value_of(plan.rounding, Rounding)
            row.unit, row.mode = UNITS[rounding.unit], _MODES.index(rounding.mode)
            row.uses.append(Use("rounding", plan.rounding))
        if plan.allocation is not None and plan.deductible is not None:
            row.uses.append(Use("allocation", plan.allocation))

    def _cells_used(self, value: object) -> tuple[tuple[str, str, str | None], ...]:
        if not isinstance(value, Table):
            return ()
        path: list[tuple[str, str, Cell]] = used_cells(value, self.facts)
        return tuple((dimension, word, cell.cite) for dimension, word, cell in path)


def flatten(rows: Sequence[LayerRow], cells: Cells) -> Row:
    """The integers the step reads; the ratios of a layer over their least common denominator."""
    groups = [_group_of_cells(row, cells) for row in rows]
    units = [lcm(*(pay.denominator for group in row.groups for pay in group.pays)) for row in rows]
    coefficients = [c for row in rows for c in row.coefficients]
    return Row(
        active=[int(r.active) for r in rows],
        take_numerator=[c.numerator for c in coefficients],
        take_denominator=[c.denominator for c in coefficients],
        limit=[x for r in rows for x in r.limits],
        deductible=[r.deductible for r in rows],
        yearly_maximum=[r.yearly_maximum for r in rows],
        edge=[e for r in rows for e in r.edges],
        rate=[
            group.pays[band].numerator * (unit // group.pays[band].denominator)
            for row, unit, of_cells in zip(rows, units, groups, strict=True)
            for band in range(len(row.edges))
            for group in of_cells
        ],
        rate_unit=units,
        floor_numerator=[r.floor.numerator for r in rows],
        floor_denominator=[r.floor.denominator for r in rows],
        unit=[r.unit for r in rows],
        mode=[r.mode for r in rows],
        rank=[group.rank for of_cells in groups for group in of_cells],
        feed=[int(f) for r in rows for f in r.feeds],
    )


def _group_of_cells(row: LayerRow, cells: Cells) -> list[GroupRow]:
    by_item = {group.item: group for group in row.groups}
    alike = by_item.get(None)
    return [alike if alike is not None else by_item[item] for _, item in cells]
