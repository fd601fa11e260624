"""Whether an article says each figure that is set on its authority, and whether the decree does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.figures import figures_in, normal, says_all, says_none, values_in
from tongchou.ground.lint.show import figure
from tongchou.ground.region.expression import Tree, children
from tongchou.ground.region.model import MAIN_NUMBER, Unit, model_of, unit_of
from tongchou.ground.region.number import Formula, Highest, Literal
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.walk import conditions_of, fields_of, leaves_of

_EDGES = ("upto", "above")


@dataclass(frozen=True)
class Set:
    """A figure that an article sets: where in the fact, in what unit, as it is written there."""

    value: Fraction | date
    text: str
    unit: Unit
    field: str = ""
    in_formula: bool = False


def check_stated(desk: Desk) -> None:
    """Every figure of `sets` is in the `says` of its article."""
    for fact in desk.pack.written:
        for found in figures_set(fact):
            if not is_stated(found, fact.says) and desk.once("L260", fact.place, found.value):
                desk.report(fact.place, "L260", address=fact.address, value=found.text, cite=fact.cite)


def figures_set(fact: Declared) -> Iterator[Set]:
    """Every figure in the value of a fact and in its conditions."""
    if fact.cell:
        unit = unit_of(model_of(fact.layer, fact.kind), MAIN_NUMBER[fact.kind]) or Unit.PLAIN
        fields: list[tuple[str, Any, Unit]] = [("", fact.value.number, unit)]  # type: ignore[attr-defined]  # only a cell reset
    else:
        fields = list(fields_of(fact.value))
    for name, number, unit in fields:
        for leaf in leaves_of(_without_rest(number)):
            if isinstance(leaf, Formula):
                yield from _in_tree(leaf.tree, unit, leaf.text)
            elif leaf.value is not None and not (name == "coefficient" and leaf.value == 1):
                yield Set(leaf.value, leaf.text, unit, name)
    for condition in conditions_of(fact.value) if not fact.cell else ():
        yield from _in_tree(condition.tree, Unit.PLAIN, condition.text)


def _without_rest(number: Any) -> Any:
    """In the highest of several, nothing for all other words is no figure of a decree."""
    if not isinstance(number, Highest):
        return number
    cells = tuple(c for c in number.table.cells if not (c.is_rest and c.number == Literal(Fraction(0), "0")))
    return replace(number, table=replace(number.table, cells=cells))


def _in_tree(tree: Tree, unit: Unit, text: str) -> Iterator[Set]:
    if tree[0] == "date":
        yield Set(tree[1], tree[1].isoformat(), unit, in_formula=True)
    if tree[0] == "number" and tree[1] not in (0, 1):  # 1 − x and the like are arithmetic, not figures of a decree
        yield Set(tree[1], f"{figure(tree[1])}({text})", unit, in_formula=True)
    for child in children(tree):
        yield from _in_tree(child, unit, text)


def is_stated(found: Set, says: str) -> bool:
    if isinstance(found.value, date):
        return any(_date_in(found.value + timedelta(days=n), says) for n in (-1, 0, 1))
    values, wanted = values_in(says), _forms(found)
    if not wanted.isdisjoint(values):
        return True
    value = found.value
    if value == 0:
        return says_none(normal(says))
    return value == 1 and found.unit in (Unit.SHARE, Unit.TIMES) and says_all(normal(says))


def _forms(found: Set) -> set[Fraction]:
    """The ways in which a text may write a value: of the payer or of the person, in percent, by what it changes."""
    assert isinstance(found.value, Fraction)
    value = found.value
    forms = {value, abs(value)}
    if found.unit in (Unit.SHARE, Unit.TIMES) or found.in_formula:
        forms |= {1 - value, value - 1, value * 100, (1 - value) * 100}
    if found.unit is Unit.POINTS:
        forms.add(abs(value) / 100)
    if found.field in _EDGES or found.unit is Unit.PLAIN:
        forms |= {value + 1, value - 1}
    return forms - {Fraction(0)} if value != 0 else forms


def _date_in(day: date, says: str) -> bool:
    """The day in figures: its ISO form, or year, month and day (a month's ends may be left out)."""
    values = values_in(says)
    if not {Fraction(day.year), Fraction(day.month)} <= values:
        return Fraction(day.year) in values and (day.month, day.day) in ((1, 1), (12, 31))
    return Fraction(day.day) in values or day.day == 1 or (day + timedelta(days=1)).day == 1


def unsupported(says: str, article: str) -> list[str]:
    """The figures of a restatement that the article's own text does not contain."""
    there = values_in(article)
    missing = []
    for found in figures_in(says):
        accepted = set(found.values) | {v + 1 for v in found.values} | {1 - v for v in found.values if 0 < v < 1}
        if "%" in found.text:
            accepted |= {100 - v for v in found.values if v > 1}
        if found.measured and accepted.isdisjoint(there):
            missing.append(found.text)
    return missing
