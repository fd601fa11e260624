"""Settle one part of a claim: split its lines, cut packages, build the numbers, run the step, read the trace."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from tongchou.engines.benefits.claim import PARTS, Claim, Settlement
from tongchou.engines.benefits.counter.quickly import quickly
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.guards import with_entitlement
from tongchou.engines.benefits.lines import remember
from tongchou.engines.benefits.memo import LARGEST
from tongchou.engines.benefits.numbers import GroupRow, LayerRow
from tongchou.engines.benefits.packages import cut_packages
from tongchou.engines.benefits.parts import Part
from tongchou.engines.benefits.periods import Dated, period_of
from tongchou.engines.benefits.plan import ONE_GROUP, Cells, Count, Items, LayerPlan, Plan, is_account
from tongchou.engines.benefits.ratios import Adjusting, adjusting_of
from tongchou.engines.benefits.reading import Reading, new_trace
from tongchou.engines.benefits.row import RowBuilder, flatten
from tongchou.engines.benefits.shape import WIDTH, Row, Size, room_for
from tongchou.engines.benefits.split import SplitLine, split_lines
from tongchou.engines.benefits.state import Key, State
from tongchou.engines.benefits.step import OK, step
from tongchou.engines.benefits.values import cannot
from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN, yuan
from tongchou.ground.region.expression import Unanswerable
from tongchou.ground.region.number import NoCell

if TYPE_CHECKING:
    from tongchou.engines.benefits.engine import Engine


def settle_part(engine: Engine, part: Part, state: State) -> Settlement:
    """Settle a part and advance `state`. Raises ProblemError when these facts cannot be settled."""
    try:
        return _settle(engine, part, state)
    except (Unanswerable, NoCell) as error:
        raise cannot(f"{part.claim.scheme}.{part.claim.kind}", error) from None


def _settle(engine: Engine, part: Part, state: State) -> Settlement:
    claim = part.claim
    plan = engine.plan(claim.scheme, claim.kind, claim.facts)
    splits = split_lines(plan.items, part.facts, claim.lines, state.lines)
    cells, amounts = _into_cells(engine, splits)
    sums = {name: sum(s.parts[i] for s in splits) for i, name in enumerate(PARTS)}
    facts = part.facts.with_facts(
        {"total_fee": Fraction(claim.total, 100), **{name: Fraction(fen, 100) for name, fen in sums.items()}}
    )
    delta: dict[Key, int] = {}
    cut = cut_packages(plan, facts, claim, cells, amounts, state, delta)
    shape = plan.shape_for(cells)
    rows, row = rows_of(engine, part, plan, facts, cells)
    size = Size(len(plan.layers), len(cells))
    given = [claim.given.get(p.name, 0) for p in plan.layers]
    keys = [key_of(claim, facts, count, each_of(count, facts)) for count in plan.counts]
    before = [sign_of(count) * state.get(key) for count, key in zip(plan.counts, keys, strict=True)]
    counts = list(before)
    trace = new_trace(size, shape, cells, amounts, cut.excess)
    refused = step(size, shape, row, given, counts, trace, room_for(size.cells, shape.band_start[-1]))
    if refused != OK:
        base = yuan(trace.amounts[refused * WIDTH])
        raise fail("C009", layer=plan.layers[refused].name, given=yuan(given[refused]), base=base)
    for count, key, was, now in zip(plan.counts, keys, before, counts, strict=True):
        if now != was:
            delta[key] = delta.get(key, 0) + sign_of(count) * (now - was)
    count_stay(engine, claim, facts.year, state, delta)
    state.apply(delta)
    remember(claim, splits, state)
    reading = Reading(plan, cells, shape, row, rows, trace)
    notes = {
        "plan": plan,
        "rows": rows,
        "splits": splits,
        "facts": facts,
        "guards": part.uses,
        "diverted_by": part.diverted_by,
        "packages": cut.notes,
        "package_cells": cut.hospital_cells,
        "counts": dict(zip([c.name for c in plan.counts], before, strict=True)),
        "paid_cells": reading.paid_cells(),
        "trace": trace,
        "reading": reading,
    }
    paid = reading.paid()
    return quickly(
        Settlement,
        claim=claim,
        basis_date=facts.basis_date,
        year=facts.year,
        parts=sums,
        package_excess=sum(cut.excess),
        layers=reading.layers(),
        paid=paid,
        by_field=reading.by_field(paid),
        basic=reading.basic(),
        hospital=cut.hospital,
        cash=sum(trace.pots),
        line_parts=tuple(s.parts for s in splits),
        cells=cells,
        pots=reading.pots(),
        state_delta=delta,
        reads=frozenset(keys) | frozenset(delta) | cut.looked,
        notes=notes,
    )


def rows_of(engine: Engine, part: Part, plan: Plan, facts: Facts, cells: Cells) -> tuple[list[LayerRow], Row]:
    """The numbers of every layer, each remembered by the facts it looked at, and all of them flat."""
    items = _items(engine, cells)
    found = [numbers_of(engine, part, plan, layer, facts, items) for layer in plan.layers]
    key = (cells, *[serial for row, groups in found for serial in (row.serial, *[g.serial for g in groups])])
    if key not in plan.flat:
        if len(plan.flat) >= LARGEST:
            plan.flat.clear()
        rows = [row.with_groups(groups) for row, groups in found]
        plan.flat[key] = rows, flatten(rows, cells)
    return plan.flat[key]


def numbers_of(
    engine: Engine, part: Part, plan: Plan, layer: LayerPlan, facts: Facts, items: Items
) -> tuple[LayerRow, tuple[GroupRow, ...]]:
    """The numbers of one layer, and its ratios for each of these item groups."""
    reductions = tuple(map(id, part.reductions))  # a part of another year meets another version of the same address
    entitled = with_entitlement(engine, part.claim, facts, layer.layer.fund or layer.name)
    level = {name: entitled(name) for name in ("entitlement", "entitlement_reason")}
    open_ = layer.layer.payer != "account" or account_person(part.claim) is not None
    seen = tuple(level.values())
    row = layer.rows.of(facts, (open_, *seen), partial(_layer_row, plan, layer, facts, level, open_))
    adjusts = row.active and layer.layer.payer != "given"
    groups = []
    for item in items if layer.by_item else ONE_GROUP:
        adjust = partial(_adjusting, layer, facts, level, item, part) if adjusts else partial(Adjusting, item)
        groups.append(layer.adjustings.of(facts, (item, adjusts, reductions, *seen), adjust).of(row))
    return row, tuple(groups)


# Both look at the facts through the entitlement to the layer's own fund, and at nothing else: they are remembered.


def _layer_row(plan: Plan, layer: LayerPlan, facts: Facts, level: dict[str, str], open_: bool) -> LayerRow:
    row = RowBuilder(plan, facts.with_facts(level)).layer(layer, open_)
    row.scale = layer.scales.of(facts, tuple(row.pays), lambda: row.serial)
    return row


def _adjusting(layer: LayerPlan, facts: Facts, level: dict[str, str], item: str | None, part: Part) -> Adjusting:
    seen = facts.with_facts(level if item is None else {**level, "item": item})
    return adjusting_of(layer, seen, item, part.reductions)


def _items(engine: Engine, cells: Cells) -> Items:
    """The item groups of the cells, in the order of the vocabulary."""
    found = {item for _, item in cells}
    return tuple(word for word in _item_words(engine) if word in found)


def _item_words(engine: Engine) -> Items:
    item = engine.pack.vocabulary.dimensions.get("item")
    return item.words if item is not None else (None,)


def _into_cells(engine: Engine, splits: Sequence[SplitLine]) -> tuple[Cells, list[int]]:
    """The cells this claim fills, part by part and in the order of the item vocabulary, with their fen."""
    words = _item_words(engine)
    sums: dict[tuple[str, str | None], int] = {}
    for split in splits:
        for name, amount in zip(PARTS, split.parts, strict=True):
            sums[name, split.item] = sums.get((name, split.item), 0) + amount
    for (_, word), amount in sums.items():
        if amount < 0:
            raise fail("C012", line=word or "-")
    cells = tuple((name, word) for name in PARTS for word in words if sums.get((name, word), 0) > 0)
    cells = cells or ((PARTS[3], words[0]),)
    if sum(sums.values()) > MAX_FEN:
        raise fail("C010", value=yuan(sum(sums.values())))
    return cells, [sums.get(cell, 0) for cell in cells]


def sign_of(count: Count) -> int:
    """The step counts what is spent; an account's state is its balance."""
    return -1 if is_account(count) else 1


def account_person(claim: Claim) -> str | None:
    """Whose account pays; None where none may."""
    use = str(claim.facts.get("account_use", "own"))
    if use == "none":
        return None
    return claim.account_person if use == "relative" else claim.person_id


def each_of(count: Count, facts: Facts) -> str:
    """The word for which an accumulator counts apart, such as the disease."""
    return "" if count.each in (None, "household", "person") else str(facts(count.each or ""))


def key_of(claim: Claim, when: Dated, count: Count, each: str) -> Key:
    """Where an accumulator of a claim is kept."""
    if count.is_account:
        return Key(count.owner, account_person(claim) or claim.person_id, "ever")
    subject = claim.household_id or claim.person_id if count.each == "household" else claim.person_id
    return Key(count.name, subject, period_of(count.per, when, claim), each)


def count_stay(engine: Engine, claim: Claim, year: str, state: State, delta: dict[Key, int]) -> None:
    """A stay that has no number among the year's stays gets the next one."""
    nth = engine.pack.region.nth
    kinds = nth.kinds if nth is not None else ("住院",)
    if claim.kind not in kinds:
        return
    stay = Key("stay", claim.person_id, year, claim.stay_id or claim.id)
    if not state.get(stay):
        number = state.get(Key("stays", claim.person_id, year)) + 1
        delta[stay] = number
        delta[Key("stays", claim.person_id, year)] = 1
