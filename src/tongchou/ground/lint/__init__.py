"""What a well-formed region folder may still get wrong: holes, clashes and surprises, each shown by a witness."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongchou.ground.lint.cells import unreached_cells
    from tongchou.ground.lint.run import lint
    from tongchou.ground.lint.sentences import read_back

# Opened when first used: the message catalogue is gathered from this room too.
_DOORS = {"lint": "run", "read_back": "sentences", "unreached_cells": "cells"}

__all__ = ["lint", "read_back", "unreached_cells"]


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_DOORS[name]}"), name)
