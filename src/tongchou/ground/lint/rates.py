"""The scale of a layer on every combination: edges that rise, ratios inside the whole, nothing odd by level."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tongchou.ground.lint.axes import Claim
from tongchou.ground.lint.desk import Desk, witness
from tongchou.ground.lint.eras import Era, eras
from tongchou.ground.lint.guards import Gate
from tongchou.ground.lint.monotone import Ladder
from tongchou.ground.lint.scale import Change, Scale, either
from tongchou.ground.lint.show import figure, percent
from tongchou.ground.lint.space import Space
from tongchou.ground.region.model import Bands
from tongchou.ground.region.pack import Declared

_SCALE = ("bands", "ratio", "own_ratio.*", "factor.*", "adjust.*", "clamp")
_DEDUCTIBLE = ("deductible", "deductible.*")
_GUARDS = ("guard.*", "claim.guard.*")


def check_rates(desk: Desk) -> None:
    """Every layer in every era: its scale, its deductible, and how both change with the level of the hospital."""
    pack = desk.pack
    for (scheme, layer), kinds in desk.kinds_of.items():
        guards = [f for f in pack.facts if f.scheme == scheme and f.kind in _GUARDS and f.layer in (layer, None)]
        for kinds_of_fact, check in ((_SCALE, _check_scale), (_DEDUCTIBLE, _check_deductible)):
            own = [f for f in pack.facts if f.scheme == scheme and f.layer == layer and f.kind in kinds_of_fact]
            for era in eras(pack, [*own, *guards]):
                facts = [f for f in era.facts if f.kind in kinds_of_fact]
                if facts and desk.once("scale", *(f.order for f in era.facts)):
                    check(desk, era, facts, Gate(desk, era, scheme, kinds, (layer,)), kinds)


def _check_scale(desk: Desk, era: Era, facts: list[Declared], gate: Gate, kinds: tuple[str, ...]) -> None:
    main = next((f for f in facts if f.kind in ("bands", "ratio")), None)
    if main is None:
        return
    _check_edges(desk, era, main, kinds)
    space = Space(desk.pack, main.scheme, kinds)
    scale = Scale(space, main, facts)
    desk.check_size(space, main.place, main.address)
    ladder = Ladder(desk, space, "W302", main)
    sampled = "、".join(space.sampled())
    for claim in space.walk():
        for row, (ratio, parts) in enumerate(scale.ratios(claim)):
            if not 0 <= ratio <= 1:
                _report_ratio(desk, era, main, claim, gate, kinds, ratio, parts, sampled)
            ladder.note(row, claim, ratio)
    ladder.report(gate, kinds, era.witness(), percent, rising=True)


def _report_ratio(
    desk: Desk,
    era: Era,
    main: Declared,
    claim: Claim,
    gate: Gate,
    kinds: tuple[str, ...],
    ratio: Fraction,
    parts: str,
    sampled: str,
) -> None:
    full = gate.passes(claim)
    if full is None or not desk.once("L230", main.address, ratio > 1):
        return
    shown = witness(full, kinds, era.witness()) + (f"({sampled} 按分点和极值抽样 sampled)" if sampled else "")
    desk.report(main.place, "L230", address=main.address, key="pay", value=percent(ratio), parts=parts, witness=shown)


def _check_edges(desk: Desk, era: Era, main: Declared, kinds: tuple[str, ...]) -> None:
    bands = main.value
    if not isinstance(bands, Bands):
        return
    first = bands.rows[0]
    if first.above is not None and desk.once("L221", main.address, main.place):
        desk.report(main.place, "L221", address=main.address, value=figure(getattr(first.above, "value", None)))
    space = Space(desk.pack, main.scheme, kinds)
    edges = [space.number(either(row.upto, row.above)) for row in bands.rows]
    closed = bands.rows[-1].above is None
    for claim in space.walk():
        values = [e.ask(claim) for e in edges]
        if not all(isinstance(v, Fraction) for v in values):
            continue  # a hole, reported with the tables
        rising = values if closed else values[:-1]
        fault = next((i for i, v in enumerate(rising) if v <= (rising[i - 1] if i else 0)), None)
        if fault is not None:
            _report_edges(desk, era, main, claim, kinds, "L220", values, fault)
        elif not closed and len(values) > 1 and values[-1] != values[-2]:
            _report_edges(desk, era, main, claim, kinds, "L222", values, len(values) - 1)


def _report_edges(
    desk: Desk, era: Era, main: Declared, claim: Claim, kinds: tuple[str, ...], code: str, values: list[Any], row: int
) -> None:
    if desk.once(code, main.address, main.place):
        shown = "、".join(figure(v) for v in values)
        seen = witness(claim, kinds, era.witness())
        desk.report(main.place, code, address=main.address, edges=shown, row=row + 1, witness=seen)


def _check_deductible(desk: Desk, era: Era, facts: list[Declared], gate: Gate, kinds: tuple[str, ...]) -> None:
    main = next((f for f in facts if f.kind == "deductible"), None)
    if main is None:
        return
    space = Space(desk.pack, main.scheme, kinds)
    amount = space.number(main.value.amount)  # type: ignore[attr-defined]  # a Deductible
    changes = [Change(space, f) for f in facts if f.kind == "deductible.*"]
    desk.check_size(space, main.place, main.address)
    ladder = Ladder(desk, space, "W303", main)
    if not ladder.stands:
        return
    for claim in space.walk():
        value = amount.ask(claim)
        for change in changes:
            value = change.apply(value, claim)
        if isinstance(value, Fraction):
            ladder.note(0, claim, value)
    ladder.report(gate, kinds, era.witness(), figure, rising=False)
