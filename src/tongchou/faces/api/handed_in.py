"""A file that was uploaded, where it can be read: never larger than it may be, never under its own path."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ninja.files import UploadedFile

from tongchou.ground.errors import fail
from tongchou.record.sheets.streamed import Upload, upload

MOST = 20 * 2**20  # bytes


@contextmanager
def handed_in(file: UploadedFile, most: int = MOST) -> Iterator[Upload]:
    """Within the block the file lies in a folder that goes afterwards. Raises E110 when it is too large."""
    if file.size is None or file.size > most:
        raise fail("E110", why=f"{file.size} B", why_en=f"{file.size} B", most=f"{most} B")
    with tempfile.TemporaryDirectory(prefix="tongchou-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as stream:
            for block in file.chunks():
                stream.write(block)
        yield upload(path, file.name or "")
