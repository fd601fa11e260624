"""Every address × every role × two organisations: refused unless `needs.py` says otherwise."""

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.faces.api.needs import NEEDS, NOBODY, SIGNED_IN, SIGNS_OUT
from tests.faces.api.rows import BODIES, Form
from tests.faces.api.signing import client_of, secret_of
from tongchou.faces.api.app import api
from tongchou.record.orgs.permissions import PERMISSIONS, ROLES

pytestmark = pytest.mark.usefixtures("record")
NOBODYS = "999999999"
"""The number of a row that there is not."""
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One method of one address, with a body that its schema accepts, or a file."""

    method: str
    path: str
    body: Any
    file: bool = False

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


@cache
def description() -> dict[str, Any]:
    return api.get_openapi_schema()


def operations() -> list[Operation]:
    found = []
    for path, methods in description()["paths"].items():
        for method in METHODS:
            if method in methods:
                content = methods[method].get("requestBody", {}).get("content", {})
                schema = content.get("application/json", {}).get("schema")
                body = None if schema is None else example(schema)
                body = BODIES.get(f"{method.upper()} {path}", body)
                found.append(Operation(method, path, body, file="multipart/form-data" in content))
    return found


def example(schema: dict[str, Any]) -> Any:
    """The plainest value that a schema accepts."""
    if "$ref" in schema:
        return example(description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return example(schema["anyOf"][-1])
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object":
        needed = schema.get("required", ())
        if schema.get("minProperties"):
            return {"x": example(next(iter(schema["patternProperties"].values())))}
        return {name: example(one) for name, one in schema.get("properties", {}).items() if name in needed}
    if kind == "string":
        return {"date": "2025-03-01", "date-time": "2025-03-01T08:00:00+08:00"}.get(
            schema.get("format", ""), "x" * max(1, schema.get("minLength", 1))
        )
    return {"array": [], "integer": schema.get("minimum", 1), "number": 1, "boolean": False, "null": None}[kind]


def ask(client: Client, operation: Operation, path: str = "") -> tuple[int, str]:
    """The status of the answer and the code of the problem, if it tells one; rows in the path are nobody's."""
    path = path or re.sub(r"\{\w+\}", NOBODYS, operation.path)
    body, kind = sent(operation.body)
    if operation.file and not isinstance(operation.body, Form):
        body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("x.csv", b"x")})
        kind = MULTIPART_CONTENT
    query = urlencode(required_query(operation))
    answer = client.generic(operation.method.upper(), path, body, kind, QUERY_STRING=query)
    told = answer.json() if answer["Content-Type"] == "application/problem+json" else {}
    return answer.status_code, told.get("type", "").rsplit(":", 1)[-1]


def sent(body: Any) -> tuple[bytes, str]:
    """A body as it is sent, and its media type."""
    if not isinstance(body, Form):
        return b"" if body is None else json.dumps(body).encode(), "application/json"
    files = [SimpleUploadedFile(name, content) for name, content in body["files"]]
    return encode_multipart(BOUNDARY, {**body, "files": files}), MULTIPART_CONTENT


def required_query(operation: Operation) -> dict[str, Any]:
    parameters = description()["paths"][operation.path][operation.method].get("parameters", ())
    return {one["name"]: example(one["schema"]) for one in parameters if one["in"] == "query" and one.get("required")}


def test_every_operation_says_what_it_needs() -> None:
    assert {str(one) for one in operations()} == set(NEEDS)
    assert set(NEEDS.values()) - {NOBODY, SIGNED_IN, SIGNS_OUT} <= set(PERMISSIONS)


def test_every_permission_is_held_by_some_role() -> None:
    assert {name for role in ROLES.values() for name in role.permissions} == set(PERMISSIONS)


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_nobody_gets_in_without_signing_in(operation: Operation) -> None:
    refused = ask(Client(), operation) == (401, "A106")
    assert refused == (NEEDS[str(operation)] != NOBODY)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_it_is_given_and_nothing_else(role: str) -> None:
    client, wrong = client_of(secret_of(role)), []
    for operation in operations():
        needs = NEEDS[str(operation)]
        if needs in (NOBODY, SIGNS_OUT):
            continue
        status, code = ask(client, operation)
        allowed = needs == SIGNED_IN or needs in ROLES[role].permissions
        if (code == "A101") == allowed or code == "A106" or status >= 500:
            wrong.append(f"{operation}: {status} {code}, {'allowed' if allowed else 'not allowed'}")
    assert not wrong


def moments(schema: dict[str, Any]) -> list[str]:
    """The moments that a body may hold."""
    if "$ref" in schema:
        schema = description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    fields = schema.get("properties", {}).items()
    return [
        name for name, one in fields if any(kind.get("format") == "date-time" for kind in (one, *one.get("anyOf", ())))
    ]


TIMED = [
    (one, field) for one in operations() for field in moments(
        description()["paths"][one.path][one.method].get("requestBody", {}).get("content", {})
        .get("application/json", {}).get("schema", {})
    )
]  # fmt: skip


@pytest.mark.parametrize(("operation", "field"), TIMED, ids=str)
def test_a_moment_without_its_zone_is_refused(operation: Operation, field: str) -> None:
    """It would be compared with one that has a zone, which is a fault."""
    role = next(name for name, one in ROLES.items() if NEEDS[str(operation)] in one.permissions)
    told = ask(client_of(secret_of(role)), replace(operation, body=operation.body | {field: "2030-01-01"}))
    assert told == (422, "malformed")


def test_the_trail_is_not_asked_for_a_moment_without_its_zone() -> None:
    assert client_of(secret_of("auditor")).get("/api/trail?since=2030-01-01").status_code == 422
