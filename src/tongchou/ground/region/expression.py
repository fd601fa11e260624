"""The small language of numbers and conditions: `max(20% × total_fee, 2000)`, `place is 市外 and age >= 70`.

A text is parsed once into a tree of tuples; evaluating a tree asks the caller for names. Arithmetic is exact
(fractions), dates are dates, words are words; nothing is converted silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Transformer, UnexpectedInput
from lark import Tree as LarkTree

from tongchou.ground.dates import parse_date
from tongchou.ground.region.grammar import GRAMMAR

LITERAL = re.compile(r"[-+−]?[0-9]+(\.[0-9]+)?(%|万元|亿元|万|亿|元|个百分点)|[-+−]?[0-9]+|[0-9]+/[0-9]+")
MAX_TEXT, MAX_DIGITS, MAX_DEPTH = 2000, 15, 40
"""No formula of a decree is longer or deeper; beyond these a text is refused before it can exhaust anything."""

_SCALE = {"%": Fraction(1, 100), "个百分点": Fraction(1), "万": Fraction(10**4), "万元": Fraction(10**4)}
_SCALE |= {"亿": Fraction(10**8), "亿元": Fraction(10**8), "元": Fraction(1), "": Fraction(1)}

Tree = tuple[Any, ...]
Names = Callable[[str], Any]


class Words(tuple[str, ...]):
    """The words of `in [A, B]`, told apart from a tree."""


class Unreadable(Exception):
    """The text is not of the language; `column` counts from 1."""

    def __init__(self, text: str, column: int) -> None:
        super().__init__(text)
        self.column = column


class Unanswerable(Exception):
    """The tree is well formed but these values do not fit it; `reason` is a detail word for a message."""


def literal(text: str) -> Fraction:
    """An exact number: 500, 4万, 12.50元, 50%, 1/3. The caller has matched `LITERAL`."""
    if sum(c.isdigit() for c in text) > MAX_DIGITS:
        raise Unreadable(text, MAX_DIGITS + 1)
    text = text.replace("−", "-")
    if "/" in text:
        above, below = text.split("/")
        if int(below) == 0:
            raise Unreadable(text, len(above) + 2)
        return Fraction(int(above), int(below))
    digits = re.match(r"[-+]?[0-9.]+", text)
    assert digits is not None
    return Fraction(digits.group()) * _SCALE[text[digits.end() :]]


class _Build(Transformer[Any, Tree]):
    """Builds the tuples while the text is read, bottom up, so that nothing here recurses over the text."""

    def literal(self, items: list[Any]) -> Tree:
        return ("number", literal(str(items[0])))

    def date(self, items: list[Any]) -> Tree:
        return ("date", parse_date(str(items[0])))

    def name(self, items: list[Any]) -> Tree:
        return ("name", str(items[0]))

    def word(self, items: list[Any]) -> str:
        return str(items[0]).strip("\"'")

    def words(self, items: list[Any]) -> Words:
        return Words(items)

    def call(self, items: list[Any]) -> Tree:
        return ("call", str(items[0]), *[i for i in items[1:] if i is not None])

    def compare(self, items: list[Any]) -> Tree:
        sign = {"≥": ">=", "≤": "<=", "==": "="}.get(str(items[1]), str(items[1]))
        return ("compare", items[0], sign, items[2])

    def __default__(self, data: Any, children: list[Any], meta: Any) -> Any:
        # The parser's own helper rules are spliced into their parents and stay trees of its kind until then.
        return LarkTree(data, children) if data.startswith("_") else (str(data), *children)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False, transformer=_Build())


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree:
    """The tree of a text.

    Raises:
        Unreadable: the text is not of the language, with the column where reading stopped.
    """
    if text.strip() in ("always", "总是"):
        return ("always",)
    if len(text) > MAX_TEXT:
        raise Unreadable(text, MAX_TEXT)
    try:
        tree: Any = _parser().parse(text)
    except UnexpectedInput as error:
        raise Unreadable(text, max(1, getattr(error, "column", 1))) from None
    except ValueError as error:  # a date such as 2007-02-30
        raise Unreadable(text, 1) from error
    found: Tree = tree
    if _depth(found) > MAX_DEPTH:
        raise Unreadable(text, 1)
    return found


def _depth(tree: Tree) -> int:
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in node[1:] if _is_tree(child)]
    return deepest


def _is_tree(part: Any) -> bool:
    """Whether a part of a tree is a tree itself, and not a word, a sign or the words of a list."""
    return isinstance(part, tuple) and not isinstance(part, Words)


def names_in(tree: Tree) -> Iterator[tuple[str, str | None]]:
    """Every (name, word it is compared with or None) of a tree."""
    if tree[0] == "name":
        yield tree[1], None
        return
    if tree[0] in ("is_", "is_not", "has", "in_", "not_in") and tree[1][0] == "name":
        for word in words_of(tree):
            yield tree[1][1], word
        return
    for child in children(tree):
        yield from names_in(child)


def words_of(tree: Tree) -> tuple[str, ...]:
    """The words a comparison with words names."""
    return tree[2] if isinstance(tree[2], Words) else (tree[2],)


def numbers_in(tree: Tree) -> Iterator[Fraction]:
    """Every literal number of a tree, for the check that its article states it."""
    if tree[0] == "number":
        yield tree[1]
    for child in children(tree):
        yield from numbers_in(child)


def children(tree: Tree) -> list[Tree]:
    """The trees directly inside a tree."""
    return [part for part in tree[1:] if _is_tree(part)]


def evaluate(tree: Tree, names: Names) -> Any:
    """The value of a tree: Fraction, date, str, list or bool.

    Raises:
        Unanswerable: a division by zero, or values of the wrong kind (a word where a number is needed).
    """
    return _EVALUATORS[tree[0]](tree, names)


def truth(tree: Tree, names: Names) -> bool:
    """The value of a condition. Raises `Unanswerable` when the text is a number or a word instead."""
    value = evaluate(tree, names)
    if not isinstance(value, bool):
        raise Unanswerable("not a condition")
    return value


def number(tree: Tree, names: Names) -> Fraction:
    value = evaluate(tree, names)
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise Unanswerable(f"{value!r} is not a number")
    return Fraction(value)


def _compare(tree: Tree, names: Names) -> bool:
    left, right = evaluate(tree[1], names), evaluate(tree[3], names)
    numeric = isinstance(left, int | Fraction) and isinstance(right, int | Fraction)
    if not numeric and not (isinstance(left, date) and isinstance(right, date)):
        raise Unanswerable(f"{left!r} and {right!r} cannot be compared")
    above = int(left > right) - int(left < right)
    return {">": above > 0, "<": above < 0, ">=": above >= 0, "<=": above <= 0, "=": above == 0}[tree[2]]


def _divide(tree: Tree, names: Names) -> Fraction:
    below = number(tree[2], names)
    if below == 0:
        raise Unanswerable("division by zero")
    return number(tree[1], names) / below


def _call(tree: Tree, names: Names) -> Any:
    function, arguments = tree[1], tree[2:]
    if function == "if":
        if len(arguments) != 3:
            raise Unanswerable("if takes a condition and two values")
        return evaluate(arguments[1 if truth(arguments[0], names) else 2], names)
    if function in ("days", "workdays", "months"):
        return _between(function, [evaluate(a, names) for a in arguments], names)
    if function == "count":
        value = evaluate(arguments[0], names) if arguments else None
        if not isinstance(value, list | tuple):
            raise Unanswerable("count takes a list")
        return Fraction(len(value))
    values = [number(a, names) for a in arguments]
    if not values or (function in ("ceil", "floor") and len(values) != 1):
        raise Unanswerable(f"{function} has the wrong number of values")
    if function == "ceil":
        return Fraction(-((-values[0]) // 1))
    if function == "floor":
        return Fraction(values[0] // 1)
    return min(values) if function == "min" else max(values)


def _between(function: str, dates: list[Any], names: Names) -> Fraction:
    if len(dates) != 2 or not all(isinstance(d, date) for d in dates):
        raise Unanswerable(f"{function} takes two dates")
    start, end = dates
    if function == "days":
        return Fraction((end - start).days)
    if function == "months":
        return Fraction((end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))
    try:
        return Fraction(names("workdays")(start, end))
    except (ValueError, LookupError) as error:  # the end before the start, or a year without a calendar
        raise Unanswerable(str(error)) from None


def _is(tree: Tree, names: Names) -> bool:
    return bool(str(evaluate(tree[1], names)) == tree[2])


def _has(tree: Tree, names: Names) -> bool:
    value = evaluate(tree[1], names)
    if not isinstance(value, list | tuple):
        raise Unanswerable("has asks a list")
    return tree[2] in value


_EVALUATORS: dict[str, Callable[[Tree, Names], Any]] = {
    "always": lambda t, n: True,
    "number": lambda t, n: t[1],
    "date": lambda t, n: t[1],
    "name": lambda t, n: n(t[1]),
    "add": lambda t, n: number(t[1], n) + number(t[2], n),
    "sub": lambda t, n: number(t[1], n) - number(t[2], n),
    "mul": lambda t, n: number(t[1], n) * number(t[2], n),
    "div": _divide,
    "neg": lambda t, n: -number(t[1], n),
    "call": _call,
    "compare": _compare,
    "is_": _is,
    "is_not": lambda t, n: not _is(t, n),
    "in_": lambda t, n: str(evaluate(t[1], n)) in t[2],
    "not_in": lambda t, n: str(evaluate(t[1], n)) not in t[2],
    "has": _has,
    "all_of": lambda t, n: all(truth(c, n) for c in t[1:]),
    "any_of": lambda t, n: any(truth(c, n) for c in t[1:]),
    "not_": lambda t, n: not truth(t[1], n),
}
