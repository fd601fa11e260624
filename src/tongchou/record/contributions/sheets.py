"""The tax bureau's file of receipts, CSV or XLSX: read it, and say what is wrong with row and column.

Columns, named by the first row: 收款号, 应缴号, 到账日, 金额 and, where late fees come too, 滞纳金. Amounts are yuan.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.money import MAX_FEN
from tongchou.record.contributions.movements import Movement
from tongchou.record.sheets.streamed import Upload, rows

MOST_ROWS = 200_000
NUMBER, PART, DAY, AMOUNT, LATE_FEE = "收款号", "应缴号", "到账日", "金额", "滞纳金"
_NEEDED = (NUMBER, PART, DAY, AMOUNT)


class Sheet:
    """A file that was read: movements and the row, counted from 1 with the head, that each stands in. The trail keeps
    its name and SHA-256, not its rows."""

    def __init__(self, name: str, digest: str, movements: Sequence[Movement], rows: Sequence[int]) -> None:
        self.name, self.digest, self.movements, self.rows = name, digest, movements, rows

    def __str__(self) -> str:
        return f"{self.name} {self.digest}"

    def place(self, at: int, column: str = PART) -> Place:
        return Place(table=self.name, row=self.rows[at], column=column)

    @property
    def fen(self) -> int:
        return sum(moved.fen for moved in self.movements)


def read(given: Upload) -> Sheet:
    """The receipts of a file. Raises E110 for what is no such file or is too large, J201 for an empty one, J202 for too
    many rows, J203 for a column that is missing, J204 and J205 for every cell that is wrong."""
    lines = rows(given)
    at, head = next(lines, (1, []))
    missing = [column for column in _NEEDED if head.count(column) != 1]
    if missing:
        known = "、".join((*_NEEDED, LATE_FEE))
        where = Place(table=given.name, row=at)
        raise ProblemError(*(Problem("J203", where, {"column": one, "known": known}) for one in missing))
    movements: list[Movement] = []
    places: list[int] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, cells in lines:
        if len(movements) == MOST_ROWS:
            raise fail("J202", most=MOST_ROWS)
        row = _Row(given.name, number, dict(zip(head, cells, strict=False)))
        moved = row.movement()
        problems += row.problems
        if moved.number in seen:
            place = Place(table=given.name, row=number, column=NUMBER)
            problems.append(Problem("J205", place, {"row": seen[moved.number]}))
        seen.setdefault(moved.number, number)
        movements.append(moved)
        places.append(number)
    if problems:
        raise ProblemError(*problems)
    if not movements:
        raise fail("J201")
    return Sheet(given.name, given.digest, movements, places)


class _Row:
    def __init__(self, table: str, number: int, cells: dict[str, str]) -> None:
        self.table, self.number, self.cells = table, number, cells
        self.problems: list[Problem] = []

    def movement(self) -> Movement:
        number = self._text(NUMBER)
        if not 0 < len(number) <= 60 or not number.isprintable():
            self._wrong(NUMBER, "收款号（至多 60 个字符）")
        part = self._text(PART)
        if not _digits(part, 1, 18) or int(part) == 0:
            self._wrong(PART, "应缴号")
            part = "0"
        late_fee = self._fen(LATE_FEE, 0) if self._text(LATE_FEE) else 0
        least = 0 if late_fee else 1  # a late fee may come without its principal
        return Movement(number, int(part), self._day(), self._fen(AMOUNT, least), late_fee)

    def _text(self, column: str) -> str:
        return self.cells.get(column, "")

    def _day(self) -> date:
        try:
            return date.fromisoformat(self._text(DAY))
        except ValueError:
            self._wrong(DAY, "日期（YYYY-MM-DD）")
            return date.min

    def _fen(self, column: str, least: int) -> int:
        """Yuan as they are written, with two decimals at most."""
        whole, _, decimals = self._text(column).partition(".")
        if _digits(whole, 1, 12) and _digits(decimals, 0, 2):
            fen = int(whole) * 100 + int(decimals.ljust(2, "0"))
            if least <= fen <= MAX_FEN:
                return fen
        self._wrong(column, "金额（元，至多两位小数）")
        return 0

    def _wrong(self, column: str, what: str) -> None:
        place = Place(table=self.table, row=self.number, column=column)
        self.problems.append(Problem("J204", place, {"value": self._text(column)[:60], "what": what}))


def _digits(text: str, least: int, most: int) -> bool:
    return least <= len(text) <= most and all(one in "0123456789" for one in text)
