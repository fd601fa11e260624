"""A message with a file: `multipart/form-data` of the text part `jsonStr`, the whole envelope, and the part `file`."""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from tongchou.ground.errors import fail

_ENVELOPE = ("jsonStr", "jsonstr", "json")
_FILE = ("file", "in")


class _InMemory(MemoryFileUploadHandler):
    """Keeps a part in memory, however large: the whole message was bounded before, and no file lies about unsealed."""

    def handle_raw_input(self, *arguments: Any, **given: Any) -> None:
        self.activated = True


def parts(content_type: str, body: bytes) -> tuple[bytes, bytes | None]:
    """The envelope, and the file if there is one. Raises N306 for what has no such parts."""
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    try:
        texts, files = MultiPartParser(meta, io.BytesIO(body), [_InMemory()], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation, ValueError, LookupError):
        raise fail("N306") from None
    envelope = next((texts[name].encode("utf-8", "replace") for name in _ENVELOPE if name in texts), None)
    if envelope is None:  # some clients send the envelope with a file name of its own
        envelope = next((files[name].read() for name in _ENVELOPE if name in files), None)
    if envelope is None:
        raise fail("N306")
    return envelope, next((files[name].read() for name in _FILE if name in files), None)
