"""The lake: a year of canonical tables on disk in buckets of whole households; and outside data as canonical tables.

The doors open when first used, because numpy and pyarrow are slow to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongchou.engines.lake.lake import Lake, open_lake
    from tongchou.engines.lake.pouring import pour
    from tongchou.engines.lake.snapshot import Snapshot, open_states, seal_states, write_states
    from tongchou.engines.lake.source import open_source
    from tongchou.engines.lake.spreading import Spread, enough, spread

_DOORS = {
    "Lake": "lake",
    "Snapshot": "snapshot",
    "Spread": "spreading",
    "enough": "spreading",
    "open_lake": "lake",
    "open_source": "source",
    "open_states": "snapshot",
    "pour": "pouring",
    "seal_states": "snapshot",
    "spread": "spreading",
    "write_states": "snapshot",
}

__all__ = [
    "Lake",
    "Snapshot",
    "Spread",
    "enough",
    "open_lake",
    "open_source",
    "open_states",
    "pour",
    "seal_states",
    "spread",
    "write_states",
]


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DOORS[name]}"), name)
