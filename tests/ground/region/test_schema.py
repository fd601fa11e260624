"""The schemas that editors use, checked with a small validator of the keywords they are written in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ground.region.folders import GOOD, SUYU
from tongchou.ground.region.model import LAYER_KINDS, MAIN_NUMBER, SCHEME_KINDS
from tongchou.ground.region.schema import schemas, write_schemas
from tongchou.ground.shipped import shipped_regions

SCHEMAS = schemas()
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
TYPES["null"] = type(None)
KEYWORDS = {
    "$schema", "$defs", "$ref", "title", "description", "default", "type", "enum", "const", "anyOf", "properties",
    "patternProperties", "additionalProperties", "required", "items", "minItems", "minProperties", "pattern", "format",
}  # fmt: skip


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, which editors follow: dates, `yes`, `on` and 1:30 are text."""


EditorLoader.yaml_implicit_resolvers = {}
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false|True|False"), None)
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), None)
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]*\.[0-9]+$"), None)
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("(null|~)?$"), None)


def faults(value: Any, schema: Any, root: dict[str, Any], path: str = "") -> Iterator[str]:
    assert isinstance(schema, dict), schema
    assert schema.keys() <= KEYWORDS
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, path)
    if "anyOf" in schema and all(any(faults(value, one, root, path)) for one in schema["anyOf"]):
        yield f"{path}: none of anyOf"
    kinds = schema.get("type", [])
    if kinds and not any(isinstance(value, TYPES[k]) for k in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{path}: {value!r} is no {kinds}"
        return
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{path}: {value!r} is not allowed"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{path}: {value!r} does not match"
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{path}: too short"
        for i, item in enumerate(value):
            yield from faults(item, schema.get("items", {}), root, f"{path}.{i}")
    if isinstance(value, dict):
        yield from faults_of_object(value, schema, root, path)


def faults_of_object(value: dict[str, Any], schema: Any, root: dict[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path}: {key} is missing" for key in schema.get("required", ()) if key not in value)
    if len(value) < schema.get("minProperties", 0):
        yield f"{path}: empty"
    for key, inner in value.items():
        matching = [s for p, s in schema.get("patternProperties", {}).items() if re.search(p, key)]
        matching += [schema["properties"][key]] if key in schema.get("properties", {}) else []
        for one in matching:
            yield from faults(inner, one, root, f"{path}.{key}")
        more = schema.get("additionalProperties", True)
        if not matching and more is False:
            yield f"{path}.{key}: unknown"
        elif not matching and more is not True:
            yield from faults(inner, more, root, f"{path}.{key}")


def files_of(region: Path) -> Iterator[tuple[str, Path]]:
    for name in ("region", "sources", "vocabulary", "layers", "decisions"):
        if (region / f"{name}.yaml").is_file():
            yield name, region / f"{name}.yaml"
    for name in ("benefits", "contributions", "filings", "cases"):
        yield from ((name, file) for file in sorted((region / name).rglob("*.yaml")))


@pytest.mark.parametrize("region", [*shipped_regions(), GOOD], ids=lambda path: path.name)
def test_every_shipped_file_fits_its_schema(region: Path) -> None:
    for name, file in files_of(region):
        schema = SCHEMAS[name]
        value = yaml.load(file.read_text("utf-8"), Loader=EditorLoader)
        assert list(faults(value, schema, schema)) == [], file


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("region", "evidence: source", "evidence: perhaps"),
        ("region", "crossing: whole", "crossing: whole, ends: x"),
        ("sources", "title:", "titel:"),
        ("layers", "field: hifp_pay", "field: hifp"),
        ("vocabulary", "lists:", "list:"),
        ("benefits", "pool.takes: in_scope", "pool.take: in_scope"),
        ("benefits", "per: stay", "per: week"),
        ("benefits", "measured_on: expense", "measured: expense"),
        ("benefits", "points: -10", "point: -10"),
        ("benefits", "pool.takes: in_scope", "pool.takes: {pot: in_scope}"),
        ("benefits", "{by place:", "{place:"),
        ("benefits", "upto: 5000", "upto: 5000.5"),
    ],
)
def test_a_slip_does_not_fit(name: str, old: str, new: str) -> None:
    file = SUYU / (f"{name}.yaml" if name != "benefits" else "benefits/inpatient.yaml")
    text = file.read_text("utf-8")
    assert old in text
    schema = SCHEMAS[name]
    assert list(faults(yaml.load(text.replace(old, new, 1), Loader=EditorLoader), schema, schema))


def test_sets_know_every_kind_of_address() -> None:
    patterns = SCHEMAS["benefits"]["$defs"]["Article"]["properties"]["sets"]["patternProperties"]
    for kinds, head in ((LAYER_KINDS, "pool."), (SCHEME_KINDS, "")):
        for kind in kinds:
            address = head + kind.replace("*", "名称")
            cell = f"{address}[place=市外]"
            assert any(re.search(p, address) for p in patterns), address
            assert any(re.search(p, cell) for p in patterns) == (kind in MAIN_NUMBER), cell
    assert not any(re.search(p, "claim.takes") for p in patterns)


def test_they_are_written_for_editors(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "schemas")
    assert [file.name for file in written] == [f"{name}.schema.json" for name in schemas()]
    for file in written:
        assert json.loads(file.read_text("utf-8"))["$schema"].startswith("https://json-schema.org/")
