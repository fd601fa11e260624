"""Frames of three libraries, taken over and given back through the Arrow C interface.

pandas and Polars are imported only when a frame of theirs is asked for. What is given back to pandas has Arrow types:
its own default would turn whole fen with a gap into floats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tongchou.ground.errors import Place, fail
from tongchou.ground.reasons import why

if TYPE_CHECKING:
    import pyarrow as pa

ARROW, PANDAS, POLARS = KINDS = ("arrow", "pandas", "polars")
_INTERFACE = ("__arrow_c_stream__", "__arrow_c_array__")
_UNNAMED_INDEX = re.compile(r"__index_level_[0-9]+__")


def kind_of(frames: Iterable[object]) -> str:
    """The library that all frames are of; `arrow` for anything else that speaks its interface, and for a mixture."""
    kinds = {_kind(frame) for frame in frames}
    return kinds.pop() if len(kinds) == 1 else ARROW


def _kind(frame: object) -> str:
    homes = {cls.__module__.partition(".")[0] for cls in type(frame).__mro__}
    return next((kind for kind in (PANDAS, POLARS) if kind in homes), ARROW)


def library(kind: str) -> ModuleType:
    """The library of a kind of frame. `ImportError` says how to get it; `ValueError` for a kind there is not."""
    if kind not in KINDS:
        raise ValueError(f"there are no frames of kind {kind!r}; known: {', '.join(KINDS)}")
    name = "pyarrow" if kind == ARROW else kind
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f"{name} is not installed; pip install 'tongchou[analysis]' brings it") from error


def to_arrow(name: str, frame: object) -> pa.Table:
    """A frame as an Arrow table, values untouched; a pandas index without a name is left behind.

    `TypeError` for an object without the Arrow C interface, `ProblemError` T102 when its library cannot export it,
    as a pandas column of mixed types.
    """
    import pyarrow as pa

    if not any(hasattr(frame, method) for method in _INTERFACE):
        raise TypeError(
            f"table {name!r} is a {type(frame).__name__}, which has no Arrow C interface; give a pyarrow Table, "
            "a pandas (2.2 or newer) or Polars DataFrame (a LazyFrame is collected first), or the path of a folder"
        )
    try:
        table = pa.table(frame)
        table.validate(full=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise fail("T102", Place(table=name), **why(error)) from None
    return table.drop_columns(_unnamed_indexes(table))


def _unnamed_indexes(table: pa.Table) -> list[str]:
    """After rows are chosen a pandas frame carries their old numbers along, which are no column of anybody's."""
    metadata = (table.schema.metadata or {}).get(b"pandas")
    if metadata is None:
        return []
    indexes = json.loads(metadata).get("index_columns", [])
    return [name for name in indexes if isinstance(name, str) and _UNNAMED_INDEX.fullmatch(name)]


def from_arrow(table: pa.Table, kind: str) -> Any:
    """An Arrow table as a frame of a library."""
    if kind == PANDAS:
        return table.to_pandas(types_mapper=library(PANDAS).ArrowDtype)
    if kind == POLARS:
        return library(POLARS).from_arrow(table)
    return table
