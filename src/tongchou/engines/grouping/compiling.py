"""Functions over whole numbers as machine code where the compiler is installed, as plain Python where it is not."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

SWITCH = "TONGCHOU_COMPILE"
"""Set to 0 in the environment to run everything as plain Python."""


def compiled(function: F) -> F:
    """Compiled when it is called first, and kept on disk; the same function without the compiler."""
    if os.environ.get(SWITCH, "1") == "0" or find_spec("numba") is None:
        return function
    import numba

    made: F = numba.njit(**_OPTIONS)(function)
    return made


# No array is made here, and counting who refers to those that are given would take longer than the work.
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
