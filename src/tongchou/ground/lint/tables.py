"""Tables without a cell, amounts below nothing, shares outside the whole, classes that nobody or two fit."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from tongchou.ground.lint.axes import Claim
from tongchou.ground.lint.desk import Desk, witness
from tongchou.ground.lint.eras import Era, supported
from tongchou.ground.lint.guards import Gate
from tongchou.ground.lint.show import figure, percent
from tongchou.ground.lint.space import Hole, Space
from tongchou.ground.region.model import Unit
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.vocabulary import Classes
from tongchou.ground.region.walk import conditions_of, fields_of


def check_tables(desk: Desk) -> None:
    """Every number of every fact, on every combination of what it and its condition ask for."""
    first, last = supported(desk.pack)
    for fact in desk.pack.facts:
        if (last is None or fact.from_date <= last) and (fact.through is None or first <= fact.through):
            _check_fact(desk, fact)


def _check_fact(desk: Desk, fact: Declared) -> None:
    space = desk.space(fact)
    whens = [space.condition(c.tree) for c in conditions_of(fact.value)]
    asked = [(name, unit, space.number(number)) for name, number, unit in fields_of(fact.value)]
    if not asked:
        return
    desk.check_size(space, fact.place, fact.address)
    gate = Gate(desk, _era_of(desk, fact), fact.scheme, desk.kinds(fact), (fact.layer,) if fact.layer else ())
    for claim in space.walk():
        if not all(when.ask(claim) is True for when in whens):
            continue
        for name, unit, question in asked:
            value = question.ask(claim)
            if isinstance(value, Hole):
                _report(desk, fact, claim, gate, "L210", dimension=value.dimension, word=value.word)
            elif isinstance(value, Fraction) and value < 0 and unit not in (Unit.POINTS, Unit.PLAIN):
                _report(desk, fact, claim, gate, "L231", key=name, value=figure(value))
            elif isinstance(value, Fraction) and value > 1 and unit is Unit.SHARE and not _in_scale(fact):
                _report(desk, fact, claim, gate, "L230", key=name, value=percent(value), parts=figure(value))


def _in_scale(fact: Declared) -> bool:
    """Ratios of a scale are checked together with their factors and points."""
    return fact.kind in ("bands", "ratio", "own_ratio.*", "factor.*")


def _report(desk: Desk, fact: Declared, claim: Claim, gate: Gate, code: str, **details: object) -> None:
    key = (code, fact.address, fact.place, details.get("word"), details.get("key"))
    full = gate.passes(claim)
    if full is None or not desk.once(*key):
        return
    day = max(fact.from_date, supported(desk.pack)[0]).isoformat()
    desk.report(fact.place, code, address=fact.address, witness=witness(full, desk.kinds(fact), day), **details)


def _era_of(desk: Desk, fact: Declared) -> Era:
    """What is in force on the first day of a fact."""
    day = max(fact.from_date, supported(desk.pack)[0])
    return Era({fact.by: day}, tuple(f for f in desk.pack.facts if f.covers(day)))


def check_classes(desk: Desk) -> None:
    """Exactly one word of a class fits, whatever the claim."""
    for dimension in desk.pack.vocabulary.dimensions.values():
        if isinstance(dimension, Classes):
            _check_class(desk, dimension)


def _check_class(desk: Desk, dimension: Classes) -> None:
    schemes = list(desk.pack.region.schemes)
    space = Space(desk.pack, schemes[0] if schemes else "")
    asked = [(word, space.condition(tree)) for word, tree, _ in dimension.conditions]
    desk.check_size(space, dimension.place, dimension.name)
    day = dimension.on or supported(desk.pack)[0].isoformat()
    details: dict[str, Any] = {"name": dimension.name, "address": dimension.name}
    for claim in space.walk():
        fitting = [word for word, question in asked if question.ask(claim) is True]
        if not fitting and desk.once("L211", dimension.name):
            desk.report(dimension.place, "L211", witness=witness(claim, (), day), **details)
        for pair in combinations(fitting, 2):
            if desk.once("L212", dimension.name, pair):
                both = "、".join(pair)
                desk.report(dimension.place, "L212", words=both, witness=witness(claim, (), day), **details)
