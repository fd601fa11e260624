"""Share after share by this process, or several at once by processes of their own."""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeVar

from tongchou.faces.cli.lean import without_pandas
from tongchou.faces.cli.memory import keep_memory

T = TypeVar("T")


def processes_for(shares: int, processes: int | None) -> int:
    """By default as many processes as there are processors, but no more than shares."""
    return min(processes or os.cpu_count() or 1, shares)


SETTLING = ("tongchou.faces.cli.bulk", "tongchou.engines.benefits.bulk.pointers")
POSTING = ("tongchou.faces.cli.record_loaded",)
"""Modules that processes find loaded; the second of the first brings the compiler, where it is installed."""


def load(loaded: Sequence[str]) -> None:
    """Begin to load what processes will find loaded, while this one does something else. `start` waits for it."""
    if _forked():
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(list(loaded))
        forkserver.ensure_running()


def start(
    processes: int, warm: Callable[[], object] | None = None, loaded: Sequence[str] = SETTLING
) -> ProcessPoolExecutor | None:
    """Processes for `each_share`, which call `warm` meanwhile; None where this one does the work itself. They find
    loaded what the first ones of this process asked for."""
    if processes <= 1:
        return None
    threads = max(1, (os.cpu_count() or 1) // processes)
    pool = ProcessPoolExecutor(processes, _context(loaded), _begin, (threads, dict(os.environ), warm))
    for _ in range(processes):
        pool.submit(os.getpid)  # whoever is asked first must be started first
    return pool


def each_share(
    begin: Callable[[], Callable[[int], T]],
    shares: Iterable[int],
    processes: int | None,
    pool: ProcessPoolExecutor | None = None,
) -> Iterator[tuple[int, T]]:
    """The number of each share and what came of it, as it is done.

    `begin` is called once in every process, into which it must go, and gives what is called for each share there.
    `processes`: as for `processes_for`. `pool`: those that were started for this; they end with it, and have the first
    share as soon as `shares` gives it.
    """
    if pool is None and processes != 1:
        shares = list(shares)
        pool = start(processes_for(len(shares), processes))
    if pool is None:
        work = begin()
        for number in shares:
            yield number, work(number)
        return
    ended = False
    with tempfile.TemporaryDirectory() as folder:
        told = os.path.join(folder, "begin")
        with open(told, "wb") as file:
            pickle.dump(begin, file)
        waiting = {pool.submit(_do, told, number): number for number in shares}
        try:
            for each in as_completed(waiting):
                yield waiting.pop(each), each.result()
            ended = True
        finally:
            pool.shutdown(wait=not ended, cancel_futures=True)


_work: dict[str, Callable[[int], Any]] = {}  # of a process that was started for shares


def _context(loaded: Sequence[str]) -> BaseContext:
    """Processes are forked from one that has only loaded what they need: a fork of this one would not survive the
    threads that read Parquet, and to load it in each takes longer than to settle some ten thousand claims."""
    if not _forked():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(list(loaded))
    return context


def _forked() -> bool:
    return "forkserver" in get_all_start_methods()


def _begin(threads: int, environment: dict[str, str], warm: Callable[[], object] | None) -> None:
    import pyarrow as pa

    os.environ.clear()
    os.environ.update(environment)  # the one that is forked began in another
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    atexit.register(os._exit, 0)  # to let go of millions of objects one by one takes longer than to settle a share
    pa.set_cpu_count(threads)
    keep_memory()
    without_pandas()
    if warm is not None:
        warm()
    gc.freeze()  # what is loaded stays: the collector need not look at it with every share
    gc.set_threshold(50_000, 20, 50)


def _end_with(starter: BaseProcess | None) -> None:
    """A process that was killed ends nobody: the shares it gave out would be waited for by nobody."""
    if starter is not None:
        starter.join()
        os._exit(1)


def _do(told: str, number: int) -> Any:
    if told not in _work:
        with open(told, "rb") as file:
            _work[told] = pickle.load(file)()
    return _work[told](number)
