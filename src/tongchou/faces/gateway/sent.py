"""A request as the transport had it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """`body` is all of it, which is signed; `message` the envelope in it, `file` the binary part beside it where there
    is one. `played`: it comes out of the log, and who sent it is known."""

    body: bytes
    message: bytes
    file: bytes | None
    headers: Mapping[str, str]
    address: str
    is_local: bool
    played: bool = False
