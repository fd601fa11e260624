"""A catalogue of cases and a grouper as texts by path, as a pack keeps them; in a folder their engines read them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from tongchou.engines.dip.catalogue import DECLARATION, read_catalogue
from tongchou.engines.grouping.load import load_scheme
from tongchou.ground.errors import fail
from tongchou.ground.region.dip.load import load_dip
from tongchou.ground.region.pack import Pack


def check(kind: str, files: Mapping[str, str]) -> None:
    """Raises all that the engine finds wrong with a catalogue (`dip`) or a grouper (`drg`), M504 for paths."""
    with as_folder(files) as folder:
        read_catalogue(folder) if kind == "dip" else load_scheme(folder)


def check_all(pack: Pack) -> None:
    """Raises what is wrong with what a pack holds."""
    for kind, files in pack.groups.items():
        if not _based(kind, files):
            check(kind, files)


def of_year(pack: Pack, year: int) -> dict[str, Mapping[str, str]]:
    """What a pack holds for an insurance year, by kind: a catalogue that is valid on its last day, a grouper of the
    year or of none. A grouper that is based on another does not lie in the pack whole."""
    last = pack.year.span(year)[1]
    return {
        kind: files
        for kind, files in pack.groups.items()
        if (_dip_valid(files, last) if kind == "dip" else _drg_valid(files, year))
    }


def _dip_valid(files: Mapping[str, str], last: date) -> bool:
    with as_folder(files) as folder:
        said = load_dip(folder / DECLARATION).said
    return (said.valid_from or last) <= last <= (said.valid_through or last)


def _drg_valid(files: Mapping[str, str], year: int) -> bool:
    return not _based("drg", files) and _said(files).get("year", year) == year


def _based(kind: str, files: Mapping[str, str]) -> bool:
    return kind == "drg" and "base" in _said(files)


def _said(files: Mapping[str, str]) -> dict[str, Any]:
    """What a grouper says of itself; nothing where it cannot be read, which its engine tells."""
    try:
        return tomllib.loads(files.get("scheme.toml", ""))
    except tomllib.TOMLDecodeError:
        return {}


@contextmanager
def as_folder(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder of these files, for as long as the block lasts. Raises M504."""
    with TemporaryDirectory(prefix="tongchou-scheme-") as name:
        for path, text in files.items():
            parts = PurePosixPath(path).parts
            if not parts or path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
                raise fail("M504", table="files", why=path)
            file = Path(name).joinpath(*parts)
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text.encode())
            except (OSError, UnicodeEncodeError) as error:
                raise fail("M504", table="files", why=path) from error
        yield Path(name)
