"""Each request as one structured line in the log and one count for Prometheus; nothing of its content."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from tongchou.faces.api.who import request_id

REQUESTS = Counter("tongchou_requests", "requests answered", ["method", "route", "status"])
SECONDS = Histogram("tongchou_request_seconds", "time to answer", ["route"])
_log = structlog.get_logger("http")


def watching(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware."""

    def run(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = answer(request)
        seconds = time.perf_counter() - began
        # The route and not the address: addresses are without number, and hold numbers of people.
        route = request.resolver_match.route if request.resolver_match else "none"
        REQUESTS.labels(request.method, route, response.status_code).inc()
        SECONDS.labels(route).observe(seconds)
        number = request_id(request)
        _log.info(
            "request",
            id=number,
            method=request.method,
            route=route,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
        response["X-Request-ID"] = number
        return response

    return run
