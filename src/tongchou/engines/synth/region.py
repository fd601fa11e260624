"""Draw a region chunk by chunk and write it: memory holds a few chunks, whatever the number of persons."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.engines.synth.bills import CHUNK, bills_of, trial_scale
from tongchou.engines.synth.calibrate import Tally, calibration, tally_of
from tongchou.engines.synth.draw import Calendar
from tongchou.engines.synth.profile import Profile
from tongchou.engines.synth.tables import NAMES, tables_of

MOST = 20_000_000
"""Persons at most: ids have nine digits, chunks five."""


@dataclass(frozen=True)
class Made:
    """What was written: rows by table, and the calibration rows (see `calibration`)."""

    rows: dict[str, int]
    calibration: list[dict[str, Any]]


def generate(
    profile: Profile,
    persons: int,
    year: int,
    out: Path,
    *,
    seed: int = 1,
    jobs: int = 1,
    advance: Callable[[int], None] = lambda done: None,
) -> Made:
    """Write the tables of a synthetic region of `persons` persons into the folder `out` as Parquet.

    Claims end in the calendar `year`. Equal arguments give equal tables; `jobs` (threads) changes nothing but the
    time. `advance` hears how many persons are done. `ValueError` unless 1 ≤ persons ≤ 20,000,000.
    """
    if not 1 <= persons <= MOST:
        raise ValueError(f"persons must be 1 to {MOST}")
    calendar = Calendar(year, profile["months"], profile["weekend"])
    scale = trial_scale(profile, calendar)

    def work(chunk: int) -> tuple[dict[str, Any], Tally]:
        first = chunk * CHUNK
        bills = bills_of(profile, seed, chunk, first, min(CHUNK, persons - first), calendar, scale)
        return tables_of(profile, bills, chunk, seed, calendar), tally_of(profile, bills, calendar)

    tally, rows = Tally(), dict.fromkeys(NAMES, 0)
    writers: dict[str, Any] = {}
    try:
        for at, (tables, counted) in enumerate(_in_order(work, -(-persons // CHUNK), jobs)):
            tally.add(counted)
            for name, table in tables.items():
                if name not in writers:
                    writers[name] = _writer(out / f"{name}.parquet", table.schema)
                writers[name].write_table(table)
                rows[name] += table.num_rows
            advance(min(persons, (at + 1) * CHUNK))
    finally:
        for writer in writers.values():
            writer.close()
    return Made(rows, calibration(profile, tally))


def _in_order(work: Callable[[int], Any], chunks: int, jobs: int) -> Iterator[Any]:
    """The results of all chunks in their order, at most `jobs` ahead."""
    if jobs <= 1:
        yield from map(work, range(chunks))
        return
    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[Future[Any]] = deque()
        for chunk in range(chunks):
            waiting.append(pool.submit(work, chunk))
            if len(waiting) > jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_PLAIN = (
    "line_id claim_id account_id spell_id discharge_id stay_id amount price settled_at fee_at".split()
)  # fmt: skip
"""Columns that repeat too little for a dictionary."""


def _writer(path: Path, form: Any) -> Any:
    """The file holds plain types, not that words were dictionaries. Least and greatest are told of numbers only."""
    repeating = [field.name for field in form if field.name not in _PLAIN]
    numbers = [field.name for field in form if pa.types.is_integer(field.type) or pa.types.is_temporal(field.type)]
    return pq.ParquetWriter(
        path, form, compression="zstd", compression_level=1, use_dictionary=repeating, write_statistics=numbers,
        store_schema=False,
    )  # fmt: skip
