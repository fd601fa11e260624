"""Files that are sent as the body of a request."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.http import HttpRequest

from tongchou.ground.errors import fail
from tongchou.record.base.sheets import MOST_TEXT, Upload, upload

_CHUNK = 1 << 20


@contextmanager
def received(request: HttpRequest, name: str) -> Iterator[Upload]:
    """The body as a file, for as long as the block lasts; `name` is only what it is called. Raises E110 when it is too
    large, before more of it is read."""
    with tempfile.TemporaryDirectory(prefix="tongchou-") as folder:
        path, size = Path(folder) / "upload", 0
        with path.open("wb") as stream:
            while chunk := request.read(_CHUNK):
                size += len(chunk)
                if size > MOST_TEXT:
                    raise fail("E110", why=f"> {MOST_TEXT} B", most=f"{MOST_TEXT} B")
                stream.write(chunk)
        yield upload(path, name)
