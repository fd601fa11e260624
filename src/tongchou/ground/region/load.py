"""Read a region folder into a resolved pack. All problems of all files are gathered before anything is refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tongchou.ground.dates import Calendar
from tongchou.ground.errors import Place, Problem, ProblemError, relative
from tongchou.ground.region.addresses import explode
from tongchou.ground.region.build_vocabulary import build_vocabulary
from tongchou.ground.region.headers import (
    ArticleFile,
    CaseFile,
    DecisionsFile,
    RegionFile,
    SchemeLayers,
    Source,
    VocabularyFile,
)
from tongchou.ground.region.names import check_names
from tongchou.ground.region.pack import CaseEntry, Declared, Pack
from tongchou.ground.region.supersede import settle_overlaps
from tongchou.ground.region.text import Document, read_document
from tongchou.ground.region.validate import validate
from tongchou.ground.region.vocabulary import Vocabulary

KNOWN_FOLDERS = {"benefits", "cases", "contributions", "payment", "supervision", "indicators", "plan", "services"}
KNOWN_FILES = {"region.yaml", "sources.yaml", "vocabulary.yaml", "layers.yaml", "decisions.yaml"}


@dataclass
class _Reading:
    """What has been read so far of a folder and its bases, base first."""

    documents: list[Document] = field(default_factory=list)
    region: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    vocabulary: dict[str, dict[str, Any]] = field(default_factory=dict)
    layers: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    acknowledged: list[Any] = field(default_factory=list)
    articles: list[tuple[Document, Any, bool]] = field(default_factory=list)  # document, data, from a base
    cases: list[tuple[Document, Any]] = field(default_factory=list)


def load_region(folder: str | Path, *, known_on: date | None = None) -> Pack:
    """The resolved pack of a region folder.

    `known_on` leaves out what was published later: the pack as it was known on that day.

    Raises:
        ProblemError: with every problem of every file, each with file, line, key and remedy.
    """
    pack, problems = read_region(folder, known_on=known_on)
    if pack is None or problems:
        raise ProblemError(*problems)
    return pack


def read_region(folder: str | Path, *, known_on: date | None = None) -> tuple[Pack | None, list[Problem]]:
    """The pack as far as it can be built, with all problems of form; lint starts from here."""
    root = Path(folder)
    reading = _Reading()
    _read_folder(root, reading, seen=[])
    problems = [p for d in reading.documents for p in d.problems]
    if problems and not reading.region:
        return None, problems
    pack = _build(root, reading, known_on)
    problems = [p for d in reading.documents for p in d.problems]
    return pack, problems


def _read_folder(folder: Path, reading: _Reading, seen: list[Path]) -> None:
    file = folder / "region.yaml"
    shown = relative(file, Path.cwd())
    document = read_document(file, shown)
    reading.documents.append(document)
    data = document.data if isinstance(document.data, dict) else {}
    if not data:
        document.report("R010")
        return
    if folder.resolve() in seen:
        document.report("R011", "base")
        return
    base = data.get("base")
    if isinstance(base, str):
        _read_folder(folder / base, reading, [*seen, folder.resolve()])
    reading.region = {**reading.region, **data}
    _read_tables(folder, reading, is_base=bool(seen))


def _read_tables(folder: Path, reading: _Reading, is_base: bool) -> None:
    for name, target in (("sources", reading.sources), ("decisions", {})):
        document = _optional(folder / f"{name}.yaml", reading)
        if document is None:
            continue
        data = document.data if isinstance(document.data, dict) else {}
        if name == "sources":
            for key, value in data.items():
                if validate(Source, value, document, key) is not None:
                    target[key] = value
        elif validate(DecisionsFile, data, document) is not None:
            reading.decisions |= data.get("decisions", {})
            reading.acknowledged += data.get("acknowledged", [])
    document = _optional(folder / "vocabulary.yaml", reading)
    if document is not None and validate(VocabularyFile, document.data, document) is not None:
        for part, values in document.data.items():
            reading.vocabulary.setdefault(part, {}).update({k: (v, document) for k, v in values.items()})
    document = _optional(folder / "layers.yaml", reading)
    if document is not None and isinstance(document.data, dict):
        for scheme, value in document.data.items():
            if validate(SchemeLayers, value, document, scheme) is not None:
                kept = reading.layers.setdefault(scheme, {"layers": {}, "visits": {}})
                kept["layers"] |= value.get("layers", {})
                kept["visits"] |= value.get("visits", {})
    for file in sorted((folder / "benefits").glob("**/*.yaml")):
        document = read_document(file, relative(file, Path.cwd()))
        reading.documents.append(document)
        if not document.problems or document.data:
            reading.articles.append((document, document.data, is_base))
    if not is_base:
        for file in sorted((folder / "cases").glob("**/*.yaml")):
            document = read_document(file, relative(file, Path.cwd()))
            reading.documents.append(document)
            reading.cases.append((document, document.data))
    _report_strangers(folder, reading)


def _report_strangers(folder: Path, reading: _Reading) -> None:
    """A misspelt file would silently declare nothing, so an unknown one is an error."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        known = KNOWN_FOLDERS if entry.is_dir() else KNOWN_FILES
        if entry.name not in known and not entry.name.startswith(".") and entry.suffix not in (".md", ".txt"):
            document = Document(relative(entry, Path.cwd()), {})
            document.report("R012", known="、".join(sorted(known)))
            reading.documents.append(document)
    for name in ("benefits", "cases"):
        for entry in sorted((folder / name).rglob("*")) if (folder / name).is_dir() else []:
            if entry.is_file() and entry.suffix not in (".yaml", ".md"):
                document = Document(relative(entry, Path.cwd()), {})
                document.report("R012", known="*.yaml")
                reading.documents.append(document)


def _optional(file: Path, reading: _Reading) -> Document | None:
    if not file.exists():
        return None
    document = read_document(file, relative(file, Path.cwd()))
    reading.documents.append(document)
    return document


def _build(root: Path, reading: _Reading, known_on: date | None) -> Pack | None:
    head = reading.documents[0]
    region = validate(RegionFile, reading.region, head)
    if region is None:
        return None
    vocabulary = _vocabulary(reading)
    sources = {k: Source.model_validate(v) for k, v in reading.sources.items()}
    layers = {s: SchemeLayers.model_validate(v) for s, v in reading.layers.items()}
    declared = _declared(reading, region, sources, layers, vocabulary)
    if known_on is not None:
        declared = [d for d in declared if d.published is None or d.published <= known_on]
    facts = settle_overlaps(declared, reading.documents)
    decisions = DecisionsFile.model_validate({"decisions": reading.decisions, "acknowledged": reading.acknowledged})
    pack = Pack(
        folder=str(root),
        region=region,
        sources=sources,
        vocabulary=vocabulary,
        layers={s: v.layers for s, v in layers.items()},
        visits={s: v.visits for s, v in layers.items()},
        facts=tuple(facts),
        decisions=decisions.decisions,
        acknowledged=decisions.acknowledged,
        cases=tuple(_cases(reading)),
        known_on=known_on,
        places=_places(reading),
        resolved=_resolved(reading, facts),
    )
    check_names(pack, reading.documents)
    return pack


def _vocabulary(reading: _Reading) -> Vocabulary:
    declared = {part: {k: v for k, (v, _) in values.items()} for part, values in reading.vocabulary.items()}
    documents = {(part, k): d for part, values in reading.vocabulary.items() for k, (_, d) in values.items()}
    if not declared:
        return Vocabulary(calendar=Calendar())
    return build_vocabulary(VocabularyFile.model_validate(declared), documents)


def _declared(
    reading: _Reading,
    region: RegionFile,
    sources: dict[str, Source],
    layers: dict[str, SchemeLayers],
    vocabulary: Vocabulary,
) -> list[Declared]:
    found: list[Declared] = []
    for document, data, is_base in reading.articles:
        file = validate(ArticleFile, data, document)
        if file is None:
            continue
        if file.source not in sources:
            document.report("R140", "source", value=file.source, known="、".join(sources))
            continue
        if file.scheme not in region.schemes:
            document.report("R141", "scheme", value=file.scheme, known="、".join(region.schemes))
            continue
        scheme_layers = layers.get(file.scheme, SchemeLayers())
        for declared in explode(file, document, scheme_layers, sources[file.source]):
            found.append(replace(declared, order=len(found), from_base=is_base))
    return found


def _cases(reading: _Reading) -> list[CaseEntry]:
    entries: list[CaseEntry] = []
    seen: set[str] = set()
    for document, data in reading.cases:
        file = validate(CaseFile, data, document)
        if file is None:
            continue
        for i, case in enumerate(file.cases):
            if case.id in seen:
                document.report("R142", "cases", i, "id", value=case.id)
            seen.add(case.id)
            entries.append(CaseEntry(case, file.source, document.place("cases", i)))
    return entries


def _places(reading: _Reading) -> dict[str, Place]:
    """Where the headers stand, for findings that are about a declaration and not about one fact."""
    places: dict[str, Place] = {}
    for document in reading.documents:
        name = Path(document.file).name
        for path in document.lines:
            if 0 < len(path) <= 3 and name in KNOWN_FILES:
                places[f"{name}:{'.'.join(map(str, path))}"] = document.place(*path)
    return places


def _resolved(reading: _Reading, facts: list[Declared]) -> dict[str, Any]:
    """The plain content that the hash covers: what is declared, not where the file happens to lie."""
    region = {k: v for k, v in reading.region.items() if k != "base"}
    vocabulary = {part: {k: v for k, (v, _) in values.items()} for part, values in reading.vocabulary.items()}
    return {
        "format": 1,
        "region": region,
        "sources": reading.sources,
        "vocabulary": vocabulary,
        "layers": reading.layers,
        "facts": [_plain(f) for f in facts],
        "decisions": reading.decisions,
    }


def _plain(fact: Declared) -> dict[str, Any]:
    return {
        "address": fact.address,
        "cell": dict(fact.cell),
        "value": fact.raw,
        "cite": fact.cite,
        "source": fact.source,
        "says": fact.says,
        "from": fact.from_date.isoformat(),
        "through": fact.through.isoformat() if fact.through else None,
        "by": fact.by,
        "published": fact.published.isoformat() if fact.published else None,
        "review_by": fact.review_by.isoformat() if fact.review_by else None,
    }

