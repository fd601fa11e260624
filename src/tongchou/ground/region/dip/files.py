"""The files of a declaration: YAML and presets as written with their lines, CSV tables with theirs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongchou.ground.errors import Place, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.region.dip.declaration import Declaration, Preset
from tongchou.ground.region.text import Document, read_document, read_text
from tongchou.ground.region.validate import validate
from tongchou.ground.shipped import regions_dir

COLUMNS: dict[str, tuple[str, ...]] = {
    "operations": ("operation", "class", "title"),
    "chapters": ("from", "to", "title"),
    "comorbidities": ("condition", "weight", "diagnosis"),
    "basic": ("diagnosis", "operations", "title"),
    "quota": ("group", "amount"),
    "mcc": ("icd10", "exclusion_table"),
    "cc": ("icd10", "exclusion_table"),
    "exclusion": ("principal_icd10", "exclusion_table"),
}
OF_COMPLICATIONS = ("mcc", "cc", "exclusion")
_MERGED = ("tables", "catalogue", "assignment", "auxiliary", "cites")
"""Sections whose keys are taken from the base one by one; anything below is replaced whole."""


class Files:
    """Files on a disk."""

    def there(self, path: Path) -> bool:
        return path.is_file()

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def document(self, path: Path) -> Document:
        return read_document(path, str(path))


class Kept(Files):
    """Files as a pack keeps them, by their names."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def there(self, path: Path) -> bool:
        return str(path) in self.texts

    def read(self, path: Path) -> bytes:
        return self.texts[str(path)].encode()

    def document(self, path: Path) -> Document:
        document = Document(str(path), {})
        read_text(document, self.texts[str(path)])
        return document


@dataclass
class Written:
    """A declaration with what it builds on put before its own, still plain; `tables`: the path of each;
    `own`: those that it names itself."""

    document: Document
    data: dict[str, Any]
    tables: dict[str, Path] = field(default_factory=dict)
    own: tuple[str, ...] = ()


def shipped(name: str) -> Path:
    """A declaration that comes with the package."""
    return regions_dir() / "dip" / f"{name}.yaml"


def shipped_orders() -> dict[str, Path]:
    """The observed orders of assignment that come with the package, by name."""
    return {file.stem: file for file in sorted((regions_dir() / "dip" / "orders").glob("*.yaml"))}


def read_written(file: Path, files: Files) -> Written:
    """One declaration, its base and its preset. Raises R and D301 problems of the files."""
    document = files.document(file)
    _stop(document)
    if not isinstance(document.data, dict):
        raise fail("D301", document.place(), file=file)
    data: dict[str, Any] = document.data
    tables = own = _paths(data, file.parent)
    if "base" in data:
        base = shipped(str(data["base"]))
        if not base.is_file():
            raise fail("D306", document.place("base"), value=data["base"], known="national")
        below = read_document(base, str(base))
        _stop(below)
        data = _merged(below.data, _without(document, below.data))
        tables = {**_paths(below.data, base.parent), **tables}
    tables = {name: path for name, path in tables.items() if name in data.get("tables", {})}
    written = Written(document, data, tables, tuple(own))
    _put_preset(written)
    return written


def understood(written: Written) -> Declaration:
    """The declaration as models. Raises every problem with its line."""
    data = {key: value for key, value in written.data.items() if key != "without"}
    found = validate(Declaration, data, written.document)
    _stop(written.document)
    assert found is not None
    return found


def rows(files: Files, file: Path, name: str) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """The rows of a table. Raises D310, D311."""
    columns = COLUMNS[name]
    try:
        text = files.read(file).decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        if tuple(next(reader, ())) != columns:
            raise fail("D311", Place(str(file), 1), table=file.name, columns=",".join(columns))
        for cells in reader:
            if cells and len(cells) != len(columns):
                raise fail("D311", Place(str(file), reader.line_num), table=file.name, columns=",".join(columns))
            if cells:
                yield Place(str(file), reader.line_num), tuple(cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise fail("D310", Place(str(file)), **why(error)) from error


def _paths(data: dict[str, Any], folder: Path) -> dict[str, Path]:
    said = data.get("tables")
    return (
        {name: folder / path for name, path in said.items() if isinstance(path, str)} if isinstance(said, dict) else {}
    )


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    found = {**base, **own}
    for name in _MERGED:
        if isinstance(base.get(name), dict) and isinstance(own.get(name), dict):
            found[name] = {**base[name], **own[name]}
    return found


def _without(document: Document, base: dict[str, Any]) -> dict[str, Any]:
    """Leaves out of the base what is listed under `without`, as `auxiliary.age`; what the declaration itself says."""
    listed = document.data.get("without", [])
    for at, path in enumerate(listed if isinstance(listed, list) else [listed]):
        section, _, name = str(path).partition(".")
        if section not in _MERGED or not isinstance(base.get(section), dict) or name not in base[section]:
            raise fail("D306", document.place("without", at), value=path, known="auxiliary.age, tables.comorbidities …")
        base[section] = {key: value for key, value in base[section].items() if key != name}
        base["cites"] = {key: value for key, value in base.get("cites", {}).items() if key != path}
    return {key: value for key, value in document.data.items() if key != "without"}


def _put_preset(written: Written) -> None:
    """The order of assignment that is named, below what the declaration says itself."""
    said = written.data.get("assignment")
    if not isinstance(said, dict) or "as" not in said:
        return
    known = shipped_orders()
    if said["as"] not in known:
        raise fail("D306", written.document.place("assignment", "as"), value=said["as"], known="、".join(known))
    file = known[said["as"]]
    document = read_document(file, str(file))
    preset = validate(Preset, document.data, document)
    _stop(document)
    assert preset is not None
    written.data = {**written.data, "assignment": {**preset.assignment, **said}}


def _stop(document: Document) -> None:
    if document.problems:
        raise ProblemError(*document.problems)
