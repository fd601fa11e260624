"""The one place where the measurements call the replay of files, and how much memory it takes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping
from functools import cache
from inspect import signature
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from benchmarks.memory import peak_of


def settle(
    pack: Any,
    folder: Path,
    out: Path,
    processes: int,
    lines: bool = False,
    trace: bool = False,
    numbers: bool = False,
) -> None:
    """As `tongchou settle` does it, the reconciliation included; line results and traces only where asked for, and
    `numbers` alone as `--numbers` has them."""
    from tongchou.faces.cli.settle import settle_folder

    out.mkdir()
    reconciliation, _ = settle_folder(
        pack, folder, out, "parquet", jobs=processes, by_line=lines, trace=trace, numbers=numbers
    )
    if not reconciliation.holds:
        raise RuntimeError("the totals do not reconcile")


REPLAY: Callable[..., object] = settle
"""REPLAY(pack, folder, out, processes, **options) settles the tables of `folder` and writes the results into `out`."""


def can(options: Mapping[str, Any]) -> bool:
    """Whether the replay knows these options."""
    known = signature(REPLAY).parameters.values()
    return any(one.kind is one.VAR_KEYWORD for one in known) or options.keys() <= {one.name for one in known}


@cache
def ninghe() -> Any:
    """The region of all measurements, loaded once."""
    from tongchou.ground.region.load import load_region
    from tongchou.ground.shipped import regions_dir

    return load_region(regions_dir() / "ninghe")


def replay(folder: Path, out: Path, processes: int, **options: Any) -> None:
    """Settle the tables of a folder in the region `ninghe`."""
    REPLAY(ninghe(), folder, out, processes, **options)


def poured(folder: Path, out: Path) -> Path:
    """The tables of a folder as a lake, as `tongchou lake` makes it for the region `ninghe`."""
    from tongchou.engines.lake import pour

    return pour(folder, out, ninghe().region.year.basis).path


def most_memory(folder: Path, out: Path, processes: int) -> int:
    """Bytes that a replay and its processes hold together at most, in a process that has done nothing else before.

    Raises `RuntimeError` when it ends with an error.
    """
    # Spawned, not forked: a copy of this process would hold what this process holds.
    context = multiprocessing.get_context("spawn")
    # It waits at its end for the last look: what it held at the very end would be missed between two looks.
    ended, seen = context.Event(), context.Event()
    child = context.Process(target=_replay, args=(REPLAY, folder, out, processes, ended, seen))
    child.start()
    assert child.pid is not None
    peak = peak_of(child.pid, lambda: child.is_alive() and not ended.is_set())
    seen.set()
    child.join()
    if child.exitcode != 0:
        raise RuntimeError(f"the replay ended with {child.exitcode}")
    return peak


def _replay(function: Callable, folder: Path, out: Path, processes: int, ended: Event, seen: Event) -> None:
    function(ninghe(), folder, out, processes)
    ended.set()
    seen.wait()
