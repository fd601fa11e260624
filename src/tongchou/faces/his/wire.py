"""One connection to a platform: a message out, an answer back, and how long it took."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol
from urllib.parse import urlsplit

ENTRY = "/fsi/api/rsfComIfsService/callService"
"""The address below a host where nothing else is said."""


@dataclass(frozen=True)
class Got:
    """An answer as it came over the wire; `seconds` from the first byte out to the last byte in."""

    status: int
    kind: str
    body: bytes
    seconds: float


class Carrier(Protocol):
    """Whatever brings a message to a platform and its answer back."""

    def post(self, body: bytes, headers: Mapping[str, str]) -> Got: ...

    def close(self) -> None: ...


class Wire:
    """A connection that is kept open, for one thread."""

    def __init__(self, url: str, patience: float = 120) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(url)
        made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = made(parts.hostname, parts.port, timeout=patience)
        self._path = parts.path.rstrip("/") or ENTRY

    def post(self, body: bytes, headers: Mapping[str, str]) -> Got:
        """Send a message. One over a connection that the platform has closed meanwhile is sent again: the same message
        has one effect. Raises OSError where nobody answers."""
        start = perf_counter()
        try:
            return self._post(body, headers, start)
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            return self._post(body, headers, start)

    def _post(self, body: bytes, headers: Mapping[str, str], start: float) -> Got:
        self._connection.request("POST", self._path, body, {"Content-Type": "application/json", **headers})
        answer = self._connection.getresponse()
        content = answer.read()
        return Got(answer.status, answer.headers.get("Content-Type", ""), content, perf_counter() - start)

    def close(self) -> None:
        self._connection.close()
