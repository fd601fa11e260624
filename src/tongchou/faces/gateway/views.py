"""The transport: any POST below the layouts of the field, one answer in JSON, or a file, with status 200."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from tongchou.faces.gateway.calls import Download
from tongchou.faces.gateway.dispatch import answer_to
from tongchou.faces.gateway.envelope import told, unknown
from tongchou.faces.gateway.multipart import parts
from tongchou.faces.gateway.sent import Sent
from tongchou.faces.gateway.writing import as_json
from tongchou.ground.errors import ProblemError, fail

MOST = 16
"""Megabytes that a message may have."""
_LOOPBACK = ("127.0.0.1", "::1")


def receive(request: HttpRequest, path: str = "") -> HttpResponse:
    """A message; which transaction it is says its body, never the path."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    body = request.read(MOST * 2**20 + 1)
    if len(body) > MOST * 2**20:
        return _refused(fail("N117", most=MOST))
    message, file = body, None
    if (request.content_type or "").lower() == "multipart/form-data":
        try:
            message, file = parts(request.META["CONTENT_TYPE"], body)
        except ProblemError as error:
            return _refused(error)
    headers = {name.lower(): value for name, value in request.headers.items()}
    address = request.META.get("REMOTE_ADDR", "")
    answer = answer_to(Sent(body, message, file, _with_underscores(headers), address, address in _LOOPBACK))
    return _file(answer) if isinstance(answer, Download) else _json(answer)


def _with_underscores(headers: dict[str, str]) -> dict[str, str]:
    """`_api_*` as it was sent: some servers hand it on with hyphens."""
    found = dict(headers)
    for name, value in headers.items():
        if name.lstrip("-_").startswith("api-"):
            found["_" + name.lstrip("-_").replace("-", "_")] = value
    return found


def _refused(error: ProblemError) -> HttpResponse:
    return _json(as_json(unknown(told(error))))


def _file(answer: Download) -> HttpResponse:
    named = f"attachment; filename*=UTF-8''{quote(answer.name, safe='')}"
    headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(answer.content, content_type="application/octet-stream", headers=headers)


def _json(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="application/json;charset=UTF-8")
