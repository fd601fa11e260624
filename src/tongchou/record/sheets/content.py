"""From bytes to rows of text: what a file is by its content, and how much of it is taken.

A name says nothing here: it is never used as a path, nor to tell what the file is.
"""

from __future__ import annotations

import csv
import io
import marshal
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongchou.ground.errors import fail
from tongchou.ground.reasons import why

_MIB = 1024 * 1024
_CHILD = Path(__file__).with_name("workbook_child.py")
_OLD_OFFICE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TOO_MANY_ROWS, _NO_WORKBOOK = 4, 3


@dataclass(frozen=True)
class Limits:
    """`size` and `unpacked` in bytes, `ratio` of the second to the first; `rows` of one sheet, its header included.
    `memory` (bytes) and `seconds` of processor time are what reading a workbook may take."""

    size: int = 64 * _MIB
    unpacked: int = 512 * _MIB
    ratio: int = 100
    rows: int = 1_200_000
    cell: int = 32_767
    memory: int = 3 * 1024 * _MIB
    seconds: int = 120


LIMITS = Limits()


class Lost(str):
    """The text of a number that lost digits in the spreadsheet."""


@dataclass(frozen=True)
class Raw:
    """A sheet as it stands, rows of texts from its first row on; a text file is one sheet without a name."""

    name: str
    rows: Iterator[list[str]]


def sheets(content: bytes, limits: Limits = LIMITS) -> list[Raw]:
    """The sheets of an uploaded file. Raises U101–U106, and U109 for too many rows; rows of a text file are read only
    as they are asked for, and raise then."""
    if not content.strip():
        raise fail("U101")
    if len(content) > limits.size:
        raise fail("U102", size=_mib(len(content)), limit=_mib(limits.size))
    if content.startswith(_ZIP):
        return _workbook(content, limits)
    if content.startswith(_OLD_OFFICE):
        raise fail("U103", what="xls")
    return [Raw("", _text(content, limits))]


def _workbook(content: bytes, limits: Limits) -> list[Raw]:
    _unpacks_to_little(content, limits)
    command = [sys.executable, "-I", str(_CHILD), *(str(n) for n in (limits.memory, limits.seconds, limits.rows))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, check=False, timeout=limits.seconds * 3)
    except subprocess.TimeoutExpired as error:
        raise fail("U104") from error
    if done.returncode == _TOO_MANY_ROWS:
        raise fail("U109", limit=limits.rows)
    if done.returncode == _NO_WORKBOOK:
        raise fail("U105", reason="工作簿读不出来", reason_en=done.stderr.decode("utf-8", "replace"))
    if done.returncode != 0:  # killed at a limit, or the library gave up
        raise fail("U104")
    return [Raw(name, _texts(rows)) for name, rows in marshal.loads(done.stdout)]


def _unpacks_to_little(content: bytes, limits: Limits) -> None:
    """What the archive says of itself; the child's own limits hold where it does not tell the truth."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise fail("U105", **why(error, "压缩包打不开")) from error
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise fail("U103", what="zip")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked or unpacked > limits.ratio * len(content):
        raise fail("U104")


def _texts(rows: list[list[Any]]) -> Iterator[list[str]]:
    for row in rows:
        yield [Lost(cell[0]) if isinstance(cell, tuple) else cell for cell in row]


def _text(content: bytes, limits: Limits) -> Iterator[list[str]]:
    """Rows of a text file: commas, semicolons or tabs between the cells, whichever its first line has most of."""
    text = _decoded(content)
    if _UNFIT.search(text):
        raise fail("U103", what="binary")
    first = text[: text.find("\n") + 1] or text
    between = max(",\t;", key=first.count)
    return _cells(text, between, limits)


def _cells(text: str, between: str, limits: Limits) -> Iterator[list[str]]:
    # National downloads have tabs between the cells and the word null in empty ones.
    empty = {"null", "NULL"} if between == "\t" else set()
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            if number > limits.rows:
                raise fail("U109", limit=limits.rows)
            if any(len(cell) > limits.cell for cell in row):
                raise fail("U108", row=number, limit=limits.cell)
            yield ["" if (plain := cell.strip()) in empty else plain for cell in row]
    except csv.Error as error:
        said = why(error)
        raise fail(
            "U105", reason=f"第 {number + 1} 行{said['reason']}", reason_en=f"row {number + 1}: {error}"
        ) from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise fail("U106")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise fail("U106")


def _mib(size: int) -> str:
    return f"{size / _MIB:.1f}"
