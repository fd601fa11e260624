"""An address that there is not, or that takes another method, is told as any refusal is."""

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("record")


@pytest.mark.parametrize("path", ["/", "/api", "/api/clearing-years/abc", "/api/nothing?x=%00", "/" + "x" * 9_000])
def test_no_such_address(path: str) -> None:
    answer = Client().get(path)
    told = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert told["type"] == "urn:tongchou:problem:A118"
    assert told["problems"][0]["remedy"]["zh"]
    assert len(answer.content) < 2_000


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/api/clearing-years", "DELETE", {"GET", "POST"}),
        ("/fsi/api/x", "GET", {"POST"}),
        ("/auth/oauth/token", "PUT", {"POST"}),
    ],
)
def test_another_method(path: str, method: str, allowed: set[str]) -> None:
    answer = Client().generic(method, path)
    told = json.loads(answer.content)
    assert (answer.status_code, told["type"]) == (405, "urn:tongchou:problem:A119")
    assert set(answer["Allow"].split(", ")) == allowed
    assert method in told["detail"]
