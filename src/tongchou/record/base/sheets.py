"""Files of rows that people hand in, CSV or XLSX: what may be read of them, and what is wrong with them as a sheet."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import Any

import xlsxwriter

from tongchou.ground.errors import Problem, fail

MOST_TEXT = 512 * 2**20  # bytes of a CSV
MOST_PACKED, MOST_UNPACKED, MOST_RATIO = 20 * 2**20, 400 * 2**20, 200  # bytes of an XLSX, unpacked, and how much more
MOST_ROWS = 200_000  # of an XLSX, which is held as a whole
MOST_PROBLEMS = 10_000  # that are told


@dataclass(frozen=True)
class Upload:
    """A file that was handed in: where it lies now, what it was called, without a path, and its SHA-256."""

    path: Path
    name: str
    digest: str


def upload(path: Path, name: str) -> Upload:
    """A file as it was handed in under a name."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Upload(path, PurePath(name.replace("\\", "/")).name[:200] or "?", digest)


def rows(given: Upload) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, the head first, each with its number counted from 1; cells as trimmed text, days as
    YYYY-MM-DD. Raises E110 for what is no such file or is too large, packed or not."""
    with given.path.open("rb") as stream:
        packed = stream.read(4) == b"PK\x03\x04"
    for number, cells in _xlsx(given.path) if packed else _csv(given.path):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def error_sheet(problems: Sequence[Problem]) -> bytes:
    """What is wrong as an XLSX: row, column, code, what it is, and what to do."""
    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, safe) as book:
        sheet = book.add_worksheet("错误")
        sheet.write_row(0, 0, ["行", "列", "代码", "问题", "怎么办"])
        for at, one in enumerate(problems[:MOST_PROBLEMS], 1):
            place = one.place
            sheet.write_row(at, 0, [place.row or "", place.column or "", one.code, one.message("zh"), one.remedy("zh")])
    return out.getvalue()


def _csv(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    if path.stat().st_size > MOST_TEXT:
        raise _refused(f"{path.stat().st_size} B", f"{MOST_TEXT} B")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from enumerate(csv.reader(stream, strict=True), 1)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(str(error)[:200], f"{MOST_TEXT} B") from error


def _xlsx(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    """The first sheet. What unpacks to more than it should is never unpacked."""
    import python_calamine

    limit, size = f"{MOST_PACKED} B / {MOST_ROWS} 行", path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
        if size > MOST_PACKED or unpacked > min(MOST_UNPACKED, MOST_RATIO * size):
            raise _refused(f"{size} B → {unpacked} B", limit)
        sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS + 1:
            raise _refused(f"{sheet.total_height} 行", limit)
        found = sheet.to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, python_calamine.CalamineError, IndexError, OSError, ValueError) as error:
        raise _refused(str(error)[:200], limit) from error
    yield from enumerate(found, 1)


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():  # how a spreadsheet holds a whole number
        return str(int(cell))
    return str(cell).strip()


def _refused(why: str, most: str) -> Exception:
    return fail("E110", why=why, most=most)
