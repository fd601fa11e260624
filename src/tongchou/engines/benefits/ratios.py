"""What the facts of an item group do to a layer's ratios: factors, points, reductions, clamps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.memo import LARGEST
from tongchou.engines.benefits.numbers import GroupRow, LayerRow, Use
from tongchou.engines.benefits.plan import LayerPlan
from tongchou.engines.benefits.values import finite, holds, ratio, value_of
from tongchou.ground.region.model import Adjust, Allocation, ClaimGuard, Clamp, Factor, OwnRatio
from tongchou.ground.region.pack import Declared

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass
class Adjusting:
    """`slope × ratio + offset`, then the clamps: every factor and point is such a step, so they compose to one.

    `flat` stands in for the ratio of every band where the group has its own. `rank`: the group's place among those that
    bear the deductible.
    """

    item: str | None
    rank: int = 0
    flat: Fraction | None = None
    slope: Fraction = ONE
    offset: Fraction = ZERO
    low: Fraction = ZERO
    high: Fraction = ONE
    uses: list[Use] = field(default_factory=list)
    known: dict[int, GroupRow] = field(default_factory=dict)

    def of(self, row: LayerRow) -> GroupRow:
        """The ratios of a layer for this group: worked out once for all rows with the same scale."""
        found = self.known.get(row.scale)
        if found is None:
            if len(self.known) >= LARGEST:
                self.known.clear()
            found = GroupRow(self.item, [self.apply(pay) for pay in row.pays], self.rank, self.uses)
            self.known[row.scale] = found
        return found

    def apply(self, pay: Fraction) -> Fraction:
        """The ratio of a band after everything that applies to the group, never outside 0 to 1."""
        adjusted = self.slope * (pay if self.flat is None else self.flat) + self.offset
        return max(ZERO, min(ONE, min(self.high, max(self.low, adjusted))))

    def multiply(self, by: Fraction) -> None:
        self.slope, self.offset = self.slope * by, self.offset * by


def adjusting_of(plan: LayerPlan, facts: Facts, item: str | None, reductions: Sequence[Declared]) -> Adjusting:
    """Factors in written order, then points, then reductions of the fund, then clamps — as the handbook's 2.5 says."""
    adjusting = Adjusting(item, _rank(plan, item))
    _own_ratio(adjusting, plan, facts, item)
    _factors(adjusting, plan, facts, item)
    _points(adjusting, plan, facts, item)
    if plan.layer.payer == "fund":
        for declared in reductions:
            share = ratio(declared.address, value_of(declared, ClaimGuard).pay, facts)
            adjusting.multiply(share)
            adjusting.uses.append(Use("reduced", declared, share, (), item))
    _clamps(adjusting, plan, facts, item)
    return adjusting


def _rank(plan: LayerPlan, item: str | None) -> int:
    if plan.allocation is None or plan.deductible is None:
        return 0
    order = value_of(plan.allocation, Allocation).deductible
    if isinstance(order, str):
        return 0
    return order.index(item) if item in order else len(order)


def _own_ratio(adjusting: Adjusting, plan: LayerPlan, facts: Facts, item: str | None) -> None:
    own = next((r for r in plan.own_ratios if holds(r, facts)), None)
    if own is not None:
        adjusting.flat = ratio(own.address, value_of(own, OwnRatio).pay, facts)
        adjusting.uses.append(Use("own ratio", own, adjusting.flat, (), item))


def _factors(adjusting: Adjusting, plan: LayerPlan, facts: Facts, item: str | None) -> None:
    for declared in plan.factors:
        if not holds(declared, facts):
            adjusting.uses.append(Use("factor", declared, None, (), item, applied=False))
            continue
        factor = value_of(declared, Factor)
        share = finite(declared.address, factor.pay if factor.pay is not None else factor.own_share, facts)
        adjusting.multiply(share)
        if factor.own_share is not None:  # 1 − (1 − ratio) × share
            adjusting.offset += 1 - share
        adjusting.uses.append(Use("factor", declared, share, (), item))


def _points(adjusting: Adjusting, plan: LayerPlan, facts: Facts, item: str | None) -> None:
    """Plain points all count; of each `highest_of` group only the highest (the first of equals)."""
    highest: dict[str, tuple[Fraction, Declared]] = {}
    for declared in plan.points:
        if not holds(declared, facts):
            adjusting.uses.append(Use("points", declared, None, (), item, applied=False))
            continue
        points = finite(declared.address, value_of(declared, Adjust).points, facts)
        group = value_of(declared, Adjust).highest_of
        if group is None:
            adjusting.offset += points / 100
            adjusting.uses.append(Use("points", declared, points, (), item))
            continue
        kept, beaten = (points, declared), highest.get(group)
        if beaten is not None and points <= beaten[0]:
            kept, beaten = beaten, kept
        highest[group] = kept
        if beaten is not None:
            adjusting.uses.append(Use("points", beaten[1], beaten[0], (), item, applied=False))
    for points, declared in highest.values():
        adjusting.offset += points / 100
        adjusting.uses.append(Use("points", declared, points, (), item))


def _clamps(adjusting: Adjusting, plan: LayerPlan, facts: Facts, item: str | None) -> None:
    if plan.clamp is None:
        return
    clamp = value_of(plan.clamp, Clamp)
    if clamp.at_least is not None:
        adjusting.low = ratio(plan.clamp.address, clamp.at_least, facts)
    if clamp.at_most is not None:
        adjusting.high = ratio(plan.clamp.address, clamp.at_most, facts)
    adjusting.uses.append(Use("clamp", plan.clamp, None, (), item))
