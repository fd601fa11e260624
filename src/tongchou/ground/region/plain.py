"""What a folder and its bases declare together, as plain content: the same whether files or a stored pack gave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from tongchou.ground.region.build_vocabulary import build_vocabulary
from tongchou.ground.region.folder import Folder
from tongchou.ground.region.headers import (
    Acknowledgement,
    Decision,
    DecisionsFile,
    Layer,
    RegionFile,
    SchemeLayers,
    Source,
    VocabularyFile,
)
from tongchou.ground.region.model import CONTRIBUTION_KINDS, SCHEME_KINDS
from tongchou.ground.region.text import Document, Key
from tongchou.ground.region.validate import validate
from tongchou.ground.region.vocabulary import Vocabulary

M = TypeVar("M", bound=BaseModel)
TAKEN_NAMES = {kind.partition(".")[0] for kind in SCHEME_KINDS | CONTRIBUTION_KINDS} | {"unpaid"}
"""What no layer may be called, because an address or a pot begins so."""


@dataclass
class Plain:
    """The heads of a region as they were written, later folders over earlier ones, and who wrote each entry."""

    region: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    vocabulary: dict[str, dict[str, Any]] = field(default_factory=dict)
    layers: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    acknowledged: list[Any] = field(default_factory=list)
    homes: dict[tuple[Key, ...], Document] = field(default_factory=dict)


@dataclass
class Heads:
    """The heads of a region, understood."""

    region: RegionFile
    sources: dict[str, Source]
    vocabulary: Vocabulary
    layers: dict[str, dict[str, Layer]]
    visits: dict[str, dict[str, tuple[str, ...]]]
    decisions: dict[str, Decision]
    acknowledged: tuple[Acknowledgement, ...]


def merge(folders: Iterable[Folder]) -> Plain:
    """One content from several folders, the base first. What is wrong in a part is reported there and left out."""
    plain = Plain()
    for folder in folders:
        if folder.region.data and _is_mapping(folder.region):
            own = {k: v for k, v in folder.region.data.items() if k != "base"}
            if validate(RegionFile, {**plain.region, **folder.region.data}, folder.region) is not None:
                plain.region |= own
        plain.homes["region",] = folder.region
        for name, add in (("sources", _add_sources), ("vocabulary", _add_vocabulary), ("layers", _add_layers)):
            document = folder.tables.get(name)
            if document is not None and _is_mapping(document):
                add(plain, document)
        decisions = folder.tables.get("decisions")
        if decisions is not None and validate(DecisionsFile, decisions.data, decisions) is not None:
            plain.decisions |= decisions.data.get("decisions", {})
            plain.acknowledged += decisions.data.get("acknowledged", [])
    return plain


def _is_mapping(document: Document) -> bool:
    if not isinstance(document.data, dict):
        document.report("R106", key=Path(document.file).name)
    return isinstance(document.data, dict)


def _add_sources(plain: Plain, document: Document) -> None:
    for key, raw in document.data.items():
        if validate(Source, raw, document, key) is not None:
            plain.sources[key] = raw
            plain.homes["sources", key] = document


def _add_vocabulary(plain: Plain, document: Document) -> None:
    for part, entries in document.data.items():
        names = entries if isinstance(entries, dict) else {}
        if not names:
            validate(VocabularyFile, {part: entries}, document)
        for name, raw in names.items():
            if validate(VocabularyFile, {part: {name: raw}}, document) is not None:
                plain.vocabulary.setdefault(part, {})[name] = raw
                plain.homes[part, name] = document


def _add_layers(plain: Plain, document: Document) -> None:
    for scheme, raw in document.data.items():
        if validate(SchemeLayers, raw, document, scheme) is None:
            continue
        plain.homes["layers", scheme] = document
        kept = plain.layers.setdefault(scheme, {"layers": {}, "visits": {}})
        for part in kept:
            for name, entry in raw.get(part, {}).items():
                if part == "layers" and not _can_be_named(name):
                    document.report("R152", scheme, part, name, value=name)
                    continue
                kept[part][name] = entry
                plain.homes["layers", scheme, part, name] = document


def _can_be_named(layer: str) -> bool:
    """A layer's name stands in pots and before every address of the layer, so it must not read as something else."""
    return layer.isascii() and layer.isidentifier() and layer == layer.lower() and layer not in TAKEN_NAMES


def understand(plain: Plain) -> Heads | None:
    """The heads as models, with what is wrong across them reported; None when there is no region to speak of."""
    if not plain.region:
        return None
    layers = {s: _model(SchemeLayers, raw) for s, raw in plain.layers.items()}
    _check_layers(plain, layers)
    return Heads(
        region=_model(RegionFile, plain.region),
        sources={k: _model(Source, raw) for k, raw in plain.sources.items()},
        vocabulary=build_vocabulary(_model(VocabularyFile, plain.vocabulary), lambda *at: plain.homes[at]),
        layers={s: v.layers for s, v in layers.items()},
        visits={s: v.visits for s, v in layers.items()},
        decisions={k: _model(Decision, raw) for k, raw in plain.decisions.items()},
        acknowledged=tuple(_model(Acknowledgement, raw) for raw in plain.acknowledged),
    )


def _model(model: type[M], raw: Any) -> M:
    """Each entry was checked where it was written, so this cannot fail."""
    return model.model_validate(raw)


def _check_layers(plain: Plain, layers: Mapping[str, SchemeLayers]) -> None:
    for scheme, declared in layers.items():
        if scheme not in plain.region.get("schemes", {}):
            plain.homes["layers", scheme].report(
                "R141", scheme, value=scheme, known="、".join(plain.region.get("schemes", {}))
            )
        for kind, served in declared.visits.items():
            for layer in served:
                if layer not in declared.layers:
                    home = plain.homes["layers", scheme, "visits", kind]
                    home.report("R184", scheme, "visits", kind, value=layer, known="、".join(declared.layers))
