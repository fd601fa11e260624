"""Share after share by this process, or several at once by processes of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeVar

from tongchou.faces.cli.memory import keep_memory

T = TypeVar("T")


def each_share(
    begin: Callable[[], Callable[[int], T]], shares: Sequence[int], processes: int | None
) -> Iterator[tuple[int, T]]:
    """The number of each share and what came of it, as it is done.

    `begin` is called once in every process, into which it must go, and gives what is called for each share there.
    `processes`: by default as many as there are processors, but no more than shares.
    """
    processes = min(processes or os.cpu_count() or 1, len(shares))
    if processes == 1:
        work = begin()
        for number in shares:
            yield number, work(number)
        return
    # Spawned: a fork would not survive the threads that read Parquet.
    threads = max(1, (os.cpu_count() or 1) // processes)
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (begin, threads))
    with pool:
        waiting = {pool.submit(_do, number): number for number in shares}
        try:
            for each in as_completed(waiting):
                yield waiting.pop(each), each.result()
        finally:
            pool.shutdown(cancel_futures=True)


_work: Callable[[int], Any] | None = None  # of a process that was started for shares


def _begin(begin: Callable[[], Callable[[int], Any]], threads: int) -> None:
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    pa.set_cpu_count(threads)
    keep_memory()
    global _work
    _work = begin()


def _end_with(starter: BaseProcess | None) -> None:
    """A process that was killed ends nobody: the shares it gave out would be waited for by nobody."""
    if starter is not None:
        starter.join()
        os._exit(1)


def _do(number: int) -> Any:
    assert _work is not None
    return _work(number)
