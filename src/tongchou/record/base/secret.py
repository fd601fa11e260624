"""Secrets at rest: SM4 in GCM mode (GB/T 32907, GB/T 36624) with the id of its key, found again by keyed HMAC-SM3.

Keys live in a folder of their own, outside the data folder and outside every backup.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tongchou.ground.errors import fail

_KEY, _NONCE, _TAG = 16, 12, 16  # bytes
_FILE = "keys.json"


@dataclass(frozen=True)
class Keys:
    """`sealing`: key id → SM4 key, the last one seals; `finding`: the key of lookups, which never changes."""

    sealing: dict[int, bytes]
    finding: bytes

    def seal(self, text: str, about: str) -> bytes:
        """The text, sealed as `seal_bytes` does."""
        return self.seal_bytes(text.encode(), about)

    def seal_bytes(self, content: bytes, about: str) -> bytes:
        """Sealed: key id (2 bytes), nonce, tag, cipher text. `about` (table and column) is bound to it, so that a
        sealed value moved to another column does not open there."""
        number = max(self.sealing)
        nonce = secrets.token_bytes(_NONCE)
        cipher = Cipher(algorithms.SM4(self.sealing[number]), modes.GCM(nonce)).encryptor()
        cipher.authenticate_additional_data(about.encode())
        body = cipher.update(content) + cipher.finalize()
        return number.to_bytes(2, "big") + nonce + cipher.tag + body

    def open(self, sealed: bytes, about: str) -> str:
        """The text again. Raises what `open_bytes` raises."""
        return self.open_bytes(sealed, about).decode()

    def open_bytes(self, sealed: bytes, about: str) -> bytes:
        """The content again. Raises S202 where its key is missing, S203 where it was tampered with."""
        number = int.from_bytes(sealed[:2], "big")
        if number not in self.sealing:
            raise fail("S202", key=number)
        nonce, tag, body = sealed[2:14], sealed[14:30], sealed[30:]
        cipher = Cipher(algorithms.SM4(self.sealing[number]), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(about.encode())
        try:
            return cipher.update(body) + cipher.finalize()
        except InvalidTag as error:
            raise fail("S203", about=about) from error

    def find(self, text: str, about: str) -> bytes:
        """32 bytes that are equal for equal texts and tell nothing else without the key."""
        code = _begun(self.finding).copy()
        code.update(f"{about}\0{text}".encode())
        return code.finalize()


@lru_cache(maxsize=4)
def _begun(key: bytes) -> hmac.HMAC:
    """A code with the key taken in, to copy: that costs a fifth of beginning anew, and a file asks for millions."""
    return hmac.HMAC(key, hashes.SM3())


def make_keys(folder: Path) -> Keys:
    """Make the keys where there are none yet, for this account's eyes only; an existing file is left as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / _FILE
    if not file.exists():
        content = {"sealing": {"1": secrets.token_hex(_KEY)}, "finding": secrets.token_hex(_KEY * 2)}
        _write(file, content)
    return read_keys(folder)


def add_key(folder: Path) -> int:
    """A new key that seals from now on; what older keys sealed still opens. Its id."""
    keys = read_keys(folder)
    number = max(keys.sealing) + 1
    sealing = {str(k): v.hex() for k, v in keys.sealing.items()} | {str(number): secrets.token_hex(_KEY)}
    _write(folder / _FILE, {"sealing": sealing, "finding": keys.finding.hex()})
    return number


def read_keys(folder: Path) -> Keys:
    """Raises S201 when there are none, or none that can be read."""
    try:
        content = json.loads((folder / _FILE).read_text("utf-8"))
        sealing = {int(number): bytes.fromhex(key) for number, key in content["sealing"].items()}
        keys = Keys(sealing, bytes.fromhex(content["finding"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise fail("S201", folder=folder) from error
    if not sealing or any(len(key) != _KEY for key in sealing.values()) or len(keys.finding) < _KEY:
        raise fail("S201", folder=folder)
    return keys


def keys() -> Keys:
    """The keys of this server; a key that was added meanwhile is among them."""
    from django.conf import settings

    try:
        written = os.stat(f"{settings.KEYS}/{_FILE}").st_mtime_ns  # for every sealed value; a path takes longer
    except OSError as error:
        raise fail("S201", folder=settings.KEYS) from error
    return _as_written(settings.KEYS, written)


@lru_cache(maxsize=1)
def _as_written(folder: Path, written: int) -> Keys:
    return read_keys(folder)


def _write(file: Path, content: object) -> None:
    """All of the file or nothing, and never a moment in which others can read it."""
    fresh = file.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
