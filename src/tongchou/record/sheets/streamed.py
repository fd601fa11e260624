"""Files of rows that may be too many to hold: a CSV is read as it comes, a workbook as `content` reads it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.record.sheets.content import LIMITS, Lost, sheets

MOST_TEXT = 512 * 2**20  # bytes of a CSV
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
    YYYY-MM-DD. Raises E110 for a text that is no table or is too large, U102–U109 for such a workbook, U203 for a
    number in one that lost digits."""
    with given.path.open("rb") as stream:
        packed = stream.read(4) == b"PK\x03\x04"
    for number, cells in _workbook(given) if packed else _csv(given.path):
        texts = [cell.strip() for cell in cells]
        if any(texts):
            yield number, texts


def _csv(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    if path.stat().st_size > MOST_TEXT:
        raise _refused(f"{path.stat().st_size} B", f"{MOST_TEXT} B")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from enumerate(csv.reader(stream, strict=True), 1)
    except UnicodeDecodeError as error:
        raise _refused(f"UTF-8 ✗ ({error.start + 1})", f"{MOST_TEXT} B") from error
    except csv.Error as error:
        said = why(error)
        raise fail("E110", why=said["reason"], why_en=said["reason_en"], most=f"{MOST_TEXT} B") from error


def _workbook(given: Upload) -> Iterator[tuple[int, Sequence[str]]]:
    """The first sheet, read in a process of its own."""
    size = given.path.stat().st_size
    if size > LIMITS.size:
        raise fail("U102", size=size >> 20, limit=LIMITS.size >> 20)
    first, *_ = sheets(given.path.read_bytes())
    for number, cells in enumerate(first.rows, 1):
        for cell in cells:
            if isinstance(cell, Lost):
                raise ProblemError(Problem("U203", Place(table=given.name, row=number), {"value": cell}))
        yield number, cells


def _refused(said: str, most: str) -> Exception:
    return fail("E110", why=said, why_en=said, most=most)
