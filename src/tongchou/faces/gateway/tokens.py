"""Tokens of the bearer variant (7.3 of the reference): given for a client's secret, good for two hours."""

from __future__ import annotations

import base64
import binascii
import hmac
import json

from django.core import signing
from django.http import HttpRequest, HttpResponse

from tongchou.record.base import clock
from tongchou.record.exchange.keys import BEARER, keys_by_account
from tongchou.record.exchange.models import AccessKey

LIVES = 7_200
"""Seconds."""
_SALT = "tongchou.gateway.token"


def issue(request: HttpRequest) -> HttpResponse:
    """`POST /auth/oauth/token`: the client in `Authorization: Basic`, the user in the form."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    client, _, secret = _basic(request.headers.get("Authorization", "")).partition(":")
    for key in keys_by_account(BEARER, client, clock.now()):
        same = hmac.compare_digest(key.secret.encode(), secret.encode())
        named = request.POST.get("grant_type") == "password" and request.POST.get("username") == key.institution.code
        if same and named and hmac.compare_digest(key.secret.encode(), request.POST.get("password", "").encode()):
            token = signing.dumps({"key": key.pk}, salt=_SALT)
            return _json({"access_token": token, "token_type": "bearer", "expires_in": LIVES}, 200)
    return _json({"error": "invalid_client"}, 401)


def is_of(token: str, key: AccessKey) -> bool:
    """Whether a token was issued for a key and still lives."""
    try:
        found = signing.loads(token, salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return False
    return isinstance(found, dict) and found.get("key") == key.pk


def _basic(header: str) -> str:
    kind, _, text = header.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _json(content: dict[str, object], status: int) -> HttpResponse:
    return HttpResponse(json.dumps(content), status=status, content_type="application/json;charset=UTF-8")
