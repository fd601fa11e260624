"""Files that are brought with a filing: how large, of what kind by their content, and no trap among them."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath, PureWindowsPath

from cryptography.hazmat.primitives import hashes

from tongchou.ground.errors import fail

LARGEST = 5 * 1024 * 1024  # bytes of one file
MOST = 10  # files of one filing
_UNPACKED = 50 * 1024 * 1024  # bytes
_RATIO = 100  # unpacked to packed
_ENTRIES = 1_000
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"PK\x03\x04", "application/ofd"),
)
"""How a file begins, and what it is then; OFD (GB/T 33190), in which invoices are issued, is an archive."""


class Upload:
    """A file as it came: `kind` says which evidence it is meant to be, `name` what its owner called it. The trail tells
    of it by its digest, not by its content."""

    __slots__ = ("content", "kind", "name")

    def __init__(self, kind: str, name: str, content: bytes) -> None:
        self.kind, self.name, self.content = kind, name, content

    def __str__(self) -> str:
        return f"{self.kind}: {self.name} ({len(self.content)}, SM3 {self.digest.hex()})"

    @property
    def digest(self) -> bytes:
        """SM3 of the content."""
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(self.content)
        return sm3.finalize()


def check(uploads: tuple[Upload, ...], already: int = 0) -> list[str]:
    """The media type of each. Raises F103 for one that is too large, F104 for one of another kind, F105 for too many,
    F106 for an archive that unpacks to too much, F107 for a name that is a path."""
    if len(uploads) + already > MOST:
        raise fail("F105", limit=MOST)
    return [_check(one) for one in uploads]


def _check(one: Upload) -> str:
    parts = PurePosixPath(one.name).name == one.name == PureWindowsPath(one.name).name
    if not parts or not one.name.strip(". ") or len(one.name) > 200 or not one.name.isprintable():
        raise fail("F107", name=one.name[:60])
    if len(one.content) > LARGEST:
        raise fail("F103", name=one.name, size=len(one.content), limit=LARGEST)
    found = next((media for magic, media in _MAGIC if one.content.startswith(magic)), None)
    if found is None:
        raise fail("F104", name=one.name)
    if found == "application/ofd":
        _check_archive(one)
    return found


def _check_archive(one: Upload) -> None:
    """Only its table of contents is looked at; nothing is ever unpacked here."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(one.content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise fail("F104", name=one.name) from error
    if "OFD.xml" not in {entry.filename for entry in entries}:
        raise fail("F104", name=one.name)
    unpacked = sum(entry.file_size for entry in entries)
    unsafe = any(_leads_out(entry.filename) or entry.flag_bits & 1 for entry in entries)
    if unsafe or len(entries) > _ENTRIES or unpacked > min(_UNPACKED, _RATIO * len(one.content)):
        raise fail("F106", name=one.name)


def _leads_out(path: str) -> bool:
    return path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/")
