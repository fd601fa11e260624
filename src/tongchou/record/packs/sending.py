"""A region folder that was sent as the texts of its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tongchou.ground.errors import fail
from tongchou.ground.region.text import read_document

_PATH = re.compile(r"[^/\\.\x00-\x1f][^/\\\x00-\x1f]*(/[^/\\.\x00-\x1f][^/\\\x00-\x1f]*){1,4}\.(yaml|csv|md)")
LARGEST = 300
"""Files of a region and its bases together."""


@contextmanager
def unpacked(region: str, files: Mapping[str, str]) -> Iterator[Path]:
    """The folder `region` among files by their paths, for as long as the block lasts.

    Raises G106 for a path that leads elsewhere, a file of another kind, too many, or a base that was not sent.
    """
    with TemporaryDirectory(prefix="tongchou-pack-") as name:
        root = Path(name).resolve()
        for path, text in files.items():
            if _PATH.fullmatch(path) is None or len(files) > LARGEST:
                raise fail("G106", path=path, limit=LARGEST)
            _write(root, path, text)
        if f"{region}/region.yaml" not in files:
            raise fail("G106", path=region, limit=LARGEST)
        for path in files:
            if path.endswith("/region.yaml"):
                _check_base(root, path)
        yield root / region


def _write(root: Path, path: str, text: str) -> None:
    file = root / path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except (OSError, ValueError) as error:  # a file where another has a folder, a name too long, half a character
        raise fail("G106", path=path, limit=LARGEST) from error


def _check_base(root: Path, path: str) -> None:
    """A region is read from what was sent, and from nothing else on this machine."""
    data = read_document(root / path, path).data
    base = data.get("base") if isinstance(data, dict) else None
    if isinstance(base, str) and base and not ((root / path).parent / base).resolve().is_relative_to(root):
        raise fail("G106", path=base, limit=LARGEST)
