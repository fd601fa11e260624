"""A patch file: one file that changes a region, read as the delta folder it stands for.

Keys of the file: `source` (a key of the region's sources, or the head of the new document), `scheme`, `effective`,
`articles`, `published`, `review_by` as in an article file; instead of them `parts`, a list of such heads, when several
schemes change; and `vocabulary`, `layers`, `decisions` as in the files of those names.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tongchou.ground.errors import Place, Problem, ProblemError, relative
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.text import Document, Key, read_document

_PART = ("source", "scheme", "effective", "published", "review_by", "articles")
_TABLES = ("vocabulary", "layers", "decisions")
_KNOWN = (*_PART, "parts", *_TABLES)
_SOURCE = "patch"

Path_ = tuple[Key, ...]


def load_patch(base: Path, patch: Path) -> Pack:
    """The pack of the region in `base` with `patch` over it.

    Raises:
        ProblemError: with every problem, each at the file and line of the patch as its author wrote it.
    """
    document = read_document(patch, relative(patch, Path.cwd()))
    files = _files(document) if not document.problems else []
    if document.problems:
        raise ProblemError(*document.problems)
    with tempfile.TemporaryDirectory(prefix="tongchou-patch-") as folder:
        root = Path(folder)
        (root / "region.yaml").write_text(json.dumps({"base": str(base.resolve())}), "utf-8")
        home = _Home(document)
        for file in files:
            home.write(root, file)
        try:
            pack = load_region(root)
        except ProblemError as error:
            raise ProblemError(*map(home.problem, error.problems)) from None
    facts, written = ([home.fact(fact) for fact in found] for found in (pack.facts, pack.written))
    return replace(pack, folder=document.file, facts=tuple(facts), written=tuple(written))


@dataclass(frozen=True)
class _File:
    """A file of the delta folder: what it holds, and where each path of it stands in the patch (longest prefix)."""

    name: str
    data: Any
    homes: Mapping[Path_, Path_]


def _files(document: Document) -> list[_File]:
    data = document.data
    if not isinstance(data, dict):
        document.report("R106", key=Path(document.file).name)
        return []
    for key in data:
        if key not in _KNOWN:
            document.report("R102", key, key=key, known="、".join(_KNOWN))
    heads = {key: data[key] for key in _PART if key in data}
    files = [_File(f"{name}.yaml", data[name], {(): (name,)}) for name in _TABLES if name in data]
    if isinstance(data.get("source"), dict):
        files.append(_File("sources.yaml", {_SOURCE: data["source"]}, {(): (), (_SOURCE,): ("source",)}))
        heads["source"] = _SOURCE
    parts = data.get("parts")
    if parts is None:
        return [*files, _File("benefits/patch.yaml", heads, {(): ()})]
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        document.report("R106", "parts", key="parts")
        return []
    if "articles" in heads:
        document.report("R102", "articles", key="articles", known="parts")
    for i, part in enumerate(parts):
        homes: dict[Path_, Path_] = {(): ("parts", i), **{(key,): (key,) for key in heads if key not in part}}
        files.append(_File(f"benefits/patch-{i + 1:03d}.yaml", {**heads, **part}, homes))
    return files


@dataclass
class _Home:
    """Leads from a line of the delta folder back to the line of the patch."""

    document: Document
    lines: dict[str, dict[int, int]] = field(default_factory=dict)  # file as shown -> its line -> line of the patch

    def write(self, root: Path, file: _File) -> None:
        path = root / file.name
        path.parent.mkdir(exist_ok=True)
        # One value a line, so that a line of this file says which value is meant.
        path.write_text(json.dumps(file.data, ensure_ascii=False, indent=0), "utf-8")
        shown = relative(path, Path.cwd())
        written = read_document(path, shown)
        self.lines[shown] = {line: self._line(file, at) for at, line in written.lines.items()}

    def _line(self, file: _File, at: Path_) -> int:
        own = max((home for home in file.homes if at[: len(home)] == home), key=len)
        return self.document.place(*file.homes[own], *at[len(own) :]).line or 1

    def place(self, place: Place) -> Place:
        if place.file not in self.lines:
            return place
        line = self.lines[place.file].get(place.line or 1, 1)
        return replace(place, file=self.document.file, line=line)

    def problem(self, problem: Problem) -> Problem:
        details = {name: self._text(value) for name, value in problem.details.items()}
        return Problem(problem.code, self.place(problem.place), details)

    def _text(self, value: object) -> object:
        """A message may name the place of the other of two facts."""
        for file, lines in self.lines.items():
            for line, own in lines.items():
                if value == f"{file}:{line}":
                    return f"{self.document.file}:{own}"
        return value

    def fact(self, fact: Declared) -> Declared:
        return replace(fact, place=self.place(fact.place))
