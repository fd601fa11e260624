"""Who asks: a session cookie or a bearer token; the request then runs as that actor."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie

from tongchou.ground.errors import ProblemError
from tongchou.record.base.actor import Actor
from tongchou.record.orgs.signing_in import actor_of

COOKIE = "tongchou"


def request_id(request: HttpRequest) -> str:
    """The id of a request: the client's, when it sends one that is fit to be logged, else one of ours."""
    if not hasattr(request, "number"):
        given = request.headers.get("X-Request-ID", "")
        fit = given.isascii() and given.replace("-", "").isalnum() and len(given) <= 64
        request.number = given if fit else uuid.uuid4().hex
    return request.number


def _actor(request: HttpRequest, secret: str | None) -> Actor | None:
    if not secret:
        return None
    try:
        return actor_of(secret, request_id(request))
    except ProblemError:
        return None


class ByToken(HttpBearer):
    """`Authorization: Bearer …` with a token or a session."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return _actor(request, token)


class ByCookie(APIKeyCookie):
    """The cookie of a signed-in browser; changes need the header `X-Requested-With`, that no other site can set."""

    param_name = COOKIE

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        if request.method not in ("GET", "HEAD") and not request.headers.get("X-Requested-With"):
            return None
        return _actor(request, key)


__all__ = ["COOKIE", "ByCookie", "ByToken", "request_id"]
