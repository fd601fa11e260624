"""Doing the work that was asked for."""

from __future__ import annotations

import asyncio
import threading

from procrastinate.contrib.django import app

_HANDS = 2  # pieces of work at a time


def work(wait: bool = False) -> None:
    """Do what there is to do; with `wait` go on until the process is asked to end."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        asyncio.run(_work(worker, wait, signals=wait))


async def _work(worker: object, wait: bool, signals: bool) -> None:
    async with worker.open_async():
        await worker.run_worker_async(
            wait=wait, concurrency=_HANDS, install_signal_handlers=signals, delete_jobs="successful"
        )


class Worker:
    """A worker in a thread of a process that also does something else."""

    def __init__(self) -> None:
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end and wait; work that is under way is finished first."""
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            asyncio.run(self._main(worker))

    async def _main(self, worker: object) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(_work(worker, wait=True, signals=False))
        try:
            await self._task
        except asyncio.CancelledError:
            return
