"""The city in a database of its own: opened, filled where it is empty, its clock in a year that its rules know."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from tongchou.faces.sandbox.build import SHIPPED, Row, build
from tongchou.ground.errors import fail

REGION = "ninghe"
_FIRST_DAYS = 4
"""The city opens on the second of January and files a day before today, so its first day of business is the fourth."""


def table(name: str) -> list[Row]:
    """The rows of a shipped table: institutions, people, items."""
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def fitting(today: date, last: date) -> date:
    """The day of the sandbox: today, or the same day of the last year that the rules know, never one of its first."""
    year = min(today.year, last.year)
    leap = (today.month, today.day) == (2, 29) and year != today.year
    day = date(year, today.month, 28 if leap else today.day)
    return min(max(day, date(year, 1, _FIRST_DAYS)), last)


@contextmanager
def opened(home: Path | None, waiting: Callable[[str], None], on: date | None = None) -> Iterator[date]:
    """Within the block the record of this process is the sandbox, and its day is yielded: today or `on`. Institutions
    without a key are believed, so it must not be reached from elsewhere. Without a `home` it is gone afterwards.

    Raises N901 for a folder that was used on a later day.
    """
    folder = Path(tempfile.mkdtemp(prefix="tongchou-sandbox-")) if home is None else home.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if home is None:
        folder.chmod(0o711)  # the database may run under an account of its own
    try:
        _settle_in(folder)
        with _running(waiting):
            yield _filled(on)
    finally:
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)


def _settle_in(folder: Path) -> None:
    """Everything of this process is kept below the folder."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "TONGCHOU_DATABASE"):
        os.environ.pop(name, None)
    keys = folder / "keys"
    os.environ |= {
        "TONGCHOU_HOME": str(folder / "home"),
        "TONGCHOU_KEYS": str(keys),
        "TONGCHOU_AUDIT_HEAD": str(keys / "audit-head.jsonl"),
    }


@contextmanager
def _running(waiting: Callable[[str], None]) -> Iterator[None]:
    from tongchou.record.project.start import running

    with running(waiting=waiting):
        from django.conf import settings

        settings.GATEWAY_OPEN = True
        yield


def _filled(on: date | None) -> date:
    """Its day, once everything is there."""
    from tongchou.ground.region.load import load_region
    from tongchou.ground.shipped import regions_dir
    from tongchou.record.base import clock
    from tongchou.record.base.scope import system
    from tongchou.record.exchange.models import Message
    from tongchou.record.orgs.models import Organisation

    everything = system("whether the sandbox is empty")
    pack = load_region(regions_dir() / REGION)
    assert pack.region.supports is not None
    really = clock.today()
    today = fitting(on or really, pack.region.supports.through)
    clock.shift(today - really)
    if not Organisation.objects.within(everything).exists():
        build(SHIPPED, regions_dir() / REGION, pack.region.code, today)
    last = Message.objects.within(everything).order_by("-at").values_list("at", flat=True).first()
    if last is not None and last > clock.now() + timedelta(minutes=1):
        raise fail("N901", day=clock.day_of(last))
    return today
