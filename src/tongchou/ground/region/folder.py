"""The files of a region folder and of its bases, each read and checked by itself, still plain."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tongchou.ground.errors import relative
from tongchou.ground.region.text import Document, read_document
from tongchou.ground.shipped import regions_dir

KNOWN_FOLDERS = set(
    "benefits cases contributions filings indicators interface payment plan services supervision".split()
)
KNOWN_FILES = {"region.yaml", "sources.yaml", "vocabulary.yaml", "layers.yaml", "decisions.yaml"}
_NOTES = (".md", ".txt")
_OF_ENGINES = ("drg", "dip")
"""Folders within `payment/` whose files are not articles: groups, and the catalogue of cases."""
DIP = Path("payment") / "dip" / "dip.yaml"
GROUPS = {"dip": Path("payment") / "dip" / "catalogue", "drg": Path("payment") / "drg"}
"""A catalogue of cases as it was built, and the tables of a grouper: kept as they are, and read by their engines."""
_KEPT = (".csv", ".toml", ".yaml", ".json")
ROOMS = {
    "benefits": "benefits",
    "contributions": "contributions",
    "filings": "filings",
    "interface": "interface",
    "payment": "payment",
    "clearing": "payment/clearing",
    "indicators": "indicators",
    "supervision": "supervision",
    "plan": "plan",
}
"""Where articles stand: the room and its folder."""
NATIONAL = {"clearing": "clearing"}
"""Rooms with national defaults, and the folder of the shipped regions that declares them: the base of every base that
declares something in the room itself."""


@dataclass
class Folder:
    """One region folder: its documents by file name, its article files by room, and its cases."""

    root: Path
    region: Document
    tables: dict[str, Document] = field(default_factory=dict)  # sources, vocabulary, layers, decisions
    rooms: dict[str, list[Document]] = field(default_factory=dict)  # files of articles, by their folder
    cases: list[Document] = field(default_factory=list)
    strangers: list[Document] = field(default_factory=list)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)  # of a kind in `GROUPS`, texts by path
    dip: Document | None = None  # where what is wrong with the declaration in payment/dip is handed in

    def documents(self) -> Iterator[Document]:
        yield self.region
        yield from self.tables.values()
        if self.dip is not None:
            yield self.dip
        for group in (*self.rooms.values(), self.cases, self.strangers):
            yield from group


def read_folders(root: Path) -> list[Folder]:
    """The folder and the folders it is based on, the deepest base first."""
    folders: list[Folder] = []
    seen: set[Path] = set()
    here = root
    while True:
        folder = _read_folder(here)
        folders.insert(0, folder)
        seen.add(here.resolve())
        base = folder.region.data.get("base") if isinstance(folder.region.data, dict) else None
        if not isinstance(base, str) or not base:
            return [*_national(folders), *folders]
        here = Path(os.path.normpath(here / base))
        if here.resolve() in seen:
            folder.region.report("R011", "base")
            return folders
        if not (here / "region.yaml").is_file():
            folder.region.report("R014", "base", base=base)
            return folders


def _national(folders: list[Folder]) -> Iterator[Folder]:
    """The national defaults of the rooms in which a region declares something."""
    for room in NATIONAL:
        if any(folder.rooms[room] for folder in folders):
            yield national_of(room)


def national_of(room: str) -> Folder:
    """National defaults as a folder: their articles and sources, and no region of their own."""
    root = regions_dir() / NATIONAL[room]
    national = Folder(root, Document(relative(root, Path.cwd()), {}))
    national.tables["sources"] = _read(root / "sources.yaml")
    national.rooms[room] = [_read(root / "national.yaml")]
    return national


def _read_folder(root: Path) -> Folder:
    folder = Folder(root, _read(root / "region.yaml"))
    if not folder.region.data and not folder.region.problems:
        folder.region.report("R010")
    for name in ("sources", "vocabulary", "layers", "decisions"):
        file = root / f"{name}.yaml"
        if file.exists():
            folder.tables[name] = _read(file)
    folder.rooms = {room: [_read(file) for file in _yaml_in(root, home)] for room, home in ROOMS.items()}
    folder.cases = [_read(file) for file in _yaml_in(root, "cases")]
    folder.strangers = list(_strangers(root))
    if (root / DIP).is_file():
        folder.dip = Document(relative(root / DIP, Path.cwd()), {})
    for kind, home in GROUPS.items():
        texts = {str(file.relative_to(root / home)): _text(file, folder) for file in _kept_in(root, home)}
        if texts:
            folder.groups[kind] = texts
    return folder


def _kept_in(root: Path, home: Path) -> Iterator[Path]:
    for file in sorted((root / home).rglob("*")):
        if file.is_file() and file.suffix in _KEPT and not _hidden(file, root):
            yield file


def _text(file: Path, folder: Folder) -> str:
    """The text of a file, empty where it has none, which is told."""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        document = Document(relative(file, Path.cwd()), {})
        document.report("R002", byte=error.start)
        folder.strangers.append(document)
        return ""


def _read(file: Path) -> Document:
    return read_document(file, relative(file, Path.cwd()))


def _yaml_in(root: Path, home: str) -> list[Path]:
    files = [file for file in sorted((root / home).rglob("*.yaml")) if not _hidden(file, root)]
    return [file for file in files if _home_of(file, root) == home]


def _strangers(root: Path) -> Iterator[Document]:
    """A misspelt file would silently declare nothing, so an unknown one is an error."""
    for entry in sorted(root.iterdir()) if root.is_dir() else []:
        known = KNOWN_FOLDERS if entry.is_dir() else KNOWN_FILES
        if entry.name not in known and not entry.name.startswith(".") and entry.suffix not in _NOTES:
            yield _stranger(entry, "、".join(sorted(known)))
    for name in (*(home for home in ROOMS.values() if "/" not in home), "cases"):
        for entry in sorted((root / name).rglob("*")):
            known_here = entry.suffix in (".yaml", *_NOTES) or _home_of(entry, root) is None
            if entry.is_file() and not known_here and not _hidden(entry, root):
                yield _stranger(entry, "*.yaml")


def _home_of(file: Path, root: Path) -> str | None:
    """The folder in which a file is read: a room within a room by itself; None for one that holds no articles."""
    top, *below = file.relative_to(root).parts
    inner = f"{top}/{below[0]}"
    if inner in (f"payment/{name}" for name in _OF_ENGINES):
        return None
    return inner if inner in ROOMS.values() else top


def _stranger(entry: Path, known: str) -> Document:
    document = Document(relative(entry, Path.cwd()), {})
    document.report("R012", known=known)
    return document


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
