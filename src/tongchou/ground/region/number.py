"""A number of policy: a literal, a table over vocabularies, a formula, or the highest of several with an increment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tongchou.ground.region import expression
from tongchou.ground.region.expression import Names, Tree, Unreadable

UNLIMITED = ("unlimited", "不限")
OTHERS = ("others", "其他")


class Malformed(ValueError):
    """A value that is no number of policy; `code` names the message."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code, self.details = code, details


class NoCell(Exception):
    """A table has no cell for this value of its dimension: a hole in the declaration."""

    def __init__(self, dimension: str, word: str) -> None:
        super().__init__(f"{dimension} = {word}")
        self.dimension, self.word = dimension, word


@dataclass(frozen=True)
class Literal:
    value: Fraction | None  # None: no limit
    text: str


@dataclass(frozen=True)
class Formula:
    text: str
    tree: Tree


@dataclass(frozen=True)
class Cell:
    words: tuple[str, ...]
    number: Number
    cite: str | None = None  # the article that set this cell, when it is not the table's own


@dataclass(frozen=True)
class Table:
    dimension: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Highest:
    """The highest cell of a table over the words of a list fact, plus an increment when there are several words.

    Source: 江府办〔2012〕59号 二(一)3 (取较高病种…并增加…元), rules JM-08, JM-10.
    """

    over: str
    table: Table
    plus: Number
    each_extra: bool  # the increment counts once, or once for every word beyond the first
    at_most: Number | None


Number = Literal | Formula | Table | Highest


def read_number(raw: Any) -> Number:
    """Raises `Malformed` with the code of what is wrong; never guesses what an ambiguous scalar means."""
    if isinstance(raw, dict):
        return _read_highest(raw) if "highest" in raw else _read_table(raw)
    if not isinstance(raw, str) or not raw.strip():
        raise Malformed("R110", value=raw)
    text = raw.strip()
    if text in UNLIMITED:
        return Literal(None, text)
    if re.fullmatch(r"[-+−]?\d{1,3}([,，_]\d{3})+(\.\d+)?.*", text):
        raise Malformed("R111", value=text)
    if re.fullmatch(r"[-+−]?(\d*\.\d+|\d+\.\d*)([eE][-+]?\d+)?|[-+−]?\d+[eE][-+]?\d+|[-+]?\.?(nan|inf)", text.lower()):
        raise Malformed("R112", value=text)
    try:
        if expression.LITERAL.fullmatch(text):
            return Literal(expression.literal(text), text)
        return Formula(text, expression.parse(text))
    except Unreadable as error:
        raise Malformed("R113", value=text, column=error.column) from None


def _read_table(raw: dict[str, Any]) -> Table:
    if len(raw) != 1:
        raise Malformed("R114", value="、".join(raw))
    (key, cells) = next(iter(raw.items()))
    match = re.fullmatch(r"by\s+(\S+)", key)
    if match is None or not isinstance(cells, dict) or not cells:
        raise Malformed("R114", value=key)
    seen: set[str] = set()
    read = []
    for words, value in cells.items():
        split = tuple(w.strip() for w in re.split(r"[、,，]", words))
        repeated = seen.intersection(split)
        if repeated:
            raise Malformed("R115", value="、".join(sorted(repeated)))
        seen.update(split)
        read.append(Cell(split, read_number(value)))
    return Table(match.group(1), tuple(read))


def _read_highest(raw: dict[str, Any]) -> Highest:
    unknown = set(raw) - {"highest", "over", "plus", "plus_each", "at_most"}
    if unknown or "over" not in raw or ("plus" in raw and "plus_each" in raw) or not isinstance(raw["highest"], dict):
        raise Malformed("R116", value="、".join(sorted(unknown)) or "highest")
    table = _read_table(raw["highest"])
    plus = raw.get("plus_each", raw.get("plus", "0"))
    limit = read_number(raw["at_most"]) if "at_most" in raw else None
    return Highest(raw["over"], table, read_number(plus), "plus_each" in raw, limit)


def evaluate(number: Number, names: Names) -> Fraction | None:
    """The exact value, None for no limit. Money is in yuan, ratios in ratio form.

    Raises:
        NoCell: a table has a hole here.
        Unanswerable: the formula cannot be computed from these facts.
    """
    if isinstance(number, Literal):
        return number.value
    if isinstance(number, Formula):
        return expression.number(number.tree, names)
    if isinstance(number, Table):
        return evaluate(find_cell(number, str(names(number.dimension))).number, names)
    return _evaluate_highest(number, names)


def _evaluate_highest(number: Highest, names: Names) -> Fraction | None:
    words = names(number.over)
    if not isinstance(words, list | tuple):
        raise expression.Unanswerable(f"{number.over} is not a list")
    if not words:
        raise NoCell(number.over, "(none)")
    values = [evaluate(find_cell(number.table, word).number, names) for word in words]
    if any(v is None for v in values):
        return None
    extra = len(words) - 1 if number.each_extra else min(1, len(words) - 1)
    result = max(v for v in values if v is not None) + extra * (evaluate(number.plus, names) or Fraction(0))
    limit = evaluate(number.at_most, names) if number.at_most is not None else None
    return result if limit is None else min(result, limit)


def find_cell(table: Table, word: str) -> Cell:
    fallback = None
    for cell in table.cells:
        if word in cell.words:
            return cell
        if cell.words[0] in OTHERS:
            fallback = cell
    if fallback is None:
        raise NoCell(table.dimension, word)
    return fallback


def used_cells(number: Number, names: Names) -> list[tuple[str, str, Cell]]:
    """The (dimension, word, cell) path that led to a value: what an explanation cites."""
    if not isinstance(number, Table):
        return []
    word = str(names(number.dimension))
    cell = find_cell(number, word)
    return [(number.dimension, word, cell), *used_cells(cell.number, names)]


def reset_cell(number: Number, path: dict[str, str], value: Number, cite: str) -> Number:
    """The same table with one cell re-set by another article. Raises `Malformed` when the path names no cell."""
    if not path:
        return value
    if not isinstance(number, Table) or number.dimension not in path:
        raise Malformed("R117", value="、".join(f"{k}={v}" for k, v in path.items()))
    word = path[number.dimension]
    rest = {k: v for k, v in path.items() if k != number.dimension}
    cells: list[Cell] = []
    found = False
    for cell in number.cells:
        if word not in cell.words:
            cells.append(cell)
            continue
        found = True
        others = tuple(w for w in cell.words if w != word)
        if others:
            cells.append(replace(cell, words=others))
        cells.append(Cell((word,), reset_cell(cell.number, rest, value, cite), cite))
    if not found:
        fallback = next((c for c in number.cells if c.words[0] in OTHERS), None)
        if fallback is None:
            raise Malformed("R117", value=f"{number.dimension}={word}")
        cells.append(Cell((word,), reset_cell(fallback.number, rest, value, cite), cite))
    return Table(number.dimension, tuple(cells))


def tables_of(number: Number) -> Iterator[Table]:
    """Every table inside a number, outermost first."""
    if isinstance(number, Table):
        yield number
        for cell in number.cells:
            yield from tables_of(cell.number)
    elif isinstance(number, Highest):
        yield number.table


def literals_of(number: Number) -> Iterator[Fraction]:
    """Every figure a number states, for the check against its article."""
    if isinstance(number, Literal):
        if number.value is not None:
            yield number.value
    elif isinstance(number, Formula):
        yield from expression.numbers_in(number.tree)
    elif isinstance(number, Table):
        for cell in number.cells:
            yield from literals_of(cell.number)
    else:
        yield from literals_of(number.table)
        yield from literals_of(number.plus)
        if number.at_most is not None:
            yield from literals_of(number.at_most)


def names_of(number: Number) -> Iterator[tuple[str, str | None]]:
    """Every (name, compared word) a number asks for; dimensions come with the words of their cells."""
    if isinstance(number, Formula):
        yield from expression.names_in(number.tree)
    elif isinstance(number, Table):
        yield number.dimension, None
        for cell in number.cells:
            yield from names_of(cell.number)
    elif isinstance(number, Highest):
        yield number.over, None
        yield from names_of(number.plus)
