"""One settled part laid open for explaining: what its notes hold, typed, and what every limit had counted before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from tongchou.engines.benefits.claim import LayerResult, Settlement
from tongchou.engines.benefits.explain.cite import Citer
from tongchou.engines.benefits.explain.model import Text
from tongchou.engines.benefits.explain.words import FIELD
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.numbers import LayerRow, Use
from tongchou.engines.benefits.plan import Count, LayerPlan, Plan
from tongchou.engines.benefits.shape import CHARGED, COVERED, ENTERING, NO_LIMIT, PAID, SCALED, Shape, Trace
from tongchou.engines.benefits.values import finite
from tongchou.ground.region.headers import Layer
from tongchou.ground.region.pack import Declared


def layer_name(layer: Layer) -> Text:
    """A layer's own name; in English the national field's name, with the Chinese name behind it."""
    return Text(layer.name, f"{FIELD[layer.field]} ({layer.name})")


@dataclass(frozen=True)
class Scene:
    """One part of a settlement and the means to cite it."""

    part: Settlement
    citer: Citer

    @property
    def plan(self) -> Plan:
        plan: Plan = self.part.notes["plan"]
        return plan

    @property
    def facts(self) -> Facts:
        facts: Facts = self.part.notes["facts"]
        return facts

    @property
    def guards(self) -> Sequence[Use]:
        guards: Sequence[Use] = self.part.notes["guards"]
        return guards

    @property
    def diverted_by(self) -> Sequence[Declared]:
        """The rules that sent the lines of this part here from another kind of visit."""
        rules: Sequence[Declared] = self.part.notes["diverted_by"]
        return rules

    @property
    def rows(self) -> Sequence[LayerRow]:
        rows: Sequence[LayerRow] = self.part.notes["rows"]
        return rows

    @property
    def trace(self) -> Trace:
        trace: Trace = self.part.notes["trace"]
        return trace

    @cached_property
    def shape(self) -> Shape:
        shape: Shape = self.plan.shape_for(self.part.cells)
        return shape

    @cached_property
    def layers(self) -> tuple[LayerView, ...]:
        """Every layer with what its limits had counted when its turn came: earlier layers of this claim included."""
        counts = [self.part.notes["counts"][c.name] for c in self.plan.counts]
        views = []
        for i, result in enumerate(self.part.layers):
            view = LayerView(self, i, result, tuple(counts))
            views.append(view)
            if view.row.active:
                _advance(view, counts)
        return tuple(views)

    def name(self, layer: str) -> Text:
        return next(layer_name(p.layer) for p in self.plan.layers if p.name == layer)

    def value(self, declared: Declared, value: Any, item: str | None = None) -> Fraction:
        """A declared number on this claim's facts, seen for one item group where it matters."""
        return finite(declared.address, value, self.facts_of(item))

    def facts_of(self, item: str | None) -> Facts:
        return self.facts if item is None else self.facts.with_facts({"item": item})


def _advance(view: LayerView, counts: list[int]) -> None:
    result = view.result
    amounts = {
        ENTERING: result.entered,
        SCALED: result.covered,
        COVERED: max(result.used, result.paid),
        PAID: result.paid,
        CHARGED: result.deductible,
    }
    for index, fed in zip(view.plan.feeds, view.row.feeds, strict=True):
        if fed:
            counts[index] += amounts[view.scene.plan.counts[index].measure]


@dataclass(frozen=True)
class LayerView:
    """One layer of one part: plan, numbers, result, and the counts before it."""

    scene: Scene
    index: int
    result: LayerResult
    before: tuple[int, ...]

    @property
    def plan(self) -> LayerPlan:
        return self.scene.plan.layers[self.index]

    @property
    def row(self) -> LayerRow:
        return self.scene.rows[self.index]

    @property
    def name(self) -> Text:
        return layer_name(self.plan.layer)

    @property
    def citer(self) -> Citer:
        return self.scene.citer

    @property
    def items(self) -> list[str | None]:
        """The item group of every cell."""
        return [item for _, item in self.scene.part.cells]

    @cached_property
    def kept(self) -> dict[str | None, int]:
        """What of each item group reached the scale, fen; groups of which nothing did are left out."""
        n = len(self.scene.part.cells)
        found: dict[str | None, int] = {}
        for item, fen in zip(self.items, self.scene.trace.kept[self.index * n : (self.index + 1) * n], strict=True):
            if fen:
                found[item] = found.get(item, 0) + fen
        return found

    def uses(self, role: str, applied: bool | None = None) -> list[Use]:
        return [u for u in self.row.uses if u.role == role and (applied is None or u.applied == applied)]

    def use(self, role: str) -> Use | None:
        return next(iter(self.uses(role)), None)

    def counted(self, index: int) -> int:
        """What an accumulator held before this layer; nothing for one that is not kept."""
        return self.before[index] if index != NO_LIMIT else 0

    def count(self, index: int) -> Count:
        return self.scene.plan.counts[index]

    @property
    def guard_facts(self) -> Facts:
        """The facts its guards saw: entitlement is that of the layer's own fund."""
        entitlements = self.scene.part.claim.entitlements
        if entitlements is None:
            return self.scene.facts
        level, reason = entitlements.get(self.plan.layer.fund or self.plan.name, ("none", ""))
        return self.scene.facts.with_facts({"entitlement": level, "entitlement_reason": reason})

    @property
    def has_work(self) -> bool:
        """Whether the layer had anything to bear, or topped up another."""
        return self.result.base > 0 or self.scene.part.paid[self.result.layer] > 0

    @property
    def deducted(self) -> int:
        """The deductible taken at first, before a floor may have paid part of it."""
        return min(self.result.entered, self.result.deductible_due)

    @property
    def words(self) -> list[str]:
        """The vocabulary words whose table cells gave this layer its numbers."""
        return list(dict.fromkeys(word for u in self.row.uses if u.applied for _, word, _ in u.cells))
