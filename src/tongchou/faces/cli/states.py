"""What households have used up, kept beside the settlements: the folder `states`, a snapshot for a later run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.state_tables import KEYS
from tongchou.engines.lake import seal_states, write_states
from tongchou.engines.lake.snapshot import NAMES, part_of

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.engines.benefits.from_tables import Turn
    from tongchou.ground.region.pack import Pack

STATES = "states"


def keep_part(part: Path, tables: Mapping[str, pa.Table]) -> None:
    """The states of one part of a run, to be put together with those of others."""
    write_states(part / STATES, 0, tables)


def merge_states(parts: Sequence[Path]) -> dict[str, pa.Table]:
    """The states of parts that have no household in common, in the order of their keys, however they were parted."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = {name: pa.concat_tables([pq.read_table(part_of(p / STATES, name, 0)) for p in parts]) for name in NAMES}
    by = {"state": KEYS, "settled_lines": ("household", "line_id")}
    return {name: table.sort_by([(key, "ascending") for key in by[name]]) for name, table in tables.items()}


def keep_states(pack: Pack, tables: Mapping[str, pa.Table], last: Turn | None, out: Path) -> None:
    """Write the snapshot of a run under `pack` whose last claim was `last`."""
    write_states(out / STATES, 0, tables)
    seal_states(out / STATES, 1, pack_hash=pack.hash, semantics=str(SEMANTICS), last=last)
