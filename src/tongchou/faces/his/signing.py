"""How a message proves who sends it: the headers of each variant of the field (section 7 of the reference)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Key:
    """A key of an institution: `method` as the platform names it, the account, the secret."""

    method: str
    account: str
    secret: str


def key_of(text: str) -> Key:
    """A key as it is typed: METHOD:ACCOUNT:SECRET. Raises ValueError for anything else."""
    method, _, rest = text.partition(":")
    account, found, secret = rest.partition(":")
    if method not in METHODS or not found or not secret:
        raise ValueError(text)
    return Key(method, account, secret)


def headers_of(key: Key | None, infno: str, body: bytes, now: datetime) -> dict[str, str]:
    """What is sent along with a message; nothing without a key."""
    return {} if key is None else METHODS[key.method](key, infno, body, now)


def _tif(key: Key, infno: str, body: bytes, now: datetime) -> dict[str, str]:
    stamp, nonce = f"{now.timestamp():.0f}", secrets.token_hex(16)
    return {
        "x-tif-paasid": key.account,
        "x-tif-timestamp": stamp,
        "x-tif-nonce": nonce,
        "x-tif-signature": hashlib.sha256(f"{stamp}{key.secret}{nonce}{stamp}".encode()).hexdigest(),
    }


def _api(key: Key, infno: str, body: bytes, now: datetime) -> dict[str, str]:
    said = {
        "_api_access_key": key.account,
        "_api_name": infno,
        "_api_timestamp": f"{now.timestamp() * 1000:.0f}",
        "_api_version": "1.0",
    }
    text = "&".join(f"{name}={said[name]}" for name in sorted(said))
    made = hmac.new(key.secret.encode(), text.encode(), hashlib.sha1).digest()
    return {**said, "_api_signature": base64.b64encode(made).decode()}


def _ca(digest: str) -> Callable[[Key, str, bytes, datetime], dict[str, str]]:
    def headers(key: Key, infno: str, body: bytes, now: datetime) -> dict[str, str]:
        stamp = f"{now.timestamp():.0f}"
        made = hmac.new(key.secret.encode(), f"{stamp}\n".encode() + body, digest).hexdigest().upper()
        return {"x-ca-key": key.account, "x-ca-signature": f"{stamp}:{made}"}

    return headers


def _apikey(key: Key, infno: str, body: bytes, now: datetime) -> dict[str, str]:
    return {"apikey": key.secret}


METHODS: Mapping[str, Callable[[Key, str, bytes, datetime], dict[str, str]]] = {
    "tif": _tif,
    "api": _api,
    "ca-sm3": _ca("sm3"),
    "ca-sha256": _ca("sha256"),
    "apikey": _apikey,
}
