"""Tongchou runs a pooled medical insurance region whose rules are declared in a folder."""

from __future__ import annotations

TYPE_CHECKING = False  # as a type checker knows it; `typing` itself takes half the time in which a command must start
if TYPE_CHECKING:
    from os import PathLike
    from typing import Any

__version__ = "0.1.0.dev0"


def load_region(region: str | PathLike[str]) -> Any:
    """A `tongchou.faces.python.Region`: a folder's, or the shipped one of that name, ready to settle.

    >>> load_region("ninghe").pack.region.name.en
    'Ninghe (example)'

    Raises `FileNotFoundError` when there is no such region, `ProblemError` with every problem of its files.
    """
    # By name and late: the command line must answer at once, and no storey imports a higher one through this file.
    from importlib import import_module

    return import_module("tongchou.faces.python").load_region(region)
