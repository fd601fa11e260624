"""The documentation page of the HTTP interface, written from its own description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_HEAD = """# HTTP interface

<!-- Written by `tongchou.faces.api.page`; change the routers, not this page. -->

Every address below `/api`, as its description at `/api/openapi.json` (OpenAPI 3.1) has it. Sign in at
`POST /api/session` and send `Authorization: Bearer …`; a browser has a cookie and sends `X-Requested-With` with every
change. Which role may do what is in [Roles and permissions](roles.md). Times are ISO 8601, money is whole fen, `?`
marks what may be left out.

A refusal is a problem document (RFC 9457): `type` ends in a code of the [messages](messages.md), `title` is Chinese,
`detail` English, `problems` lists each with its place. 401: not signed in; 403: not permitted; 404: none in your scope;
409: it is there already; 413: too large; 422: refused for what it says; 429: locked for a while.
"""
_METHODS = ("get", "post", "put", "patch", "delete")


def page() -> str:
    """The page as Markdown; Django must be set up."""
    from tongchou.faces.api.app import api

    described = api.get_openapi_schema()
    rooms: dict[str, list[str]] = {}
    for path, methods in described["paths"].items():
        for method in _METHODS:
            if method in methods:
                one = methods[method]
                tag = next(iter(one.get("tags", ())), "")
                rooms.setdefault(tag, []).append("\n".join(_operation(method, path, one, described)))
    return _HEAD + "".join(f"\n## {tag}\n\n" + "\n".join(found) for tag, found in rooms.items())


def _operation(method: str, path: str, one: dict[str, Any], described: dict[str, Any]) -> Iterator[str]:
    yield f"### {method.upper()} {path}"
    yield ""
    yield f"{one.get('summary', '')}{_told(one)}"
    yield ""
    query = [
        f"`{p['name']}{'' if p.get('required') else '?'}`" for p in one.get("parameters", ()) if p["in"] == "query"
    ]
    if query:
        yield f"- asks: {', '.join(query)}"
    for content in one.get("requestBody", {}).get("content", {}).values():
        yield f"- takes: {_fields(content.get('schema', {}), described)}"
    for status, answer in sorted(one.get("responses", {}).items(), key=lambda found: str(found[0])):
        schemas = [content.get("schema", {}) for content in answer.get("content", {}).values()]
        yield f"- {status}: {_fields(schemas[0], described) if schemas else 'nothing'}"
    yield ""


def _told(one: dict[str, Any]) -> str:
    return f". {' '.join(one['description'].split())}" if one.get("description") else ""


def _fields(schema: dict[str, Any], described: dict[str, Any]) -> str:
    """A schema in a line: its fields, in brackets where there is a list of them."""
    if schema.get("type") == "array":
        return f"[{_fields(schema['items'], described)}]"
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    needed = schema.get("required", ())
    names = [f"{name}{'' if name in needed else '?'}" for name in schema.get("properties", {})]
    return f"`{', '.join(names)}`" if names else f"`{schema.get('type', 'anything')}`"
