"""Facts as a case writes them, with their types."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.ground.errors import fail
from tongchou.ground.region import expression
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import DATE, LIST, NUMERIC


def typed(pack: Pack, name: str, value: Any) -> Any:
    vocabulary = pack.vocabulary
    kind = vocabulary.kind_of_fact(name)
    if kind is None and not vocabulary.knows(name):
        raise fail("C033", name=name, known="、".join(vocabulary.names()))
    if kind == DATE:
        return read_date(name, value)
    if kind == NUMERIC:
        return read_number(name, value)
    if kind == LIST:
        return tuple(value) if isinstance(value, list) else tuple(str(value).split("、"))
    return str(value)


def read_date(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise fail("C004", value=value, name=name, known="YYYY-MM-DD") from None


def read_number(name: str, value: Any) -> Fraction:
    """A number as policies write it. Raises C032 for anything else."""
    text = str(value).strip()
    try:
        if expression.LITERAL.fullmatch(text):
            return expression.literal(text)
    except expression.Unreadable:
        pass  # divided by nothing, or too long to be a figure
    raise fail("C032", value=f"{name}: {text}")
