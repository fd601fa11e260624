"""The documentation as tests see it: its fenced blocks, the region folders they make up, its marked tables.

A block whose info string is `yaml example=NAME` belongs to the region folder NAME. Inside it a comment line such as
`# benefits/pool.yaml` says which file follows. All blocks of one page with the same name make one folder, a delta on
the folder `practice`, which the handbook's first section writes. A benefits or cases file without a head gets the
usual one. `wrong=NAME code=R112` is a folder that must be refused with that code.

A table is marked by a comment line before it: `<!-- table: NAME -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PRACTICE = "practice"
HEADS = {
    "benefits": "source: handbook\nscheme: resident\neffective: {from: 2024-01-01, by: discharge}\n",
    "contributions": "source: handbook\nscheme: resident\neffective: {from: 2024-01-01, by: payment}\n",
    "interface": "source: handbook\nscheme: resident\neffective: {from: 2024-01-01, by: discharge}\n",
    "filings": "source: handbook\nscheme: resident\neffective: {from: 2024-01-01, by: discharge}\n",
    "cases": "source: handbook\n",
} | dict.fromkeys(
    ("payment", "indicators", "supervision", "plan"),
    "source: handbook\nscheme: resident\neffective: {from: 2024-01-01, by: settlement}\n",
)
_FENCE = re.compile(r"^(?P<ticks>```+)(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=ticks)[ ]*$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^# ((?:[\w-]+/)*[\w-]+\.(?:yaml|jsonl|json|csv|md))$", re.MULTILINE)
_TABLE = re.compile(r"<!-- (?P<kind>table|keys|facts): (?P<name>[^>]+?) -->\s*\n(?P<rows>(?:\|.*\n)+)")


@dataclass(frozen=True)
class Block:
    """One fenced block: language, the `key=value` words after it, its text and where it stands."""

    page: Path
    line: int
    language: str
    marks: dict[str, str]
    text: str

    def files(self) -> dict[str, str]:
        """The files the block writes, by their path in the folder."""
        parts = _FILE.split(self.text)
        assert not parts[0].strip(), f"{self.page}:{self.line}: text before the first file name"
        return dict(zip(parts[1::2], parts[2::2], strict=True))


def pages(*patterns: str) -> list[Path]:
    return sorted({page for pattern in patterns or ("**/*.md",) for page in DOCS.glob(pattern)})


def blocks(page: Path) -> Iterator[Block]:
    content = page.read_text("utf-8")
    for match in _FENCE.finditer(content):
        words = match["info"].split()
        marks = dict(word.partition("=")[::2] for word in words[1:])
        line = content.count("\n", 0, match.start()) + 1
        yield Block(page, line, words[0] if words else "", marks, match["text"])


def folders(page: Path, mark: str = "example") -> dict[str, dict[str, str]]:
    """The folders a page writes: name → path → text."""
    found: dict[str, dict[str, str]] = {}
    for block in blocks(page):
        if mark in block.marks:
            files = found.setdefault(block.marks[mark], {})
            for path, text in block.files().items():
                files[path] = files.get(path, "") + text
    return found


def write_folder(root: Path, name: str, files: dict[str, str]) -> Path:
    """Write a folder beside `practice`, on which it is a delta unless it has a region file of its own."""
    folder = root / name
    for path, text in {"region.yaml": f"base: ../{PRACTICE}\n", **files}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        head = HEADS.get(path.partition("/")[0], "")
        file.write_text(text if not head or re.search("^source:", text, re.MULTILINE) else head + text, "utf-8")
    return folder


def practice() -> dict[str, str]:
    return folders(DOCS / "handbook" / "folder.md")[PRACTICE]


def tables(page: Path, kind: str = "table") -> dict[str, list[list[str]]]:
    """The marked tables of a page, by name: rows of cells, without the heading; code marks are taken off."""
    found: dict[str, list[list[str]]] = {}
    for match in _TABLE.finditer(page.read_text("utf-8")):
        if match["kind"] == kind:
            rows = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in match["rows"].splitlines()]
            found[match["name"]] = rows[2:]
    return found


def plain(cell: str) -> str:
    """A cell without its code marks."""
    return cell.replace("`", "").strip()
