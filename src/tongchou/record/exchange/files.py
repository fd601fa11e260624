"""Files that institutions hand in and fetch (9101, 9102): kept sealed, and not for ever."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Sum

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.exchange import tabular
from tongchou.record.exchange.models import StoredFile
from tongchou.record.providers.queries import institution
from tongchou.record.uploads.commands import File

KEPT = timedelta(days=30)
"""So long a file can be fetched."""
LARGEST = 10
"""Megabytes that a file handed in may have, as it comes."""
ROOM = 500
"""Megabytes that the files of an institution may have together."""
_ALL = system("what is offered to every institution is nobody's own")
_MB = 2**20


@command("exchange.hand_in", needs="uploads.take")
def hand_in(*, institution_id: int, file: File) -> StoredFile:
    """Keep a file of an institution. Raises A114, N301 for an empty one, N302 for one that is too large, N303 for an
    archive that cannot be read or would not end, N304 when there is no room left."""
    where = institution(institution_id)
    if not file.content:
        raise fail("N301")
    if len(file.content) > LARGEST * _MB:
        raise fail("N302", most=LARGEST)
    tabular.check(file.content)
    lock(("exchange files", where.pk))
    held = StoredFile.objects.filter(institution=where).aggregate(total=Sum("size"))["total"] or 0
    if held + len(file.content) > ROOM * _MB:
        raise fail("N304", most=ROOM)
    return stored(file, source="9101", institution_id=where.pk)


@command("exchange.offer", needs="catalogues.read")
def offer(*, source: str, key: str, file: File, rows: int) -> StoredFile:
    """Offer a file to every institution; one that is offered already is the answer."""
    lock(("exchange offer", f"{source} {key}"))
    return offered(source, key) or stored(file, source=source, key=key, rows=rows)


def offered(source: str, key: str) -> StoredFile | None:
    """What is offered to every institution under a key, if it can be fetched for a day yet."""
    rows = StoredFile.objects.within(_ALL).filter(institution=None, source=source, key=key)
    return rows.filter(until__gt=clock.today()).defer("content").order_by("-id").first()


def stored(
    file: File, *, source: str, key: str = "", institution_id: int | None = None, rows: int | None = None
) -> StoredFile:
    """Keep a file, within a command of whoever makes it."""
    return StoredFile.objects.create(
        institution_id=institution_id,
        source=source,
        key=key,
        name=file.name,
        digest=file.digest,
        size=len(file.content),
        rows=rows,
        content=file.content,
        at=clock.now(),
        until=clock.today() + KEPT,
    )


def fetch(number: int) -> StoredFile:
    """A file of one's own or one that is offered to all; whoever takes their own is in the trail. Raises A114, N305
    for one whose time has passed."""
    actor().needs("uploads.take")
    found = StoredFile.objects.filter(id=number).first()
    if found is not None:
        trail.write("export", "exchange.fetch", details={"file": number})
    else:
        found = StoredFile.objects.within(_ALL).filter(id=number, institution=None).first()
    if found is None:
        raise fail("A114")
    if found.until < clock.today():
        raise fail("N305", until=found.until)
    return found
