"""The only clock. Everything that asks for the time asks here, so that a test or a replay can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The time, with its zone."""
    return _set.get() or datetime.now(CHINA)


def today() -> date:
    """The day on which business is done now."""
    return now().astimezone(CHINA).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Within the block it is `moment`; a day stands for its noon."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=CHINA)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
