"""A declaration with its tables, checked whole: what the builder and the assigner work from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.money import MAX_FEN
from tongchou.ground.region.dip.declaration import OF_GROUP, TREATMENTS, Conditions, Declaration
from tongchou.ground.region.dip.files import (
    COLUMNS,
    OF_COMPLICATIONS,
    Files,
    Kept,
    Written,
    read_written,
    rows,
    understood,
)

FILE = "dip.yaml"
_AMOUNT = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,2}))?")
_OPERATION = re.compile(r"[0-9A-Za-z.]{1,20}")


@dataclass(frozen=True)
class Dip:
    """A declaration ready for use. `operations`: treatment class by the beginning of a code. `mcc`, `cc`,
    `exclusions`: the exclusion table of a complication and of a principal diagnosis. `comorbidities`: condition,
    weight, diagnoses. `basic`: diagnosis and operations of basic groups with their titles. `quota`: fen by group.
    `hash`: of the declaration and its tables."""

    said: Declaration
    operations: dict[str, str]
    chapters: tuple[tuple[str, str], ...]
    mcc: dict[str, str]
    cc: dict[str, str]
    exclusions: dict[str, str]
    comorbidities: tuple[tuple[str, int, str], ...]
    basic: dict[tuple[str, str], str]
    quota: dict[str, int]
    hash: str
    files: dict[str, bytes] = field(repr=False, default_factory=dict)
    """The declaration as it is resolved and its tables, to be kept beside a catalogue."""


def load_dip(path: Path, within: Path | None = None) -> Dip:
    """Read a declaration: its file, or the folder with `dip.yaml`; its tables lie `within` a folder where one is given.

    Raises every problem of it: R1xx, D301 to D316.
    """
    file = path / FILE if path.is_dir() else path
    return _load(file, Files(), within)


def kept_dip(texts: Mapping[str, str]) -> Dip:
    """The declaration of the files that a pack keeps (`Dip.files`)."""
    return _load(Path(FILE), Kept(texts), None)


def _load(file: Path, files: Files, within: Path | None) -> Dip:
    if not files.there(file):
        raise fail("D301", Place(str(file)), file=file)
    written = read_written(file, files)
    loading = _Loading(written, understood(written), files)
    if within is not None:
        loading.check_places(within.resolve())
    dip = loading.dip()
    if loading.problems:
        raise ProblemError(*loading.problems)
    return dip


class _Loading:
    def __init__(self, written: Written, said: Declaration, source: Files) -> None:
        self.written, self.said, self.source, self.problems = written, said, source, list[Problem]()
        self.files = {FILE: json.dumps(_resolved(written.data), ensure_ascii=False, indent=1).encode()}

    def check_places(self, within: Path) -> None:
        """A region is read from its own files, and from nothing else on the machine. Raises D316."""
        for name in self.written.own:
            if not self.written.tables[name].resolve().is_relative_to(within):
                place = self.written.document.place("tables", name)
                raise fail("D316", place, value=self.written.data["tables"][name], folder=within.name)

    def dip(self) -> Dip:
        self._check_cites()
        self._check_needs()
        pairs = {name: self._read(name, _pair) for name in OF_COMPLICATIONS}
        operations = dict(self._read("operations", self._operation_class))
        if "" not in operations:
            self._complain("D312", Place(str(self.written.tables["operations"]), 1))
        chapters = tuple(self._read("chapters", self._chapter))
        comorbidities = tuple(self._read("comorbidities", self._comorbidity))
        basic, quota = dict(self._read("basic", self._basic)), dict(self._read("quota", self._quota))
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return Dip(
            said=self.said,
            operations=operations,
            chapters=chapters,
            mcc=dict(pairs["mcc"]),
            cc=dict(pairs["cc"]),
            exclusions=dict(pairs["exclusion"]),
            comorbidities=comorbidities,
            basic=basic,
            quota=quota,
            hash=digest.hexdigest()[:16],
            files=self.files,
        )

    def _read(self, name: str, take: Callable[[Place, tuple[str, ...]], Any]) -> list[Any]:
        """The rows of a table that is declared, each as `take` reads it; none of one that is not."""
        folder = name in OF_COMPLICATIONS
        path = self.written.tables.get("complications" if folder else name)
        if path is None:
            return []
        file = path / f"{name}.csv" if folder else path
        found, seen = [], set[Any]()
        for place, cells in rows(self.source, file, name):
            taken = take(place, tuple(cell.strip() for cell in cells))
            if taken is None:
                continue
            key = taken if name in ("comorbidities", "chapters") else taken[0]
            if key in seen:
                self._complain("D313", place, value=cells[0])
            seen.add(key)
            found.append(taken)
        self.files[f"complications/{name}.csv" if folder else f"{name}.csv"] = self.source.read(file)
        return found

    def _operation_class(self, place: Place, cells: tuple[str, ...]) -> tuple[str, str] | None:
        known = (*TREATMENTS[:3], "ignored")
        if cells[1] not in known:
            self._wrong(place, "class", cells[1], "、".join(known))
            return None
        return cells[0], cells[1]

    def _chapter(self, place: Place, cells: tuple[str, ...]) -> tuple[str, str] | None:
        if not cells[0] or len(cells[0]) > 3 or len(cells[1]) > 3 or cells[0] > cells[1]:
            self._wrong(place, "from, to", f"{cells[0]}, {cells[1]}", "A00, B99")
            return None
        return cells[0], cells[1]

    def _comorbidity(self, place: Place, cells: tuple[str, ...]) -> tuple[str, int, str] | None:
        if not (cells[1].isascii() and cells[1].isdigit() and len(cells[1]) < 3) or not cells[0] or not cells[2]:
            self._wrong(place, "weight", cells[1], "1, 2, 3, 6")
            return None
        return cells[0], int(cells[1]), cells[2]

    def _basic(self, place: Place, cells: tuple[str, ...]) -> tuple[tuple[str, str], str] | None:
        codes = cells[1].split("+") if cells[1] else []
        if not cells[0] or not all(map(_OPERATION.fullmatch, codes)):
            self._wrong(place, "operations", cells[1], "47.0100, 47.0100+54.5100")
            return None
        return (cells[0], "+".join(sorted(set(codes)))), cells[2]

    def _quota(self, place: Place, cells: tuple[str, ...]) -> tuple[str, int] | None:
        match = _AMOUNT.fullmatch(cells[1])
        fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else 0
        if not 0 < fen <= MAX_FEN or not cells[0]:
            self._wrong(place, "amount", cells[1], "12000.00")
            return None
        return cells[0], fen

    def _wrong(self, place: Place, column: str, value: str, known: str) -> None:
        self._complain("D309", place, column=column, value=value, known=known)

    def _check_cites(self) -> None:
        """A citation stands for a setting that there is."""
        for path in self.said.cites:
            at: Any = self.written.data
            for part in path.split("."):
                at = at.get(part) if isinstance(at, dict) else None
            if at is None:
                self._complain("D314", self.written.document.place("cites", path), value=path)

    def _check_needs(self) -> None:
        """Conditions over complications or comorbidities, and values by quota, need their table."""
        tables = self.said.tables
        for at, pre in enumerate(self.said.catalogue.pre_groups):
            for name in OF_GROUP:
                if getattr(pre, name) is not None:
                    self._complain("D315", self.written.document.place("catalogue", "pre_groups", at), key=name)
        for path, asked in _conditions(self.said):
            for name, there in (("complication", tables.complications), ("cci", tables.comorbidities)):
                if getattr(asked, name) is not None and there is None:
                    table = "complications" if name == "complication" else "comorbidities"
                    self._complain("D308", self.written.document.place(*path), key=name, table=table)
        if self.said.catalogue.value.by == "quota" and tables.quota is None:
            self._complain("D308", self.written.document.place("catalogue", "value"), key="quota", table="quota")
        for table in COLUMNS:
            if table in OF_COMPLICATIONS:
                continue
            file = self.written.tables.get(table)
            if file is not None and not self.source.there(file):
                raise fail(
                    "D310",
                    self.written.document.place("tables", table),
                    reason=f"没有 {file}",
                    reason_en=f"there is no {file}",
                )

    def _complain(self, code: str, place: Place, **details: object) -> None:
        self.problems.append(Problem(code, place, details))


def _pair(_: Place, cells: tuple[str, ...]) -> tuple[str, str]:
    return cells[0], cells[1]


def _conditions(said: Declaration) -> Iterator[tuple[tuple[str | int, ...], Conditions]]:
    for at, group in enumerate(said.catalogue.pre_groups):
        yield ("catalogue", "pre_groups", at), group
    for name, auxiliary in said.auxiliary.items():
        yield ("auxiliary", name, "of"), auxiliary.of
        for key, one in auxiliary.classes.items():
            yield ("auxiliary", name, "classes", key), one


def _resolved(data: dict[str, Any]) -> dict[str, Any]:
    """What was written, base and preset put in, the tables by the names they are kept under."""
    tables = {name: name if name == "complications" else f"{name}.csv" for name in data.get("tables", {})}
    assignment = {key: value for key, value in data["assignment"].items() if key != "as"}
    kept = {key: value for key, value in data.items() if key not in ("base", "without")}
    if "assignment.as" in (cites := data.get("cites", {})):
        named = cites["assignment.as"]
        cites = {**{key: value for key, value in cites.items() if key != "assignment.as"}, "assignment.order": named}
    return {**kept, "tables": tables, "assignment": assignment, "cites": cites}
