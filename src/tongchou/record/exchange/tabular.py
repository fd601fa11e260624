"""The form of the interface's files: a ZIP of one text in UTF-8, columns between tabs, `null` where there is nothing.

An archive may come from anybody: it is read no further than to its bound, whatever it says of itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from tongchou.ground.errors import fail
from tongchou.record.base.archives import UNREADABLE

NOTHING = "null"
MOST = 64
"""Megabytes that the text of an archive may have."""
_MOST_FILES = 100
_MAGIC = b"PK\x03\x04"
_BREAKS = str.maketrans({"\t": " ", "\r": " ", "\n": " "})
_ALWAYS = (1980, 1, 1, 0, 0, 0)


def is_archive(content: bytes) -> bool:
    """Whether a file is a ZIP."""
    return content.startswith(_MAGIC)


def text(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a text."""
    return "".join("\t".join(_cell(one) for one in row) + "\n" for row in rows).encode("utf-8", "replace")


def _cell(value: object) -> str:
    return (NOTHING if value is None else str(value).translate(_BREAKS)) or NOTHING


def packed(name: str, content: bytes) -> bytes:
    """A text as an archive, the same bytes whenever it is made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, _ALWAYS)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return stream.getvalue()


def check(content: bytes) -> None:
    """Raises N303 for an archive that cannot be read, and for one that says it is larger than the bound."""
    if is_archive(content):
        with _opened(content) as archive:
            _bounded(archive)


def unpacked(content: bytes) -> bytes:
    """The text of an archive of one file, or of a file that is none. Raises N303."""
    if not is_archive(content):
        return content
    with _opened(content) as archive:
        files = [one for one in _bounded(archive) if not one.is_dir()]
        if len(files) != 1:
            raise fail("N303", most=MOST)
        try:
            with archive.open(files[0]) as stream:
                found = stream.read(MOST * 2**20 + 1)
        except UNREADABLE:
            raise fail("N303", most=MOST) from None
    if len(found) > MOST * 2**20:
        raise fail("N303", most=MOST)
    return found


def rows_of(content: bytes) -> Iterator[list[str]]:
    """The rows of a file as institutions send it, packed or not; what is `null` is empty. Raises N303."""
    for line in unpacked(content).decode("utf-8-sig", "replace").splitlines():
        if line.strip():
            yield ["" if cell.strip() in (NOTHING, "NULL") else cell.strip() for cell in line.split("\t")]


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except UNREADABLE:
        raise fail("N303", most=MOST) from None


def _bounded(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    files = archive.infolist()
    if len(files) > _MOST_FILES or sum(one.file_size for one in files) > MOST * 2**20:
        raise fail("N303", most=MOST)
    return files
