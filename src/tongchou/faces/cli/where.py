"""Find the region a command is about: a folder, or the name of one that is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongchou.faces.cli.speak import UNREADABLE, refuse

if TYPE_CHECKING:
    from tongchou.ground.region.pack import Pack

Region = Annotated[
    str,
    typer.Argument(metavar="REGION", help="政策包文件夹，或随附政策包的名称 || a region folder, or a shipped region"),
]
Regions = Annotated[
    list[str], typer.Argument(metavar="REGION...", help="政策包文件夹或名称 || region folders, or shipped regions")
]


def find_region(name: str) -> Path:
    """The folder of a region. A path goes before a shipped name; ends the run when there is neither."""
    from tongchou.ground.shipped import regions_dir, shipped_regions

    path = Path(name)
    if path.is_dir():
        return path
    shipped = {folder.name for folder in shipped_regions()}
    if name not in shipped:
        known = "、".join(sorted(shipped))
        refuse(
            f"没有政策包“{name}”。随附的有：{known}", f"there is no region '{name}'. Shipped are: {known}", UNREADABLE
        )
    return regions_dir() / name


def load(name: str) -> Pack:
    """The pack of a region. Raises `ProblemError` with every problem of form."""
    from tongchou.ground.region.load import load_region

    return load_region(find_region(name))
