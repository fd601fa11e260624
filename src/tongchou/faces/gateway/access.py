"""Who sent a message: each institution proves itself in the way for which it was given a key.

The signatures of the field cover account, time and nonce and not always the body, so a connection must be encrypted
besides. Without a key an institution is believed only where the server was started for that, and only from its own
machine.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed
from django.conf import settings

from tongchou.faces.gateway.sent import Sent
from tongchou.faces.gateway.tokens import is_of
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.base import clock
from tongchou.record.exchange.keys import used
from tongchou.record.exchange.models import AccessKey

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_SHORT = timedelta(minutes=5)
_WINDOWS = {"tif": _SHORT, "api": timedelta(minutes=30), "ca-sm3": _SHORT, "ca-sha256": _SHORT}


def check(known: Sequence[AccessKey], sent: Sent, methods: Collection[str]) -> AccessKey | None:
    """The key with which a message proves who sent it; None where nobody need. `known`: the keys of the institution
    that hold now. Raises N201–N206 unless the message carries what one of them makes, in one of the ways that the
    region takes."""
    keys = [one for one in known if one.method in methods]
    if not keys:
        is_open = getattr(settings, "GATEWAY_OPEN", False)
        if is_open and not known and sent.is_local and not any(name in sent.headers for name in FORWARDED):
            return None
        raise fail("N206")
    refused: ProblemError | None = None
    for key in keys:
        try:
            _VERIFIERS[key.method](key, sent)
        except ProblemError as error:
            refused = refused or error
        else:
            return key
    assert refused is not None
    raise refused


def _header(headers: Mapping[str, str], name: str) -> str:
    found = headers.get(name) or headers.get(name.replace("_", "-").strip("-")) or ""
    if not found:
        raise fail("N201", what=name)
    return found


def _in_time(seconds: float, window: timedelta) -> datetime:
    """Raises N202 for a moment that is too far from now."""
    now = clock.now()
    if not abs(now.timestamp() - seconds) <= window.total_seconds():
        raise fail("N202", window=round(window.total_seconds()))
    return now


def _seconds(text: str) -> float:
    if not (text.isascii() and text.isdigit() and len(text) <= 13):
        raise fail("N202", window="-")
    return int(text) / (1000 if len(text) == 13 else 1)


def _same(expected: str, given: str) -> None:
    """Raises N204."""
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise fail("N204")


def _account(key: AccessKey, given: str) -> None:
    """Raises N203."""
    if given != key.account:
        raise fail("N203", account=given[:40])


def _once(key: AccessKey, signature: str, now: datetime, window: timedelta) -> None:
    """Raises N205 for a signature that was taken before."""
    digest = hashlib.sha256(f"{key.pk} {signature.lower()}".encode()).digest()
    if used(digest, now, window):
        raise fail("N205")


def _tif(key: AccessKey, sent: Sent) -> None:
    """`x-tif-*`: SHA-256 of timestamp, secret, nonce, timestamp."""
    _account(key, _header(sent.headers, "x-tif-paasid"))
    stamp, nonce = _header(sent.headers, "x-tif-timestamp"), _header(sent.headers, "x-tif-nonce")
    now = _in_time(_seconds(stamp), _WINDOWS["tif"])
    signature = _header(sent.headers, "x-tif-signature").lower()
    _same(hashlib.sha256(f"{stamp}{key.secret}{nonce}{stamp}".encode()).hexdigest(), signature)
    _once(key, signature, now, _WINDOWS["tif"])


def _api(key: AccessKey, sent: Sent) -> None:
    """`_api_*`: HMAC-SHA1 over the other four headers, sorted by name."""
    _account(key, _header(sent.headers, "_api_access_key"))
    names = ("_api_access_key", "_api_name", "_api_timestamp", "_api_version")
    said = {name: _header(sent.headers, name) for name in names}
    now = _in_time(_seconds(said["_api_timestamp"]), _WINDOWS["api"])
    text = "&".join(f"{name}={said[name]}" for name in names)
    signature = _header(sent.headers, "_api_signature")
    made = hmac.new(key.secret.encode(), text.encode(), hashlib.sha1).digest()
    _same(base64.b64encode(made).decode(), signature)
    _once(key, f"{signature} {hashlib.sha256(sent.body).hexdigest()}", now, _WINDOWS["api"])


def _ca(key: AccessKey, sent: Sent) -> None:
    """`x-ca-*`: HMAC over the time, a line feed and the body; SM3, or SHA-256 in a variant."""
    _account(key, _header(sent.headers, "x-ca-key"))
    stamp, _, signature = _header(sent.headers, "x-ca-signature").partition(":")
    now = _in_time(_seconds(stamp), _WINDOWS[key.method])
    text = f"{stamp}\n".encode() + sent.body
    if key.method == "ca-sm3":
        sm3 = keyed.HMAC(key.secret.encode(), hashes.SM3())
        sm3.update(text)
        made = sm3.finalize().hex()
    else:
        made = hmac.new(key.secret.encode(), text, hashlib.sha256).hexdigest()
    _same(made, signature.lower())
    _once(key, signature, now, _WINDOWS[key.method])


def _apikey(key: AccessKey, sent: Sent) -> None:
    """A fixed key in the header `apikey`: it proves no more than that somebody knows it."""
    _same(key.secret, _header(sent.headers, "apikey"))


def _bearer(key: AccessKey, sent: Sent) -> None:
    """A token that was given for the client's secret; the message itself is looked at by `sealing`."""
    kind, _, token = _header(sent.headers, "authorization").partition(" ")
    if kind.lower() != "bearer" or not is_of(token, key):
        raise fail("N204")


_VERIFIERS: Mapping[str, Callable[[AccessKey, Sent], None]] = {
    "tif": _tif,
    "api": _api,
    "ca-sm3": _ca,
    "ca-sha256": _ca,
    "apikey": _apikey,
    "bearer": _bearer,
}
