"""The tax bureau's file of receipts, CSV or XLSX: read it, say what is wrong with row and column, write that as a file.

Columns, named by the first row: 收款号, 应缴号, 到账日, 金额 and, where late fees come too, 滞纳金. Amounts are yuan.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

import python_calamine
import xlsxwriter

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.money import MAX_FEN
from tongchou.record.contributions.movements import Movement

MOST_BYTES, MOST_UNPACKED, MOST_RATIO = 20 * 2**20, 400 * 2**20, 200
MOST_ROWS = 200_000
NUMBER, PART, DAY, AMOUNT, LATE_FEE = "收款号", "应缴号", "到账日", "金额", "滞纳金"
_NEEDED = (NUMBER, PART, DAY, AMOUNT)


@dataclass(frozen=True)
class Sheet:
    """A file that was read: movements and the row, counted from 1 with the head, that each stands in."""

    name: str
    digest: str
    movements: tuple[Movement, ...]
    rows: tuple[int, ...]

    def place(self, at: int, column: str = PART) -> Place:
        return Place(table=self.name, row=self.rows[at], column=column)

    @property
    def fen(self) -> int:
        return sum(moved.fen for moved in self.movements)


def read(name: str, content: bytes) -> Sheet:
    """The receipts of a file. Raises J201 for what is no such file, J202 for one that is too large, packed or not,
    J203 for a column that is missing, J204 and J205 for every cell that is wrong."""
    plain = PurePath(name.replace("\\", "/")).name[:200] or "?"
    if len(content) > MOST_BYTES:
        raise fail("J202", size=f"{len(content)} B", most=f"{MOST_BYTES} B")
    table = _xlsx(content) if content[:4] == b"PK\x03\x04" else _csv(content)
    if len(table) > MOST_ROWS + 1:
        raise fail("J202", size=f"{len(table)} 行", most=f"{MOST_ROWS} 行")
    head = [str(cell).strip() for cell in table[0]] if table else []
    missing = [column for column in _NEEDED if head.count(column) != 1]
    if missing:
        known = "、".join((*_NEEDED, LATE_FEE))
        raise ProblemError(
            *(Problem("J203", Place(table=plain, row=1), {"column": c, "known": known}) for c in missing)
        )
    movements, rows, problems = [], [], []
    seen: dict[str, int] = {}
    for number, cells in enumerate(table[1:], 2):
        if not any(str(cell).strip() for cell in cells):
            continue
        row = _Row(plain, number, dict(zip(head, cells, strict=False)))
        moved = row.movement()
        problems += row.problems
        if moved.number in seen:
            problems.append(Problem("J205", Place(table=plain, row=number, column=NUMBER), {"row": seen[moved.number]}))
        seen.setdefault(moved.number, number)
        movements.append(moved)
        rows.append(number)
    if problems:
        raise ProblemError(*problems)
    if not movements:
        raise fail("J201", why="没有内容")
    return Sheet(plain, hashlib.sha256(content).hexdigest(), tuple(movements), tuple(rows))


class _Row:
    def __init__(self, table: str, number: int, cells: dict[str, Any]) -> None:
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
        return Movement(number, int(part), self._day(), self._fen(AMOUNT, 1), late_fee)

    def _text(self, column: str) -> str:
        value = self.cells.get(column, "")
        if isinstance(value, float) and value.is_integer():  # how a spreadsheet holds a whole number
            value = int(value)
        return str(value).strip()

    def _day(self) -> date:
        value = self.cells.get(DAY)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            self._wrong(DAY, "日期（YYYY-MM-DD）")
            return date.min

    def _fen(self, column: str, least: int) -> int:
        """Yuan as they are written, with two decimals at most; a spreadsheet's number is read by its shortest text."""
        value = self.cells.get(column, "")
        text = repr(value).removesuffix(".0") if isinstance(value, float) else str(value).strip()
        whole, _, decimals = text.partition(".")
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


def _csv(content: bytes) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise fail("J201", why=str(error)) from error


def _xlsx(content: bytes) -> list[list[Any]]:
    """The first sheet. What unpacks to more than it should is never unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > MOST_UNPACKED or size > MOST_RATIO * len(content):
            raise fail("J202", size=f"{size} B", most=f"{MOST_UNPACKED} B")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, python_calamine.CalamineError, IndexError, OSError, ValueError) as error:
        raise fail("J201", why=str(error)[:200]) from error


def error_sheet(problems: Sequence[Problem]) -> bytes:
    """What is wrong, as an XLSX: row, column, code, what, and what to do."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("错误")
        sheet.write_row(0, 0, ["行", "列", "代码", "问题", "怎么办"])
        for at, one in enumerate(problems, 1):
            place = one.place
            cells = [place.row or "", place.column or "", one.code, one.message(), one.remedy()]
            sheet.write_row(at, 0, cells)
    return out.getvalue()
