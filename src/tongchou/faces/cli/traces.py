"""Stored traces: the folder `traces` beside the settlements, Parquet with the columns of `engines.benefits.traces`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.replay.results import by_claim
from tongchou.engines.benefits.traces import trace_rows, trace_schema

if TYPE_CHECKING:
    import pyarrow as pa

TRACES = "traces"
_PART = "00000.parquet"


@contextmanager
def trace_file(folder: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Writes traces, piece by piece, into the folder of results or of a part of them."""
    import pyarrow.parquet as pq

    (folder / TRACES).mkdir()
    with pq.ParquetWriter(folder / TRACES / _PART, trace_schema(), compression="zstd") as writer:
        yield writer.write_table


def trace_part(settlements: Iterable[Settlement], folder: Path) -> None:
    """The traces of some settlements as those of a part."""
    import pyarrow as pa

    rows = [row for settlement in settlements for row in trace_rows(settlement)]
    with trace_file(folder) as write:
        write(pa.Table.from_pylist(rows, trace_schema()))


def merge_traces(parts: Sequence[Path], claims: pa.ChunkedArray, out: Path) -> None:
    """The traces of all parts in the order of these claims."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.concat_tables([pq.read_table(part / TRACES / _PART) for part in parts])
    with trace_file(out) as write:
        write(by_claim(table, claims))


def stored_traces(folder: Path, settlement_id: str) -> list[dict[str, Any]] | None:
    """The trace of one settlement among the results in a folder; None where no traces were stored."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tongchou.ground.errors import Place, fail
    from tongchou.ground.tables.values import shown

    if not (folder / TRACES).is_dir():
        return None
    try:
        found = pq.read_table(folder / TRACES / _PART, filters=[("settlement_id", "==", settlement_id)])
        rows: list[dict[str, Any]] = found.cast(trace_schema()).to_pylist()
    except (OSError, pa.ArrowException, ValueError) as error:
        raise fail("T102", Place(file=f"{TRACES}/{_PART}"), reason=shown(str(error))) from None
    return rows
