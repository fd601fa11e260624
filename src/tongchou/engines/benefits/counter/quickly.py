"""Frozen records made at once. Their own constructors set field by field, which costs a counter a tenth of its time."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def quickly(kind: type[T], /, **fields: Any) -> T:
    """An instance of a dataclass; fields whose default is a plain value may be left out."""
    made = object.__new__(kind)
    made.__dict__.update(fields)
    return made
