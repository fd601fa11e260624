"""Compile what is in force for one kind of visit: its layers in order, what each takes, limits and counts.

Accumulators are not declared; they are found here, one for each measure, period and key that some fact refers to.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.memo import Memo
from tongchou.engines.benefits.numbers import CoverStart, LayerRow, Turning
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
    Row,
    Shape,
)
from tongchou.engines.benefits.split import ItemRules
from tongchou.engines.benefits.values import value_of
from tongchou.ground.errors import fail
from tongchou.ground.region.headers import Layer
from tongchou.ground.region.model import Allocation, Bands, Cap, Deductible, Floor, Rounding, Take, Takes
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.walk import names_asked

if TYPE_CHECKING:
    from tongchou.engines.benefits.ratios import Adjusting

Cells = tuple[tuple[str, str | None], ...]
Items = tuple[str | None, ...]
ONE_GROUP: Items = (None,)
_SCALE_MEASURE = {ON_EXPENSE: ENTERING, ABOVE_DEDUCTIBLE: SCALED, ON_PAID: PAID}
PER_CLAIM = ("claim", "visit")
_PAYERS = {"fund": COMPUTED, "given": GIVEN, "account": ACCOUNT}


@dataclass(frozen=True)
class Count:
    """An accumulator: whose, of what, over which period, for each value of which fact."""

    owner: str
    measure: int
    per: str
    each: str | None = None

    @cached_property
    def name(self) -> str:
        each = f"/{self.each}" if self.each else ""
        return f"{self.owner}.{MEASURES[self.measure]}/{self.per}{each}"

    @cached_property
    def is_account(self) -> bool:
        return self.owner.startswith("account:")


@dataclass
class LayerPlan:
    """The facts in force for one layer, and the accumulators its limits look at."""

    name: str
    layer: Layer
    takes: Declared
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
    by_item: bool = True  # whether anything about it differs between item groups
    rows: Memo[LayerRow] = field(default_factory=Memo)
    scales: Memo[int] = field(default_factory=Memo)  # a number for the ratios of the bands
    adjustings: Memo[Adjusting] = field(default_factory=Memo)

    def declared(self) -> Iterator[Declared]:
        """Every fact in force for this layer."""
        one = (self.takes, self.deductible, self.bands, self.ratio, self.clamp, self.allocation, self.rounding)
        yield from (fact for fact in one if fact is not None)
        for many in (self.adjustments, self.own_ratios, self.factors, self.points, self.caps, self.floors, self.guards):
            yield from many


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
    waiting: list[Declared]
    items: ItemRules
    charged: list[int]
    yearly: list[int]
    scale: list[int]
    floor_payer: list[int]

    def __post_init__(self) -> None:
        self.shape_for = lru_cache(maxsize=256)(self._shape_for)
        self.flat: dict[tuple[Hashable, ...], tuple[list[LayerRow], Row]] = {}
        self.turns: Memo[Turning] = Memo()
        self.starts: Memo[CoverStart] = Memo()

    @cached_property
    def pot_names(self) -> list[str]:
        return [*FIRST_POTS, *(f"{p.name}.{r}" for p in self.layers for r in REMAINDERS)]

    @cached_property
    def fields(self) -> list[str]:
        """The national field under which each layer's payment is reported."""
        return [str(p.layer.field) for p in self.layers]

    def _shape_for(self, cells: Cells) -> Shape:
        terms = [self._terms(i, plan) for i, plan in enumerate(self.layers)]
        return Shape(
            layer_at=range(len(self.layers)),
            payer=[_PAYERS[p.layer.payer] for p in self.layers],
            term_start=_starts(len(t) for t in terms),
            term_pot=[pot for layer in terms for pot, _, _ in layer],
            term_at=_spaced(sum(map(len, terms)), len(cells)),
            term_cell=[
                int(_admits(take, derived, cell)) for layer in terms for _, take, derived in layer for cell in cells
            ],
            limit_start=_starts(_limits(p) for p in self.layers),
            limit_of=[o for p in self.layers for o in _limit_measures(p)],
            limit_count=[c for p in self.layers for c in p.limit_counts],
            charged_count=self.charged,
            yearly_count=self.yearly,
            scale=self.scale,
            scale_count=[_number(self, _band_count(self.scheme, p.name, p.bands)) for p in self.layers],
            band_start=_starts(_rows(p) for p in self.layers),
            rate_at=_spaced(sum(map(_rows, self.layers)), len(cells)),
            rank_at=_spaced(len(self.layers), len(cells)),
            floor_payer=self.floor_payer,
            feed_start=_starts(len(p.feeds) for p in self.layers),
            feed_of=[self.counts[c].measure for p in self.layers for c in p.feeds],
            feed_count=[c for p in self.layers for c in p.feeds],
        )

    def _terms(self, i: int, plan: LayerPlan) -> list[tuple[int, Take, bool]]:
        """(pot number, the take, whether only in-scope cells are meant) for every pot a layer draws on."""
        names = self.pot_names
        found: list[tuple[int, Take, bool]] = []
        for take in value_of(plan.takes, Takes).terms:
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


def _spaced(count: int, width: int) -> list[int]:
    return list(range(0, count * width, width))


def _starts(lengths: Any) -> list[int]:
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    return starts


def _rows(plan: LayerPlan) -> int:
    return len(value_of(plan.bands, Bands).rows) if plan.bands is not None else 1


def _limits(plan: LayerPlan) -> int:
    return len(plan.limit_counts)


def _limit_measures(plan: LayerPlan) -> list[int]:
    measures = [MEASURES.index(value_of(c, Cap).of) for c in plan.caps]
    return [*measures, PAID] if plan.layer.payer == "account" else measures


def _owner(scheme: str, layer: str, pool: str | None) -> str:
    return f"pool:{pool}" if pool is not None else f"{scheme}.{layer}"


def build_plan(scheme: str, kind: str, names: tuple[str, ...], pack: Pack, facts: list[Declared]) -> Plan:
    """The plan of a visit kind from the facts in force, in written order.

    A layer feeds the accumulators of every version of its facts, so that a yearly cap that starts in July finds what
    was paid since January.
    """
    layers = pack.layers[scheme]
    versions = [f for f in pack.facts if f.scheme == scheme]
    of_scheme = [f for f in facts if f.scheme == scheme]
    items = sorted([*of_scheme, *(f for f in versions if f.by == "fee")], key=lambda f: f.order)
    plans = [_layer_plan(name, layers[name], of_scheme) for name in names]
    plan = Plan(
        scheme=scheme,
        kind=kind,
        layers=plans,
        counts=[],
        guards=[f for f in of_scheme if f.kind == "claim.guard.*"],
        packages=[f for f in of_scheme if f.kind == "items.package.*"],
        diverts=[f for f in items if f.kind == "items.divert.*"],
        waiting=[f for f in of_scheme if f.kind == "waiting.*"],
        items=_item_rules(items),
        charged=[],
        yearly=[],
        scale=[],
        floor_payer=[],
    )
    for i, layer in enumerate(plans):
        # A part of a split stay may meet the reductions of another time.
        layer.by_item = _differs_by_item(pack, layer, [f for f in versions if f.kind == "claim.guard.*"])
        _read_counts(plan, i, layer, names)
    for layer in plans:
        _feed_all_versions(plan, layer, versions)
    return plan


def _item_rules(facts: list[Declared]) -> ItemRules:
    rounding = next((value_of(f, Rounding) for f in facts if f.kind == "items.rounding"), Rounding())
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

    takes = one("takes")
    if takes is None:
        raise fail("C026", layer=name)
    return LayerPlan(
        name=name,
        layer=layer,
        takes=takes,
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


def _differs_by_item(pack: Pack, layer: LayerPlan, reductions: list[Declared]) -> bool:
    clamp = [layer.clamp] if layer.clamp is not None else []
    asking = [*layer.own_ratios, *layer.factors, *layer.points, *clamp, *reductions]
    if any("item" in pack.vocabulary.roots(name) for fact in asking for name in names_asked(fact.value)):
        return True
    if layer.allocation is None or layer.deductible is None:
        return False
    return not isinstance(value_of(layer.allocation, Allocation).deductible, str)


def _read_counts(plan: Plan, i: int, layer: LayerPlan, names: tuple[str, ...]) -> None:
    """Register the accumulators one layer reads."""
    plan.scale.append(SCALES.index(value_of(layer.bands, Bands).measured_on) if layer.bands else ABOVE_DEDUCTIBLE)
    payers = [value_of(f, Floor).paid_by for f in layer.floors]
    serving = [names.index(p) for p in payers if p in names]
    plan.floor_payer.append(serving[-1] if serving else i)
    charged, yearly = _deductible_counts(plan.scheme, layer.name, layer.deductible)
    plan.charged.append(_number(plan, charged))
    plan.yearly.append(_number(plan, yearly))
    _number(plan, _band_count(plan.scheme, layer.name, layer.bands))
    layer.limit_counts = [_number(plan, _cap_count(plan.scheme, layer.name, cap)) for cap in layer.caps]
    if layer.layer.payer == "account":
        index = _number(plan, Count(f"account:{layer.layer.account or layer.name}", PAID, "ever"))
        layer.limit_counts.append(index)
        layer.feeds[index] = [None]


def _feed_all_versions(plan: Plan, layer: LayerPlan, versions: list[Declared]) -> None:
    for fact in (f for f in versions if f.layer == layer.name):
        if fact.kind == "deductible":
            for count in _deductible_counts(plan.scheme, layer.name, fact):
                _feed(plan, layer, count, None)
        elif fact.kind == "bands":
            _feed(plan, layer, _band_count(plan.scheme, layer.name, fact), None)
        elif fact.kind == "caps.*":
            conditional = value_of(fact, Cap).when is not None
            if not conditional or fact in layer.caps:
                _feed(plan, layer, _cap_count(plan.scheme, layer.name, fact), fact if conditional else None)


def _deductible_counts(scheme: str, layer: str, declared: Declared | None) -> tuple[Count | None, Count | None]:
    if declared is None:
        return None, None
    value = value_of(declared, Deductible)
    owner = _owner(scheme, layer, value.pool)
    charged = None if value.per in PER_CLAIM else Count(owner, CHARGED, value.per, value.each)
    return charged, None if value.yearly_maximum is None else Count(owner, CHARGED, "year")


def _band_count(scheme: str, layer: str, declared: Declared | None) -> Count | None:
    if declared is None:
        return None
    value = value_of(declared, Bands)
    if value.over in PER_CLAIM:
        return None
    measure = _SCALE_MEASURE[SCALES.index(value.measured_on)]
    return Count(_owner(scheme, layer, value.pool), measure, value.over, value.each)


def _cap_count(scheme: str, layer: str, declared: Declared) -> Count | None:
    value = value_of(declared, Cap)
    if value.per in PER_CLAIM:
        return None
    owner = _owner(scheme, layer, value.pool)
    if value.when is not None and value.pool is None:
        owner = f"{owner}.caps.{declared.name}"
    return Count(owner, MEASURES.index(value.of), value.per, value.each)


def _number(plan: Plan, count: Count | None) -> int:
    if count is None:
        return NOWHERE
    if count not in plan.counts:
        plan.counts.append(count)
    return plan.counts.index(count)


def _feed(plan: Plan, layer: LayerPlan, count: Count | None, decided_by: Declared | None) -> None:
    if count is not None:
        layer.feeds.setdefault(_number(plan, count), []).append(decided_by)


def is_account(count: Count) -> bool:
    return count.is_account
