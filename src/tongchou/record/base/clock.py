"""The only clock. Everything that asks for the time asks here, so that a test or a replay can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_set: ContextVar[datetime | None] = ContextVar("clock", default=None)
_shift = timedelta()


def now() -> datetime:
    """The time, with its zone."""
    return _set.get() or datetime.now(CHINA) + _shift


def today() -> date:
    """The day on which business is done now."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day of business on which a moment falls."""
    return moment.astimezone(CHINA).date()


def span(first: date, last: date) -> tuple[datetime, datetime]:
    """The first and the last moment of some days, also of the last day that there is: people write it for ever."""
    return datetime.combine(first, time.min, CHINA), datetime.combine(last, time.max, CHINA)


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


def shift(by: timedelta) -> None:
    """From now on, in this process and those it forks, it is so much later than it is.

    Only for a sandbox whose rules ended before today: with its clock in their last year it still works, and nothing in
    it is of consequence.
    """
    global _shift
    _shift = by
