"""One claim's numbers: every table looked up, every formula computed, every condition decided — and remembered.

The step sees only integers; what they came from stays in `Use` for the explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.plan import Cells, LayerPlan, Plan
from tongchou.engines.benefits.shape import NO_LIMIT, Row
from tongchou.engines.benefits.split import number
from tongchou.ground.errors import fail
from tongchou.ground.money import MODES, UNITS, round_fraction
from tongchou.ground.region.model import (
    Adjust,
    Adjustment,
    Allocation,
    Bands,
    Cap,
    Clamp,
    Deductible,
    Factor,
    Floor,
    OwnRatio,
    Ratio,
    Rounding,
    Takes,
)
from tongchou.ground.region.number import Cell, Table, used_cells
from tongchou.ground.region.pack import Declared

_MODES = ("half_up", "half_even", "down", "up")
assert set(_MODES) == set(MODES)


@dataclass(frozen=True)
class Use:
    """One declared fact that decided a number of this claim: its role, value, and the table cells that led to it.

    `applied` is False for a fact that was looked at and did not apply.
    """

    role: str
    fact: Declared
    value: Fraction | None = None
    cells: tuple[tuple[str, str, str | None], ...] = ()  # dimension, word, citation of a re-set cell
    item: str | None = None
    applied: bool = True


@dataclass
class LayerRow:
    """The numbers of one layer before they are flattened; money in fen, ratios as fractions."""

    active: bool = True
    skipped_by: Declared | None = None
    coefficients: list[Fraction] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    deductible: int = 0
    yearly_maximum: int = NO_LIMIT
    edges: list[int] = field(default_factory=list)
    rates: list[list[Fraction]] = field(default_factory=list)  # [band][cell]
    floor: Fraction = Fraction(0)
    given: int = 0
    unit: int = 1
    mode: int = 0
    rank: list[int] = field(default_factory=list)
    feeds: list[bool] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


def fen(address: str, value: Fraction | None) -> int:
    """Declared yuan as fen, NO_LIMIT for none. Raises C028 below zero."""
    if value is None:
        return NO_LIMIT
    if value < 0:
        raise fail("C028", address=address)
    return round_fraction(value * 100)


class RowBuilder:
    """Builds the rows of a claim's layers from a plan, the claim's facts and its cells."""

    def __init__(self, plan: Plan, facts: Facts, cells: Cells, reduction: Sequence[Declared]) -> None:
        self.plan, self.facts, self.cells, self.reduction = plan, facts, cells, reduction
        self.items = {item: facts.with_facts({"item": item}) if item else facts for _, item in cells}

    def build(self, given: dict[str, int], account_open: Sequence[bool], entitlement: Sequence[Facts]) -> list[LayerRow]:
        return [
            self._layer(plan, given.get(plan.name, 0), account_open[i], entitlement[i])
            for i, plan in enumerate(self.plan.layers)
        ]

    def _layer(self, plan: LayerPlan, given: int, account_open: bool, facts: Facts) -> LayerRow:
        row = LayerRow(given=given)
        for guard in plan.guards:
            if facts.holds(guard.value.when):  # type: ignore[attr-defined]
                row.active, row.skipped_by = False, guard
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
        bands = len(plan.bands.value.rows) if plan.bands else 1  # type: ignore[attr-defined]
        row.edges = [NO_LIMIT] * bands
        row.rates = [[Fraction(0)] * len(self.cells) for _ in range(bands)]
        row.limits = [NO_LIMIT] * len(plan.limit_counts)
        row.rank = [0] * len(self.cells)
        row.feeds = [False] * len(plan.feeds)
        assert plan.takes is not None
        for take in plan.takes.value.terms:  # type: ignore[attr-defined]
            row.coefficients += [Fraction(1)] * self._pots(take.pot, plan)

    def _pots(self, pot: str, plan: LayerPlan) -> int:
        at = self.plan.layers.index(plan)
        if pot == "unpaid":
            return 2 + 3 * at
        return int(pot in self.plan.pot_names()[: 5 + 3 * at])

    def _fill(self, plan: LayerPlan, row: LayerRow) -> None:
        self._takes(plan, row)
        self._caps(plan, row)
        if plan.layer.payer == "given":
            row.feeds = [True] * len(plan.feeds)
            return
        self._deductible(plan, row)
        self._ratios(plan, row)
        self._floors(plan, row)
        self._rest(plan, row)

    def _takes(self, plan: LayerPlan, row: LayerRow) -> None:
        assert plan.takes is not None and isinstance(plan.takes.value, Takes)
        row.uses.append(Use("takes", plan.takes))
        row.coefficients = []
        for take in plan.takes.value.terms:
            value = number(plan.takes.address, take.coefficient, self.facts)
            if value is None or not 0 <= value <= 1:
                raise fail("C018", address=plan.takes.address, value=value)
            row.coefficients += [value] * self._pots(take.pot, plan)

    def _caps(self, plan: LayerPlan, row: LayerRow) -> None:
        held: dict[int, bool] = {}
        for i, cap in enumerate(plan.caps):
            value = cap.value
            assert isinstance(value, Cap)
            holds = self.facts.holds(value.when)
            held[id(cap)] = holds
            limit = number(cap.address, value.at_most, self.facts) if holds else None
            row.limits[i] = fen(cap.address, limit)
            row.uses.append(Use("cap", cap, limit, self._cells_used(value.at_most) if holds else (), applied=holds))
        if plan.layer.payer == "account":
            row.limits[-1] = 0  # the count of an account is minus its balance
        row.feeds = [any(cap is None or held[id(cap)] for cap in caps) for caps in plan.feeds.values()]

    def _deductible(self, plan: LayerPlan, row: LayerRow) -> None:
        if plan.deductible is None:
            return
        declared = plan.deductible
        assert isinstance(declared.value, Deductible)
        amount = number(declared.address, declared.value.amount, self.facts)
        if amount is None:
            raise fail("C006", address=declared.address, reason="不限 / unlimited")
        row.uses.append(Use("deductible", declared, amount, self._cells_used(declared.value.amount)))
        for adjustment in plan.adjustments:
            assert isinstance(adjustment.value, Adjustment)
            if not self.facts.holds(adjustment.value.when):
                row.uses.append(Use("deductible adjustment", adjustment, applied=False))
                continue
            amount, value = self._adjusted(adjustment, adjustment.value, amount)
            row.uses.append(Use("deductible adjustment", adjustment, value))
        row.deductible = round_fraction(max(Fraction(0), amount) * 100)
        if declared.value.yearly_maximum is not None:
            maximum = number(declared.address, declared.value.yearly_maximum, self.facts)
            row.yearly_maximum = fen(declared.address, maximum)

    def _adjusted(self, declared: Declared, change: Adjustment, amount: Fraction) -> tuple[Fraction, Fraction | None]:
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

    def _ratios(self, plan: LayerPlan, row: LayerRow) -> None:
        pays = self._scale(plan, row)
        for k, (_, item) in enumerate(self.cells):
            facts = self.items[item]
            own = next((r for r in plan.own_ratios if facts.holds(r.value.when)), None)  # type: ignore[attr-defined]
            for band, pay in enumerate(pays):
                row.rates[band][k] = self._ratio(plan, facts, self._own(own, facts, pay), item, row, band == 0, own)

    def _own(self, own: Declared | None, facts: Facts, pay: Fraction) -> Fraction:
        if own is None:
            return pay
        assert isinstance(own.value, OwnRatio)
        return _ratio_of(own, number(own.address, own.value.pay, facts))

    def _scale(self, plan: LayerPlan, row: LayerRow) -> list[Fraction]:
        if plan.bands is None:
            if plan.ratio is None:
                if plan.layer.payer != "account":
                    raise fail("C005", address=f"{self.plan.scheme}.{plan.name}.ratio", dimension="-", word="-")
                return [Fraction(1)]
            assert isinstance(plan.ratio.value, Ratio)
            pay = _ratio_of(plan.ratio, number(plan.ratio.address, plan.ratio.value.pay, self.facts))
            row.uses.append(Use("ratio", plan.ratio, pay, self._cells_used(plan.ratio.value.pay)))
            return [pay]
        declared = plan.bands
        assert isinstance(declared.value, Bands)
        pays, lower = [], 0
        for i, band in enumerate(declared.value.rows):
            if band.upto is not None:
                edge = fen(declared.address, number(declared.address, band.upto, self.facts))
                if edge != NO_LIMIT and edge <= lower:
                    raise fail("C017", layer=declared.address)
                row.edges[i] = lower = edge
            value = band.pay if band.pay is not None else band.own
            ratio = _ratio_of(declared, number(declared.address, value, self.facts))
            pays.append(ratio if band.pay is not None else 1 - ratio)
            row.uses.append(Use(f"band {i + 1}", declared, pays[-1], self._cells_used(value)))
        return pays

    def _ratio(
        self, plan: LayerPlan, facts: Facts, ratio: Fraction, item: str | None, row: LayerRow, note: bool, own: Declared | None
    ) -> Fraction:
        """Factors in written order, then points, then clamps. What applied is noted once an item, not once a band."""
        uses: list[Use] = [Use("own ratio", own, ratio, (), item)] if own is not None else []
        for declared in [*plan.factors]:
            assert isinstance(declared.value, Factor)
            holds = facts.holds(declared.value.when)
            if holds:
                ratio = self._factored(declared, declared.value, ratio, facts)
            uses.append(Use("factor", declared, None, (), item, holds))
        points, point_uses = self._points(plan, facts, item)
        ratio += points
        uses += point_uses
        if plan.layer.payer == "fund":
            for declared in self.reduction:
                ratio *= _ratio_of(declared, number(declared.address, declared.value.pay, facts))  # type: ignore[attr-defined]
                uses.append(Use("reduced", declared, None, (), item))
        if plan.clamp is not None:
            assert isinstance(plan.clamp.value, Clamp)
            low, high = plan.clamp.value.at_least, plan.clamp.value.at_most
            ratio = max(ratio, number(plan.clamp.address, low, facts) or Fraction(0)) if low is not None else ratio
            top = number(plan.clamp.address, high, facts) if high is not None else None
            ratio = ratio if top is None else min(ratio, top)
            uses.append(Use("clamp", plan.clamp, ratio, (), item))
        if note:
            row.uses += uses
        return min(Fraction(1), max(Fraction(0), ratio))

    def _factored(self, declared: Declared, factor: Factor, ratio: Fraction, facts: Facts) -> Fraction:
        if factor.pay is not None:
            return ratio * (number(declared.address, factor.pay, facts) or Fraction(0))
        return 1 - (1 - ratio) * (number(declared.address, factor.own_share, facts) or Fraction(0))

    def _points(self, plan: LayerPlan, facts: Facts, item: str | None) -> tuple[Fraction, list[Use]]:
        """Points as a ratio: plain ones all count, of each `highest_of` group only the highest."""
        total, uses = Fraction(0), []
        groups: dict[str, tuple[Fraction, Declared]] = {}
        for declared in plan.points:
            assert isinstance(declared.value, Adjust)
            if not facts.holds(declared.value.when):
                uses.append(Use("points", declared, None, (), item, applied=False))
                continue
            points = number(declared.address, declared.value.points, facts) or Fraction(0)
            group = declared.value.highest_of
            if group is None:
                total += points
                uses.append(Use("points", declared, points, (), item))
            elif group not in groups or points > groups[group][0]:
                if group in groups:
                    uses.append(Use("points", groups[group][1], groups[group][0], (), item, applied=False))
                groups[group] = (points, declared)
            else:
                uses.append(Use("points", declared, points, (), item, applied=False))
        for points, declared in groups.values():
            total += points
            uses.append(Use("points", declared, points, (), item))
        return total / 100, uses

    def _floors(self, plan: LayerPlan, row: LayerRow) -> None:
        for declared in plan.floors:
            assert isinstance(declared.value, Floor)
            holds = self.facts.holds(declared.value.when)
            value = _ratio_of(declared, number(declared.address, declared.value.at_least, self.facts)) if holds else None
            row.uses.append(Use("floor", declared, value, applied=holds))
            row.floor = max(row.floor, value or Fraction(0))

    def _rest(self, plan: LayerPlan, row: LayerRow) -> None:
        if plan.rounding is not None:
            assert isinstance(plan.rounding.value, Rounding)
            row.unit, row.mode = UNITS[plan.rounding.value.unit], _MODES.index(plan.rounding.value.mode)
            row.uses.append(Use("rounding", plan.rounding))
        if plan.allocation is not None and plan.deductible is not None:
            assert isinstance(plan.allocation.value, Allocation)
            order = plan.allocation.value.deductible
            row.uses.append(Use("allocation", plan.allocation))
            if not isinstance(order, str):
                row.rank = [order.index(i) if i in order else len(order) for _, i in self.cells]

    def _cells_used(self, value: object) -> tuple[tuple[str, str, str | None], ...]:
        if not isinstance(value, Table):
            return ()
        path: list[tuple[str, str, Cell]] = used_cells(value, self.facts)
        return tuple((dimension, word, cell.cite) for dimension, word, cell in path)


def _ratio_of(declared: Declared, value: Fraction | None) -> Fraction:
    if value is None or not 0 <= value <= 1:
        raise fail("C018", address=declared.address, value=value)
    return value


def flatten(rows: Sequence[LayerRow]) -> Row:
    """The integers the step reads; the ratios of a layer over their least common denominator."""
    units = [lcm(*(r.denominator for band in row.rates for r in band)) for row in rows]
    coefficients = [c for row in rows for c in row.coefficients]
    return Row(
        active=[int(r.active) for r in rows],
        take_numerator=[c.numerator for c in coefficients],
        take_denominator=[c.denominator for c in coefficients],
        limit=[x for r in rows for x in r.limits],
        deductible=[r.deductible for r in rows],
        yearly_maximum=[r.yearly_maximum for r in rows],
        edge=[e for r in rows for e in r.edges],
        rate=[int(x * unit) for r, unit in zip(rows, units, strict=True) for band in r.rates for x in band],
        rate_unit=units,
        floor_numerator=[r.floor.numerator for r in rows],
        floor_denominator=[r.floor.denominator for r in rows],
        given=[r.given for r in rows],
        unit=[r.unit for r in rows],
        mode=[r.mode for r in rows],
        rank=[x for r in rows for x in r.rank],
        feed=[int(f) for r in rows for f in r.feeds],
    )
