"""The speed table of a year in seconds: each measurement is a function that yields one row, with its target.

All claims are those of `claims.py` in the region `ninghe`, every kind of visit but maternity, and are drawn before
the watch starts. What goes through files is called in `replaying.py`.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from benchmarks import replaying  # noqa: E402 (found through the path above)
from benchmarks.claims import Shape, draw, write  # noqa: E402 (as above)

CLAIMS = int(os.environ.get("TONGCHOU_BENCH_CLAIMS", 1_000_000))
"""Claims of the loop, about; files have some of them several times, and the one of memory has its own number."""
MANY_CLAIMS = int(os.environ.get("TONGCHOU_BENCH_MANY_CLAIMS", 60_000_000))
EACH = 6
"""Claims a person, on average."""
FEW = 600
"""Persons of the run that compiles; of so many claims as they have `tongchou settle` makes a bulk run."""


@dataclass(frozen=True)
class Files:
    """A measurement through files: what is drawn, what is asked of the replay, and claims a second to reach.

    What is drawn in order is poured into a lake before the watch starts, once for all that settle it; what is
    `shuffled` is settled as it lies. Amounts are stored by row number, but for the canonical tables, with texts and in
    the order of events.
    """

    name: str
    at_least: int | None
    shape: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=lambda: {"numbers": True})
    times: int = 10
    """How many times `CLAIMS` are drawn: ten million are a year of a city, of 1.7 million people here."""


_LINES = {"numbers": True, "lines": True}
FILES = (
    Files("Parquet → settle → Parquet, 2 processes: amounts and state delta", 6_000_000),
    Files("the same with stored trace", 2_500_000, options={"numbers": True, "trace": True}),
    Files("the same with 10 lines a claim and line results", 500_000, {"lines_per_claim": 10}, _LINES, 2),
    Files("the same from unsorted files, sort included", 2_000_000, {"shuffled": True}, times=5),
    Files("Parquet → settle → the canonical tables, merged in the order of events", None, options={}),
)


def run() -> Iterator[dict]:
    from tongchou.faces.cli.memory import keep_memory

    keep_memory()  # as a process that settles: else the loop is measured with the pages that it asks of the system
    with tempfile.TemporaryDirectory() as work:
        for measurement in measurements(Path(work)):
            yield measurement()


def measurements(work: Path) -> list[Callable[[], dict]]:
    """The rows of the table; what is drawn stays in the folder `work` for those that follow."""
    files = [lambda one=one: through_files(one, work) for one in FILES]
    return [kernel, *files, resident_memory]


def kernel(claims: int = CLAIMS) -> dict:
    """The loop over claims in memory: one thread, state carried, trace values computed; nothing is read or written."""
    from benchmarks.in_bulk import measure

    tables = draw(Shape(max(1, claims // EACH), EACH))
    done = measure(replaying.ninghe(), tables, rounds=2)
    count = int((~done.settled.plain).sum())
    return {
        "name": "the loop over claims, one thread, trace values computed",
        "value": round(count / done.loop_seconds),
        "unit": "claims/s",
        "at_least": 12_000_000,
        "note": f"{count:,} of {len(tables['claims']):,} claims are settled in the loop, the others by the plain step",
    }


def through_files(what: Files, work: Path, claims: int = CLAIMS, processes: int = 2) -> dict:
    """Claims a second from Parquet to Parquet; a first replay of a few claims compiles what is to be compiled."""
    if not replaying.can(what.options):
        return {"name": what.name, "skipped": f"the replay has no {', '.join(what.options)}"}
    shape = {"claims_per_person": EACH, **what.shape}
    few, _ = _drawn(Shape(FEW, **shape), work)
    many, rows = _drawn(Shape(max(FEW, what.times * claims // EACH), **shape), work)
    with tempfile.TemporaryDirectory(dir=work) as out:
        replaying.replay(few, Path(out) / "few", processes, **what.options)
        began = time.perf_counter()
        replaying.replay(many, Path(out) / "many", processes, **what.options)
        seconds = time.perf_counter() - began
    found = {"name": what.name, "value": round(rows["claims"] / seconds), "unit": "claims/s"}
    note = f"{rows['claims']:,} claims, {rows['lines']:,} lines, {seconds:.1f} s from the start of the processes"
    return {**found, **({"at_least": what.at_least} if what.at_least else {}), "note": note}


@cache
def _drawn(shape: Shape, work: Path) -> tuple[Path, dict[str, int]]:
    """Where the claims lie as they are settled, and the rows of their tables."""
    folder = Path(tempfile.mkdtemp(dir=work))
    rows = write(shape, folder / "files")
    return folder / "files" if shape.shuffled else replaying.poured(folder / "files", folder / "lake"), rows


def resident_memory(claims: int = MANY_CLAIMS, processes: int = 2) -> dict:
    """The most memory that a replay and its processes hold together."""
    with tempfile.TemporaryDirectory() as work:
        rows = write(Shape(max(1, claims // EACH), EACH), Path(work) / "many")
        peak = replaying.most_memory(Path(work) / "many", Path(work) / "out", processes)
    name = f"{rows['claims'] / 1e6:.3g} million claims, resident memory of all processes"
    return {"name": name, "value": round(peak / 2**30, 3), "unit": "GiB", "at_most": 3}
