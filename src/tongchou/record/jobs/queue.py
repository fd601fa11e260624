"""Naming work and asking for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import procrastinate

from tongchou.record.base.actor import acting, system_actor

F = TypeVar("F", bound=Callable[..., Any])

_RETRIES = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=4)
_blueprint = procrastinate.Blueprint()


def job(name: str, *permissions: str, every: str = "") -> Callable[[F], F]:
    """Make a function the work `name`; it acts as the system with these permissions. Every app's `jobs.py` is found.

    `every`: a cron line by which it is also done regularly, the time of China. One piece of work of a name at a time;
    what fails is tried again, five times in all.
    """

    def make(function: F) -> F:
        @functools.wraps(function)
        def run(timestamp: int | None = None, **given: Any) -> Any:
            with acting(system_actor(name, *permissions)):
                return function(**given)

        task = _blueprint.task(name=name, lock=name, retry=_RETRIES)(run)
        if every:
            _blueprint.periodic(cron=every)(task)
        return function

    return make


def later(name: str, **given: Any) -> int:
    """Ask for work; it is begun after the transaction around commits, and never if it does not. The job's number."""
    from procrastinate.contrib.django import app

    return app.configure_task(name).defer(**given)


def add_jobs(app: procrastinate.App) -> None:
    """Called once when Django is ready: what the apps have named becomes known to the queue."""
    app.add_tasks_from(_blueprint, namespace="")
