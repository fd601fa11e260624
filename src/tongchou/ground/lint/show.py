"""Values and formulas as a person writes them: numbers without float noise, trees as text."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.ground.region.expression import Tree, words_of

_INFIX = {"add": "+", "sub": "-", "mul": "×", "div": "÷", "all_of": "and", "any_of": "or"}
_WORDS = {"is_": "is", "is_not": "is not", "in_": "in", "not_in": "not in", "has": "has"}


def figure(value: Fraction | None) -> str:
    """An exact number as short as it can be written: 500, 12.5, 1/3."""
    if value is None:
        return "不限"
    if value.denominator == 1:
        return str(value.numerator)
    scaled = value * 10**6
    if scaled.denominator == 1:
        return f"{int(value) if value >= 0 or value <= -1 else '-0'}.{abs(scaled.numerator) % 10**6:06d}".rstrip("0")
    return f"{value.numerator}/{value.denominator}"


def percent(value: Fraction) -> str:
    return f"{figure(value * 100)}%"


def value_text(value: Any) -> str:
    if isinstance(value, Fraction):
        return figure(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return f"[{'、'.join(map(str, value))}]"
    return str(value)


def tree_text(tree: Tree) -> str:
    """A tree as the text it could have been read from."""
    head = tree[0]
    if head in ("number", "date", "name"):
        return value_text(tree[1])
    if head == "call":
        return f"{tree[1]}({', '.join(tree_text(t) for t in tree[2:])})"
    if head == "compare":
        return f"{tree_text(tree[1])} {tree[2]} {tree_text(tree[3])}"
    if head in _INFIX:
        return "(" + f" {_INFIX[head]} ".join(tree_text(t) for t in tree[1:]) + ")"
    if head in _WORDS:
        words = words_of(tree)
        listed = f"[{', '.join(words)}]" if head in ("in_", "not_in") else words[0]
        return f"{tree_text(tree[1])} {_WORDS[head]} {listed}"
    return "always" if head == "always" else f"{'-' if head == 'neg' else 'not '}{tree_text(tree[1])}"
