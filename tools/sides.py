"""What engine and oracle agree about depends on these files alone: their fingerprint is what a long count stands for.

Everything that either side imports, and what that imports, but not what can make no claim come out differently:
sentences in which people are told what happened, what a region declares for others than the settlement of a claim, how
claims are read from tables (a history makes them itself), and the loop in bulk, which is held to the step elsewhere.
A change to those voids no count; a test watches that nothing which runs while claims are compared is left out.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = {"tongchou": ROOT / "src", "tests": ROOT}
BEGIN = ("tests.oracle.run",)
ASIDE = (
    "tongchou.ground.*messages",
    "tongchou.ground.catalogue",
    "tongchou.ground.entry",
    "tongchou.ground.region.contribution_*",
    "tongchou.ground.region.filing_*",
    "tongchou.ground.region.interface_*",
    "tongchou.ground.lint*",
    "tongchou.ground.tables*",
    "tongchou.engines.benefits.from_tables",
    "tongchou.engines.benefits.table_facts",
    "tongchou.engines.benefits.counter.straight",
    "tongchou.engines.benefits.bulk.*",
)
"""Patterns of modules; `*` goes into packages too."""
BUT = ("tongchou.engines.benefits.bulk.uses",)  # by it the counter knows claims again


def fingerprint() -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in both_sides())).hexdigest()[:16]


def both_sides() -> list[Path]:
    """The files of the engine, of what it stands on and of the oracle, in order."""
    found: dict[str, Path] = {}
    waiting = list(BEGIN)
    while waiting:
        module = waiting.pop()
        file = file_of(module)
        if module in found or file is None or is_aside(module):
            continue
        found[module] = file
        waiting += imported_by(module, file)
    return [found[module] for module in sorted(found)]


def is_aside(module: str) -> bool:
    return module not in BUT and any(fnmatch(module, pattern) for pattern in ASIDE)


def file_of(module: str) -> Path | None:
    """None for what is not ours, or is a name inside a module."""
    source = PACKAGES.get(module.split(".")[0])
    if source is None:
        return None
    path = source.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def imported_by(module: str, file: Path) -> Iterator[str]:
    """Modules, and names that may be modules; with each module the packages around it run too."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative imports are not followed"
            names = [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            words = name.split(".")
            yield from (".".join(words[:end]) for end in range(1, len(words) + 1))
