"""Whether the server lives, whether it can work, and its figures for Prometheus."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from tongchou.ground.errors import ProblemError
from tongchou.record.base.secret import keys


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and is up to date, the keys can be read; 503 otherwise."""
    found = {"database": _database(), "keys": _keys()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Counts and times of requests; only for this machine, a proxy must not pass it on."""
    if request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1", ""):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            return cursor.fetchone() is not None
    except DatabaseError:
        return False


def _keys() -> bool:
    try:
        return bool(keys().sealing)
    except ProblemError:
        return False
