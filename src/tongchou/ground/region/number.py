"""A number of policy: a literal, a table over vocabularies, a formula, or the highest of several with an increment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tongchou.ground.money import MAX_FEN
from tongchou.ground.region import expression
from tongchou.ground.region.expression import Names, Tree, Unreadable

UNLIMITED = ("unlimited", "不限")
OTHERS = ("others", "其他")
MAX_FIGURE = MAX_FEN // 100
_THOUSANDS = re.compile(r"[-+−]?[0-9]{1,3}([,，_][0-9]{3})+(?![0-9]).*")
_FLOAT = re.compile(
    r"[-+−]?([0-9]*\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+−]?[0-9]+[eE][-+]?[0-9]+|[-+]?\.?(nan|inf)", re.I
)


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

    @property
    def is_rest(self) -> bool:
        """Whether the cell is for all words that no other cell names."""
        return self.words[0] in OTHERS


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
    if _THOUSANDS.fullmatch(text):
        raise Malformed("R111", value=text)
    if _FLOAT.fullmatch(text):
        raise Malformed("R112", value=text)
    try:
        if expression.LITERAL.fullmatch(text):
            return Literal(_in_range(expression.literal(text), text), text)
        tree = expression.parse(text)
    except Unreadable as error:
        raise Malformed("R113", value=text, column=error.column) from None
    for figure in expression.numbers_in(tree):
        _in_range(figure, text)
    return Formula(text, tree)


def _in_range(figure: Fraction, text: str) -> Fraction:
    """No figure above the largest amount that can be settled, so that sums and products stay exact everywhere."""
    if abs(figure) > MAX_FIGURE:
        raise Malformed("R118", value=text)
    return figure


def _read_table(raw: dict[str, Any]) -> Table:
    if len(raw) != 1:
        raise Malformed("R114", value="、".join(map(str, raw)) or "{}")
    (key, cells) = next(iter(raw.items()))
    match = re.fullmatch(r"by\s+(\S+)", str(key))
    if match is None or not isinstance(cells, dict) or not cells:
        raise Malformed("R114", value=key)
    seen: set[str] = set()
    read = []
    for words, value in cells.items():
        split = tuple(w.strip() for w in re.split(r"[、,，]", words))
        repeated = [w for i, w in enumerate(split) if w in seen or w in split[:i]]
        if repeated:
            raise Malformed("R115", value="、".join(dict.fromkeys(repeated)))
        if not all(split) or (len(split) > 1 and set(OTHERS).intersection(split)):
            raise Malformed("R119", value=words)
        seen.update(split)
        read.append(Cell(split, read_number(value)))
    if seen.issuperset(OTHERS):
        raise Malformed("R115", value="、".join(OTHERS))
    return Table(match.group(1), tuple(read))


def _read_highest(raw: dict[str, Any]) -> Highest:
    unknown = set(raw) - {"highest", "over", "plus", "plus_each", "at_most"}
    if unknown or not isinstance(raw.get("over"), str) or ("plus" in raw and "plus_each" in raw):
        raise Malformed("R116", value="、".join(sorted(unknown)) or "highest")
    if not isinstance(raw["highest"], dict):
        raise Malformed("R116", value="highest")
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
    for evaluated in _watching:
        evaluated.add(id(number))
    if isinstance(number, Literal):
        return number.value
    if isinstance(number, Formula):
        return expression.number(number.tree, names)
    if isinstance(number, Table):
        return evaluate(find_cell(number, str(names(number.dimension))).number, names)
    return _evaluate_highest(number, names)


_watching: list[set[int]] = []


@contextmanager
def watching() -> Iterator[set[int]]:
    """The ids of all numbers evaluated meanwhile, cell by cell: which figures of a region a run has tried."""
    evaluated: set[int] = set()
    _watching.append(evaluated)
    try:
        yield evaluated
    finally:
        _watching.pop()


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
    cell = cell_for(table, word)
    if cell is None:
        raise NoCell(table.dimension, word)
    return cell


def cell_for(table: Table, word: str) -> Cell | None:
    """The cell that names the word, else the one for the rest."""
    named = next((cell for cell in table.cells if word in cell.words), None)
    return named or next((cell for cell in table.cells if cell.is_rest), None)


def used_cells(number: Number, names: Names) -> list[tuple[str, str, Cell]]:
    """The (dimension, word, cell) path that led to a value: what an explanation cites."""
    if not isinstance(number, Table):
        return []
    word = str(names(number.dimension))
    cell = find_cell(number, word)
    return [(number.dimension, word, cell), *used_cells(cell.number, names)]


def reset_cell(number: Number, path: Mapping[str, str], value: Number, cite: str) -> Number:
    """The same table with one cell re-set by another article. Raises `Malformed` when the path names no cell."""
    if not path:
        return value
    word, rest, table = _step(number, path)
    old = cell_for(table, word)
    if old is None:
        raise Malformed("R117", value=f"{table.dimension}={word}")
    cells = [replace(c, words=kept) for c in table.cells if (kept := tuple(w for w in c.words if w != word))]
    made = Cell((word,), reset_cell(old.number, rest, value, cite), old.cite if rest else cite)
    return Table(table.dimension, (*cells, made))


def drop_cell(number: Number, path: Mapping[str, str], words: Mapping[str, tuple[str, ...]]) -> Number | None:
    """The same table with a hole where the path leads; None when nothing is left of it.

    `words` are the closed words of each dimension: a cell for the rest is spelt out, lest it fill the hole.
    """
    if not path:
        return None
    word, rest, table = _step(number, path)
    named = {w for cell in table.cells for w in cell.words}
    cells: list[Cell] = []
    for cell in table.cells:
        own = tuple(w for w in words.get(table.dimension, ()) if w not in named) if cell.is_rest else cell.words
        kept = tuple(w for w in own if w != word)
        if kept:
            cells.append(replace(cell, words=kept))
        left = drop_cell(cell.number, rest, words) if word in own else None
        if left is not None:
            cells.append(replace(cell, words=(word,), number=left))
    return Table(table.dimension, tuple(cells)) if cells else None


def _step(number: Number, path: Mapping[str, str]) -> tuple[str, dict[str, str], Table]:
    if not isinstance(number, Table) or number.dimension not in path:
        raise Malformed("R117", value="、".join(f"{k}={v}" for k, v in path.items()))
    rest = {k: v for k, v in path.items() if k != number.dimension}
    return path[number.dimension], rest, number


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
