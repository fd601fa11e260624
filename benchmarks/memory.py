"""How much memory a process and all that it started hold together. Reads /proc, so Linux only."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

PROC = Path("/proc")


def peak_of(process: int, alive: Callable[[], bool], every: float = 0.05) -> int:
    """Bytes at the highest of many looks, the last once it is no longer alive. Shared pages count once (PSS)."""
    peak, goes_on = 0, True
    while goes_on:
        goes_on = alive()
        peak = max(peak, sum(held(one) for one in family(process)))
        time.sleep(every if goes_on else 0)
    return peak


def family(process: int) -> Iterator[int]:
    """The process and its descendants."""
    yield process
    for task in (PROC / str(process) / "task").glob("*/children"):
        try:
            children = task.read_text("ascii").split()
        except OSError:  # ended meanwhile
            continue
        for child in children:
            yield from family(int(child))


def held(process: int) -> int:
    """Bytes that a process holds, its part of what is shared; nothing once it has ended."""
    try:
        text = (PROC / str(process) / "smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))
