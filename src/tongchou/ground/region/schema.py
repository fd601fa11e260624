"""JSON Schema of each kind of file of a region folder, for editors that complete and check while one types.

An editor reads YAML its own way (500 is a number there), so where the loader reads text a schema lets numbers pass.
What the loader checks beyond structure — names, dates, formulas — stays with the loader.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tongchou.ground.region.clearing_kinds import Bands, ClearingFile, Routes
from tongchou.ground.region.clearing_money import YearWeights
from tongchou.ground.region.dip.declaration import Declaration
from tongchou.ground.region.headers import (
    ArticleFile,
    CaseFile,
    DecisionsFile,
    RegionFile,
    SchemeLayers,
    Source,
    VocabularyFile,
)
from tongchou.ground.region.model import (
    ARTICLE_KINDS,
    CLEARING_KINDS,
    LAYER_KINDS,
    MAIN_NUMBER,
    NAMES,
    SCHEME_KINDS,
    Ratio,
    Takes,
    Visits,
)
from tongchou.ground.region.plain import TAKEN_NAMES
from tongchou.ground.region.scalars import NUMBER_SCHEMA, Fact

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LAYER = rf"(?!(?:{'|'.join(sorted(TAKEN_NAMES))})\.)[a-z_][a-z0-9_]*"
_NAME = r"[^\[\]]+"
_CELL = r"\[[^\[\]]+\]"
_SCALAR = ["string", "number"]
_TAKE = {"type": "string", "description": "[coefficient ×] pot [of A、B | except A、B]"}


def _listed(model: type[Fact], key: str) -> dict[str, Any]:
    """A model of one list, which may be written as that list."""
    whole = {"$ref": f"#/$defs/{model.__name__}"}
    return {"anyOf": [{"$ref": f"#/$defs/{model.__name__}/properties/{key}"}, whole]}


_SHORT: dict[type[Fact], dict[str, Any]] = {
    Takes: {"anyOf": [_TAKE, {"type": "array", "items": _TAKE, "minItems": 1}]},
    Ratio: {"anyOf": [NUMBER_SCHEMA, {"$ref": "#/$defs/Ratio"}]},
    **{model: _listed(model, key) for model, key in ((Routes, "routes"), (Bands, "bands"), (YearWeights, "weights"))},
    Visits: {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"$ref": "#/$defs/Visits"}]},
}
"""Kinds that are mostly written in short."""


def schemas() -> dict[str, dict[str, Any]]:
    """Kind of file -> schema: region, sources, vocabulary, layers, each folder of articles, decisions, cases."""
    found = {
        "region": _of(RegionFile),
        "sources": _map_of(Source),
        "vocabulary": _vocabulary(),
        "layers": _map_of(SchemeLayers),
        **{room: _articles(((kinds, ""),)) for room, kinds in ARTICLE_KINDS.items()},
        "benefits": _articles(((LAYER_KINDS, rf"{_LAYER}\."), (SCHEME_KINDS, ""))),
        "clearing": _articles(((CLEARING_KINDS, ""),), ClearingFile),
        "dip": _over_a_base(_of(Declaration)),
        "decisions": _of(DecisionsFile),
        "cases": _of(CaseFile),
    }
    return {name: {"$schema": DIALECT, "title": f"tongchou {name}", **schema} for name, schema in found.items()}


def write_schemas(folder: Path) -> list[Path]:
    """Write one `<kind>.schema.json` each; the paths that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        file = folder / f"{name}.schema.json"
        file.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", "utf-8")
        written.append(file)
    return written


def _of(model: type[BaseModel]) -> dict[str, Any]:
    schema: dict[str, Any] = _relaxed(model.model_json_schema())
    return schema


def _map_of(model: type[BaseModel]) -> dict[str, Any]:
    """A file whose keys are names and whose values are of one model."""
    schema = _of(model)
    defs = {**schema.pop("$defs", {}), model.__name__: schema}
    return {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{model.__name__}"}, "$defs": defs}


def _vocabulary() -> dict[str, Any]:
    schema = _of(VocabularyFile)
    full = schema["$defs"]["ListDeclaration"]
    listed = {"type": "array", "items": {"type": _SCALAR}, "minItems": 1}
    schema["$defs"]["ListDeclaration"] = {"anyOf": [listed, full]}
    return schema


def _articles(
    addresses: tuple[tuple[dict[str, tuple[type[Fact], bool]], str], ...], form: type[ArticleFile] = ArticleFile
) -> dict[str, Any]:
    schema = _of(form)
    defs = schema["$defs"]
    patterns: dict[str, Any] = {}
    for kinds, head in addresses:
        for kind, (model, named) in kinds.items():
            own = _of(model)
            defs |= own.pop("$defs", {})
            defs[model.__name__] = own
            name = f"(?:{'|'.join(NAMES[kind])})" if kind in NAMES else _NAME
            address = head + kind.removesuffix("*").replace(".", r"\.") + (name if named else "")
            patterns[f"^{address}$"] = _SHORT.get(model, {"$ref": f"#/$defs/{model.__name__}"})
            if kind in MAIN_NUMBER:
                patterns[f"^{address}{_CELL}$"] = NUMBER_SCHEMA
    defs["Article"]["properties"]["sets"] = {
        "type": "object",
        "minProperties": 1,
        "patternProperties": patterns,
        "additionalProperties": False,
    }
    return schema


def _over_a_base(schema: dict[str, Any]) -> dict[str, Any]:
    """A declaration of DIP takes from its base what it does not say, section by section."""
    for name in ("Tables", "Catalogue", "Assignment"):
        schema["$defs"][name].pop("required", None)
    schema["properties"]["without"] = {"type": "array", "items": {"type": _SCALAR}}
    return {**schema, "required": ["title", "source", "evidence"]}


def _relaxed(schema: Any) -> Any:
    """The schema with free text open to what an editor takes for a number."""
    if isinstance(schema, list):
        return [_relaxed(item) for item in schema]
    if not isinstance(schema, dict) or schema.get("description") == NUMBER_SCHEMA["description"]:
        return schema
    relaxed = {key: _relaxed(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
    if relaxed.get("type") == "string" and not {"enum", "const", "pattern", "format"} & relaxed.keys():
        relaxed["type"] = _SCALAR
    return relaxed
