"""Compile what is in force for one kind of visit: its layers in order, what each takes, limits and counts.

Accumulators are not declared; they are found here, one for each measure, period and key that some fact refers to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tongchou.engines.benefits.shape import (
    ABOVE_DEDUCTIBLE,
    ACCOUNT,
    CHARGED,
    COMPUTED,
    ENTERING,
    FIRST_POTS,
    GIVEN,
    MEASURES,
    NOWHERE,
    ON_EXPENSE,
    ON_PAID,
    PAID,
    REMAINDERS,
    SCALED,
    SCALES,
    Shape,
)
from tongchou.engines.benefits.split import ItemRules
from tongchou.ground.errors import fail
from tongchou.ground.region.headers import Layer
from tongchou.ground.region.model import Bands, Cap, Deductible, Fact, Floor, Rounding, Take, Takes
from tongchou.ground.region.pack import Declared

Cells = tuple[tuple[str, str | None], ...]
_SCALE_MEASURE = {ON_EXPENSE: ENTERING, ABOVE_DEDUCTIBLE: SCALED, ON_PAID: PAID}
_PAYERS = {"fund": COMPUTED, "given": GIVEN, "account": ACCOUNT}


@dataclass(frozen=True)
class Count:
    """An accumulator: whose, of what, over which period, for each value of which fact."""

    owner: str
    measure: int
    per: str
    each: str | None = None

    @property
    def name(self) -> str:
        each = f"/{self.each}" if self.each else ""
        return f"{self.owner}.{MEASURES[self.measure]}/{self.per}{each}"


@dataclass
class LayerPlan:
    """The facts in force for one layer, and the accumulators its limits look at."""

    name: str
    layer: Layer
    takes: Declared | None
    deductible: Declared | None
    adjustments: list[Declared]
    bands: Declared | None
    ratio: Declared | None
    own_ratios: list[Declared]
    factors: list[Declared]
    points: list[Declared]
    clamp: Declared | None
    caps: list[Declared]
    floors: list[Declared]
    guards: list[Declared]
    allocation: Declared | None
    rounding: Declared | None
    limit_counts: list[int] = field(default_factory=list)
    feeds: dict[int, list[Declared | None]] = field(default_factory=dict)  # count -> the caps whose `when` decide


@dataclass
class Plan:
    """Everything that serves one kind of visit of one scheme at one time."""

    scheme: str
    kind: str
    layers: list[LayerPlan]
    counts: list[Count]
    guards: list[Declared]
    packages: list[Declared]
    diverts: list[Declared]
    items: ItemRules
    charged: list[int]
    yearly: list[int]
    scale: list[int]
    floor_payer: list[int]

    def __post_init__(self) -> None:
        self.shape_for = lru_cache(maxsize=256)(self._shape_for)

    def pot_names(self) -> list[str]:
        return [*FIRST_POTS, *(f"{p.name}.{r}" for p in self.layers for r in REMAINDERS)]

    def _shape_for(self, cells: Cells) -> Shape:
        terms = [self._terms(i, plan) for i, plan in enumerate(self.layers)]
        return Shape(
            layers=len(self.layers),
            cells=len(cells),
            payer=[_PAYERS[p.layer.payer] for p in self.layers],
            term_start=_starts(len(t) for t in terms),
            term_pot=[pot for layer in terms for pot, _, _ in layer],
            term_cell=[
                int(_admits(take, derived, cell)) for layer in terms for _, take, derived in layer for cell in cells
            ],
            limit_start=_starts(_limits(p) for p in self.layers),
            limit_of=[o for p in self.layers for o in _limit_measures(p)],
            limit_count=[c for p in self.layers for c in p.limit_counts],
            charged_count=self.charged,
            yearly_count=self.yearly,
            scale=self.scale,
            scale_count=[self._scale_count(i) for i in range(len(self.layers))],
            band_start=_starts(_rows(p) for p in self.layers),
            floor_payer=self.floor_payer,
            feed_start=_starts(len(p.feeds) for p in self.layers),
            feed_of=[self.counts[c].measure for p in self.layers for c in p.feeds],
            feed_count=[c for p in self.layers for c in p.feeds],
        )

    def _scale_count(self, i: int) -> int:
        bands = self.layers[i].bands
        if bands is None or bands.value.over in ("claim", "visit"):  # type: ignore[attr-defined]
            return NOWHERE
        return self.counts.index(_scale_count(self.scheme, self.layers[i], self.scale[i]))

    def _terms(self, i: int, plan: LayerPlan) -> list[tuple[int, Take, bool]]:
        """(pot number, the take, whether only in-scope cells are meant) for every pot a layer draws on."""
        names = self.pot_names()
        found: list[tuple[int, Take, bool]] = []
        if plan.takes is None:
            raise fail("C026", layer=plan.name)
        assert isinstance(plan.takes.value, Takes)
        for take in plan.takes.value.terms:
            if take.pot == "unpaid":
                before = [3, 4, *range(5, 5 + 3 * i)]
                found += [(pot, take, True) for pot in before]
            elif take.pot in names[: 5 + 3 * i]:
                found.append((names.index(take.pot), take, False))
        return found


def _admits(take: Take, only_in_scope: bool, cell: tuple[str, str | None]) -> bool:
    part, item = cell
    if only_in_scope and part != "in_scope":
        return False
    if not take.groups:
        return True
    return (item in take.groups) != take.excluded


def _starts(lengths: Any) -> list[int]:
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    return starts


def _rows(plan: LayerPlan) -> int:
    return len(plan.bands.value.rows) if plan.bands is not None else 1  # type: ignore[attr-defined]


def _limits(plan: LayerPlan) -> int:
    return len(plan.limit_counts)


def _limit_measures(plan: LayerPlan) -> list[int]:
    measures = [MEASURES.index(c.value.of) for c in plan.caps]  # type: ignore[attr-defined]
    return [*measures, PAID] if plan.layer.payer == "account" else measures


def _owner(scheme: str, layer: str, pool: str | None) -> str:
    return f"pool:{pool}" if pool is not None else f"{scheme}.{layer}"


def _scale_count(scheme: str, plan: LayerPlan, scale: int) -> Count:
    bands = plan.bands
    assert bands is not None and isinstance(bands.value, Bands)
    value = bands.value
    return Count(_owner(scheme, plan.name, value.pool), _SCALE_MEASURE[scale], value.over, value.each)


def build_plan(scheme: str, kind: str, names: tuple[str, ...], layers: dict[str, Layer], facts: list[Declared]) -> Plan:
    """The plan of a visit kind from the facts in force, in written order."""
    of_scheme = [f for f in facts if f.scheme == scheme]
    plans = [_layer_plan(name, layers[name], of_scheme) for name in names]
    plan = Plan(
        scheme=scheme,
        kind=kind,
        layers=plans,
        counts=[],
        guards=[f for f in of_scheme if f.kind == "claim.guard.*"],
        packages=[f for f in of_scheme if f.kind == "items.package.*"],
        diverts=[f for f in of_scheme if f.kind == "items.divert.*"],
        items=_item_rules(of_scheme),
        charged=[],
        yearly=[],
        scale=[],
        floor_payer=[],
    )
    for i, layer in enumerate(plans):
        _count_layer(plan, i, layer, names)
    return plan


def _item_rules(facts: list[Declared]) -> ItemRules:
    rounding = next((f.value for f in facts if f.kind == "items.rounding"), Rounding())
    assert isinstance(rounding, Rounding)
    return ItemRules(
        exclude=[f for f in facts if f.kind == "items.exclude.*"],
        first_pay=[f for f in facts if f.kind == "items.first_pay.*"],
        price_limit=[f for f in facts if f.kind == "items.price_limit.*"],
        rounding=rounding,
    )


def _layer_plan(name: str, layer: Layer, facts: list[Declared]) -> LayerPlan:
    own = [f for f in facts if f.layer == name]

    def one(kind: str) -> Declared | None:
        return next((f for f in own if f.kind == kind), None)

    def many(kind: str) -> list[Declared]:
        return [f for f in own if f.kind == kind]

    return LayerPlan(
        name=name,
        layer=layer,
        takes=one("takes"),
        deductible=one("deductible"),
        adjustments=many("deductible.*"),
        bands=one("bands"),
        ratio=one("ratio"),
        own_ratios=many("own_ratio.*"),
        factors=many("factor.*"),
        points=many("adjust.*"),
        clamp=one("clamp"),
        caps=many("caps.*"),
        floors=many("floor.*"),
        guards=many("guard.*"),
        allocation=one("allocation") or next((f for f in facts if f.kind == "allocation" and f.layer is None), None),
        rounding=one("rounding"),
    )


def _count_layer(plan: Plan, i: int, layer: LayerPlan, names: tuple[str, ...]) -> None:
    """Register the accumulators one layer reads; it feeds every one it reads."""
    plan.charged.append(NOWHERE)
    plan.yearly.append(NOWHERE)
    plan.scale.append(SCALES.index(layer.bands.value.measured_on) if layer.bands else ON_EXPENSE)  # type: ignore[attr-defined]
    payer = i
    for floor in layer.floors:
        assert isinstance(floor.value, Floor)
        if floor.value.paid_by is not None and floor.value.paid_by in names:
            payer = names.index(floor.value.paid_by)
    plan.floor_payer.append(payer)
    if layer.deductible is not None:
        assert isinstance(layer.deductible.value, Deductible)
        value = layer.deductible.value
        owner = _owner(plan.scheme, layer.name, value.pool)
        if value.per not in ("claim", "visit"):
            plan.charged[i] = _register(plan, layer, Count(owner, CHARGED, value.per, value.each), None)
        if value.yearly_maximum is not None:
            plan.yearly[i] = _register(plan, layer, Count(owner, CHARGED, "year", None), None)
    if layer.bands is not None and layer.bands.value.over not in ("claim", "visit"):  # type: ignore[attr-defined]
        _register(plan, layer, _scale_count(plan.scheme, layer, plan.scale[i]), None)
    for cap in layer.caps:
        value = cap.value
        assert isinstance(value, Cap)
        if value.per in ("claim", "visit"):
            layer.limit_counts.append(NOWHERE)
            continue
        owner = _owner(plan.scheme, layer.name, value.pool)
        if value.when is not None and value.pool is None:
            owner = f"{owner}.caps.{cap.name}"
        count = Count(owner, MEASURES.index(value.of), value.per, value.each)
        layer.limit_counts.append(_register(plan, layer, count, cap if value.when is not None else None))
    if layer.layer.payer == "account":
        count = Count(f"account:{layer.layer.account or layer.name}", PAID, "ever", None)
        layer.limit_counts.append(_register(plan, layer, count, None))


def _register(plan: Plan, layer: LayerPlan, count: Count, decided_by: Declared | None) -> int:
    if count not in plan.counts:
        plan.counts.append(count)
    index = plan.counts.index(count)
    layer.feeds.setdefault(index, []).append(decided_by)
    return index


def is_account(count: Count) -> bool:
    return count.owner.startswith("account:")


__all__ = ["Cells", "Count", "Fact", "LayerPlan", "Plan", "build_plan", "is_account"]
