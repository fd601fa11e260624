"""Follow a page: write its files, run its commands in order, and keep what they said.

Blocks: `yaml tutorial` writes the files it names; `text tutorial file=PATH` is one file; `replace=PATH` changes the
text above its line `# becomes` into the one below; `console` runs its `$ tongchou …` lines; `console outside` is not
run.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block, blocks

MAIN = "from tongchou.faces.cli import main; main()"


@dataclass(frozen=True)
class Said:
    """A command, what the page shows of its output, and what it printed."""

    block: Block
    command: str
    shown: str
    printed: str
    code: int


def follow(page: Path, folder: Path, *, running: bool = True) -> list[Said]:
    """Do what a page says in a folder; without `running` only its files are written."""
    said: list[Said] = []
    environment = {**os.environ, "COLUMNS": "120"}
    environment.pop("TONGCHOU_LANG", None)
    for block in blocks(page):
        if "tutorial" in block.marks:
            _write(block, folder)
        elif running and block.language == "console" and "outside" not in block.marks:
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                words = shlex.split(command)
                if words[0] == "export":
                    name, _, value = words[1].partition("=")
                    environment[name] = value
                    continue
                assert words[0] == "tongchou", f"{page}:{block.line}: {command}"
                run = subprocess.run(
                    [sys.executable, "-c", MAIN, *words[1:]],
                    cwd=folder,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                said.append(Said(block, command, shown, run.stdout + run.stderr, run.returncode))
    return said


def _write(block: Block, folder: Path) -> None:
    if "replace" in block.marks:
        file = folder / block.marks["replace"]
        old, _, new = block.text.partition("# becomes\n")
        text = file.read_text("utf-8")
        assert text.count(old) == 1, f"{block.page}:{block.line}"
        file.write_text(text.replace(old, new), "utf-8")
        return
    named = block.marks.get("file")
    for path, text in ({named: block.text} if named else block.files()).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def fits(shown: str, printed: str) -> bool:
    """Whether what a page shows is what was printed; a line `…` stands for any lines."""
    parts = [re.escape(part) for part in re.split(r"^…\n", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*?".join(parts), printed) is not None
