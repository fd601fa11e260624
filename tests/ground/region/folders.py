"""Small region folders made for one test."""

from __future__ import annotations

import shutil
from pathlib import Path

GOOD = Path(__file__).parent.parent / "good"
SUYU = Path(__file__).parents[3] / "regions" / "suyu-2007"

HEAD = """source: decree
scheme: resident
effective: {from: 2020-01-01, by: discharge}
articles:
"""


def copy(to: Path, **files: str) -> Path:
    """The good region with other files in it; a double underscore in a name is a slash: `benefits__more`."""
    shutil.copytree(GOOD, to)
    return add(to, **files)


def add(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        file = folder / f"{name.replace('__', '/')}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return folder


def delta(folder: Path, base: str, **files: str) -> Path:
    """A folder that is based on another."""
    region = f'name: {{zh: 乙, en: B}}\ncode: "1"\nevidence: fictional\nbase: {base}\n'
    return add(folder, region=region, **files)


def articles(*lines: str) -> str:
    """An article file from its articles, one flow mapping each."""
    return HEAD + "".join(f"  - {line}\n" for line in lines)
