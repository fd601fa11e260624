"""Arrow without pandas, in processes that have no use for it.

Where pandas is installed, Arrow imports it on the first array of Python objects, only to ask whether they are its
own: a quarter of a second of every process.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec


def without_pandas() -> None:
    """Let Arrow find no pandas now, and never ask again; who asks for a pandas frame gets one all the same."""
    import pyarrow as pa

    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(_NoPandas)


class _NoPandas:
    """Finds every module where it is, but pandas nowhere."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError(name, name=name)
        return None
