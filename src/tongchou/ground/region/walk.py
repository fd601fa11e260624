"""Go through a declared value: every number of policy with its unit, every condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from tongchou.ground.region.expression import names_in
from tongchou.ground.region.number import Formula, Highest, Literal, Number, Table, names_of
from tongchou.ground.region.scalars import Condition, Unit, unit_of


def fields_of(value: Any) -> Iterator[tuple[str, Number, Unit]]:
    """Every number inside a declared value with the field that holds it, nested models included."""
    model: type[BaseModel] = type(value)
    for name in model.model_fields:
        unit, inner = unit_of(model, name), getattr(value, name)
        if unit is not None:
            for number in _numbers_in(inner):
                yield name, number, unit
            continue
        for item in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(item, BaseModel):
                yield from fields_of(item)


def _numbers_in(inner: Any) -> Iterable[Number]:
    """The one number of a field, or those of a list or of a table by name."""
    if isinstance(inner, dict):
        return tuple(inner.values())
    return inner if isinstance(inner, tuple) else () if inner is None else (inner,)


def numbers_of(value: Any) -> Iterator[Number]:
    """Every number of policy inside a declared value, nested models included."""
    for _, number, _ in fields_of(value):
        yield number


def conditions_of(value: Any) -> Iterator[Condition]:
    """Every condition inside a declared value."""
    for name in type(value).model_fields:
        inner = getattr(value, name)
        if isinstance(inner, Condition):
            yield inner


def names_asked(value: Any) -> set[str]:
    """Every name that the numbers and conditions of a declared value look at."""
    found = {name for number in numbers_of(value) for name, _ in names_of(number)}
    return found | {name for condition in conditions_of(value) for name, _ in names_in(condition.tree)}


def leaves_of(number: Number) -> Iterator[Literal | Formula]:
    """Every literal and formula a number is made of."""
    if isinstance(number, Table):
        for cell in number.cells:
            yield from leaves_of(cell.number)
    elif isinstance(number, Highest):
        yield from leaves_of(number.table)
        if not (isinstance(number.plus, Literal) and number.plus.value == 0):  # which is how no increment is kept
            yield from leaves_of(number.plus)
        if number.at_most is not None:
            yield from leaves_of(number.at_most)
    else:
        yield number
