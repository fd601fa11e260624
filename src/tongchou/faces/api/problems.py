"""How a refusal is told over HTTP: an `application/problem+json` document (RFC 9457) with code, texts and remedy."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongchou.ground.errors import ProblemError, fail

_STATUS = {
    "A101": 403, "A103": 401, "A104": 429, "A105": 401, "A106": 401, "A114": 404, "A118": 404, "A119": 405, "A107": 409,
    "B103": 409, "J102": 409, "J103": 409, "J105": 409, "J109": 409, "J111": 409, "J113": 409, "J116": 409,
    "J118": 409, "J119": 409, "J121": 409,
    "E102": 409, "E113": 409, "P104": 409, "P110": 409, "P112": 409, "P113": 409, "G101": 404, "S301": 503,
    "S302": 503, "F010": 409, "F011": 409, "F013": 409, "F101": 409, "F103": 413,
    "H102": 409, "H105": 409, "H202": 409, "H302": 409, "H303": 409, "H304": 409,
    "K301": 409, "K302": 409, "K402": 409, "K403": 409, "K404": 409, "M101": 409,
    "M103": 409, "M110": 409, "M111": 409, "M202": 409, "M204": 409, "M207": 409, "M302": 409,
    "Q101": 409, "Q107": 409, "Q114": 409, "Q115": 409, "U102": 413, "U302": 409, "U303": 404,
    "V101": 409, "V102": 409, "V107": 409, "V108": 409, "V109": 409, "V201": 409, "V206": 409, "V207": 409,
    "V212": 409, "V232": 409, "V218": 409, "V222": 409, "V302": 409, "V303": 409, "V304": 409,
}  # fmt: skip
"""Codes with a status of their own; what is refused for another reason is 422."""
_SHOWN = 200  # characters of an address


def refused(request: HttpRequest, error: ProblemError) -> HttpResponse:
    """The response for problems of ours."""
    first = error.problems[0]
    status = _STATUS.get(first.code, 422)
    return document(
        status,
        type=f"urn:tongchou:problem:{first.code}",
        title=first.message("zh"),
        detail=first.text("en"),
        problems=[problem.as_dict() for problem in error.problems],
    )


def nowhere(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The response where no address of the server is meant."""
    return refused(request, fail("A118", path=request.path[:_SHOWN]))


def other_method(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: an address that is asked by a method it does not take says which it takes."""

    def run(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allowed = response.get("Allow", "")
        told = refused(request, fail("A119", method=request.method, allowed=allowed))
        told["Allow"] = allowed
        return told

    return run


def document(status: int, **content: Any) -> HttpResponse:
    body = json.dumps({"status": status, **content}, ensure_ascii=False, default=str)
    return HttpResponse(body, status=status, content_type="application/problem+json")
