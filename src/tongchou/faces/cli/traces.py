"""What `--trace` stores beside the settlements, as Parquet: the folder `traces` with the columns of
`engines.benefits.traces`, and the folder `changes`: what each settlement looked at and added to the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.replay.results import by_claim
from tongchou.engines.benefits.state_tables import change_rows, changes_schema
from tongchou.engines.benefits.traces import trace_rows, trace_schema

if TYPE_CHECKING:
    import pyarrow as pa

TRACES, CHANGES = "traces", "changes"
KEPT = {TRACES: trace_schema, CHANGES: changes_schema}
"""What is kept of every settlement, and the columns of that."""
_ROWS = {TRACES: trace_rows, CHANGES: change_rows}
_PART = "00000.parquet"


@contextmanager
def kept_file(folder: Path, name: str) -> Iterator[Callable[[pa.Table], None]]:
    """Writes traces or changes, piece by piece, into the folder of results or of a part of them."""
    import pyarrow.parquet as pq

    from tongchou.engines.lake.packing import packing

    schema = KEPT[name]()
    (folder / name).mkdir()
    with pq.ParquetWriter(folder / name / _PART, schema, **packing(schema)) as writer:
        yield writer.write_table


def trace_part(settlements: Iterable[Settlement], folder: Path) -> None:
    """The traces and changes of some settlements as those of a part."""
    import pyarrow as pa

    traced = list(settlements)
    for name, rows_of in _ROWS.items():
        with kept_file(folder, name) as write:
            write(pa.Table.from_pylist([row for one in traced for row in rows_of(one)], KEPT[name]()))


def merge_traces(parts: Sequence[Path], claims: pa.ChunkedArray, out: Path) -> None:
    """The traces and changes of all parts in the order of these claims."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name in KEPT:
        table = pa.concat_tables([pq.read_table(part / name / _PART) for part in parts])
        with kept_file(out, name) as write:
            write(by_claim(table, claims))


def stored_traces(folder: Path, settlement_id: str) -> list[dict[str, Any]] | None:
    """The trace of one settlement among the results in a folder; None where no traces were stored."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tongchou.ground.errors import Place, fail
    from tongchou.ground.reasons import why

    if not (folder / TRACES).is_dir():
        return None
    try:
        found = pq.read_table(folder / TRACES / _PART, filters=[("settlement_id", "==", settlement_id)])
        rows: list[dict[str, Any]] = found.cast(trace_schema()).to_pylist()
    except (OSError, pa.ArrowException, ValueError) as error:
        raise fail("T102", Place(file=f"{TRACES}/{_PART}"), **why(error)) from None
    return rows
