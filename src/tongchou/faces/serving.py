"""The HTTP server in this process: gunicorn with threads, and a worker for jobs beside it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config

from tongchou.record.project.start import hang_up

_SIGNED = ("_API_NAME", "_API_VERSION", "_API_TIMESTAMP", "_API_ACCESS_KEY", "_API_SIGNATURE")
HEADERS: dict[str, Any] = {
    "forwarder_headers": ",".join(_SIGNED),
    "forwarded_allow_ips": "*",
    "secure_scheme_headers": {},
}
"""A signature of the interface stands in headers with underscores. These come through and no others, from whom they
may: two spellings of one name cannot be told apart. Nobody is believed to have spoken TLS."""


class _Server(BaseApplication):
    """gunicorn, told what to do by us and not by its command line."""

    cfg: Config

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from tongchou.record.project.wsgi import application

        return application


def run(host: str, port: int, threads: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until the process is asked to end; requests under way are finished first. `ready` is called once somebody
    who connects is answered."""
    structlog.configure(processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ])  # fmt: skip
    hang_up()
    _Server(
        {
            "bind": f"{host}:{port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": threads,
            "graceful_timeout": 30,
            "timeout": 120,
            "limit_request_line": 4094,
            "limit_request_fields": 50,
            "loglevel": "warning",
            "when_ready": lambda arbiter: ready(),
            "post_worker_init": _begin,
            "worker_exit": _stop_jobs,
            "control_socket_disable": True,
            **HEADERS,
        }
    ).run()


_jobs: list[Any] = []


def _begin(worker: Any) -> None:
    from tongchou.record.jobs import Worker

    _collect_seldom()
    _jobs.append(Worker())
    _jobs[-1].start()


def _collect_seldom() -> None:
    """What was loaded once is not looked at again for cycles, and what comes later not at every seven hundredth object:
    a message of 5,000 lines makes a million, and a quarter of its time would go there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _stop_jobs(server: Any, worker: Any) -> None:
    for one in _jobs:
        one.stop()
