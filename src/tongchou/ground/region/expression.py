"""The small language of numbers and conditions: `max(20% × total_fee, 2000)`, `place is 市外 and age >= 70`.

A text is parsed once into a tree of tuples, and a tree becomes a function that asks the caller for names. Arithmetic is
exact (fractions), dates are dates, words are words; nothing is converted silently.
"""

from __future__ import annotations

import operator
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
    return _run(tree)(names)


def truth(tree: Tree, names: Names) -> bool:
    """The value of a condition. Raises `Unanswerable` when the text is a number or a word instead."""
    return _as_truth(_run(tree)(names))


def number(tree: Tree, names: Names) -> Fraction:
    return _as_number(_run(tree)(names))


Run = Callable[[Names], Any]
_MOST_READY = 10_000
_ready: dict[int, tuple[Tree, Run]] = {}


def _run(tree: Tree) -> Run:
    """The tree as one function, made once: the trees of a region are asked again and again."""
    known = _ready.get(id(tree))
    if known is None:
        if len(_ready) >= _MOST_READY:
            _ready.clear()
        known = _ready[id(tree)] = tree, _function(tree)  # the tree is kept, so that its id stays its own
    return known[1]


def _function(tree: Tree) -> Run:
    return _FUNCTIONS[tree[0]](tree)


def _as_truth(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise Unanswerable("not a condition")


def _as_number(value: Any) -> Fraction:
    if type(value) is Fraction:
        return value
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise Unanswerable(f"{value!r} is not a number")
    return Fraction(value)


def _constant(tree: Tree) -> Run:
    value = tree[1] if len(tree) > 1 else True
    return lambda names: value


def _name(tree: Tree) -> Run:
    name = tree[1]
    return lambda names: names(name)


def _arithmetic(operation: Callable[[Fraction, Fraction], Fraction]) -> Callable[[Tree], Run]:
    def function(tree: Tree) -> Run:
        left, right = _function(tree[1]), _function(tree[2])
        return lambda names: operation(_as_number(left(names)), _as_number(right(names)))

    return function


def _divided(above: Fraction, below: Fraction) -> Fraction:
    if below == 0:
        raise Unanswerable("division by zero")
    return above / below


def _negative(tree: Tree) -> Run:
    inner = _function(tree[1])
    return lambda names: -_as_number(inner(names))


_NUMBERS = (int, Fraction)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
}


def _compare(tree: Tree) -> Run:
    left, right, sign = _function(tree[1]), _function(tree[3]), _SIGNS[tree[2]]

    def compare(names: Names) -> bool:
        one, other = left(names), right(names)
        numeric = isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS)
        if not numeric and not (isinstance(one, date) and isinstance(other, date)):
            raise Unanswerable(f"{one!r} and {other!r} cannot be compared")
        return sign(one, other)

    return compare


def _call(tree: Tree) -> Run:
    name, arguments = tree[1], [_function(argument) for argument in tree[2:]]
    if name == "if":
        return _choice(arguments)
    if name in ("days", "workdays", "months"):
        return lambda names: _between(name, [argument(names) for argument in arguments], names)
    if name == "count":
        return lambda names: _count([argument(names) for argument in arguments])
    return lambda names: _of_numbers(name, [_as_number(argument(names)) for argument in arguments])


def _choice(arguments: list[Run]) -> Run:
    def choose(names: Names) -> Any:
        if len(arguments) != 3:
            raise Unanswerable("if takes a condition and two values")
        return arguments[1 if _as_truth(arguments[0](names)) else 2](names)

    return choose


def _count(values: list[Any]) -> Fraction:
    if not values or not isinstance(values[0], list | tuple):
        raise Unanswerable("count takes a list")
    return Fraction(len(values[0]))


def _of_numbers(name: str, values: list[Fraction]) -> Fraction:
    if not values or (name in ("ceil", "floor") and len(values) != 1):
        raise Unanswerable(f"{name} has the wrong number of values")
    if name == "ceil":
        return Fraction(-((-values[0]) // 1))
    if name == "floor":
        return Fraction(values[0] // 1)
    return min(values) if name == "min" else max(values)


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


def _among(words: tuple[str, ...], wanted: bool, asked: Run) -> Run:
    return lambda names: (str(asked(names)) in words) is wanted


def _has(tree: Tree) -> Run:
    asked, word = _function(tree[1]), tree[2]

    def has(names: Names) -> bool:
        value = asked(names)
        if not isinstance(value, list | tuple):
            raise Unanswerable("has asks a list")
        return word in value

    return has


def _first_decides(decisive: bool) -> Callable[[Tree], Run]:
    """`and` ends at the first that is false, `or` at the first that is true; what follows is not looked at."""

    def function(tree: Tree) -> Run:
        parts = [_function(part) for part in tree[1:]]

        def decide(names: Names) -> bool:
            for part in parts:
                if _as_truth(part(names)) is decisive:
                    return decisive
            return not decisive

        return decide

    return function


def _opposite(tree: Tree) -> Run:
    inner = _function(tree[1])
    return lambda names: not _as_truth(inner(names))


_FUNCTIONS: dict[str, Callable[[Tree], Run]] = {
    "always": _constant,
    "number": _constant,
    "date": _constant,
    "name": _name,
    "add": _arithmetic(operator.add),
    "sub": _arithmetic(operator.sub),
    "mul": _arithmetic(operator.mul),
    "div": _arithmetic(_divided),
    "neg": _negative,
    "call": _call,
    "compare": _compare,
    "is_": lambda tree: _among((tree[2],), True, _function(tree[1])),
    "is_not": lambda tree: _among((tree[2],), False, _function(tree[1])),
    "in_": lambda tree: _among(tree[2], True, _function(tree[1])),
    "not_in": lambda tree: _among(tree[2], False, _function(tree[1])),
    "has": _has,
    "all_of": _first_decides(False),
    "any_of": _first_decides(True),
    "not_": _opposite,
}
