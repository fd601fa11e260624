"""The headers of a signature as they come through the HTTP server, from the bytes of a request on."""

import io
import socket
from unittest import mock

import pytest

pytest.importorskip("gunicorn", reason="the server needs the extra 'server'")

from django.core.handlers.wsgi import WSGIRequest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import create

from tongchou.faces.gateway.views import _with_underscores
from tongchou.faces.serving import HEADERS

SENT = b"""POST /fsi/api/rsfComIfsService/callService HTTP/1.1
Host: a
_api_name: one
_api_access_key: two
X_Forwarded_For: 127.0.0.1
x-tif-paasid: three
Content-Length: 0

"""


def test_underscores_come_through_where_the_interface_has_them() -> None:
    configured = Config()
    for name, value in HEADERS.items():
        configured.set(name, value)
    address = ("10.0.0.9", 5000)
    request = next(RequestParser(configured, iter([SENT.replace(b"\n", b"\r\n")]), address))
    _, environ = create(request, mock.Mock(spec=socket.socket), address, ("127.0.0.1", 80), configured)
    environ["wsgi.input"] = io.BytesIO()
    found = _with_underscores({name.lower(): value for name, value in WSGIRequest(environ).headers.items()})
    assert (found["_api_name"], found["_api_access_key"], found["x-tif-paasid"]) == ("one", "two", "three")
    assert "x-forwarded-for" not in found
