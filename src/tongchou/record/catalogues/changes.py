"""What became new in the catalogues: for whoever holds a version and wants what came after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.catalogues.models import Decision, ItemChange, Version
from tongchou.record.catalogues.queries import PAID


def version_on(kind: str, day: date) -> Version | None:
    """The version of a kind that is in force on a day, if there is one."""
    decided = Decision.objects.filter(kind=kind, decision="in force", since__lte=day)
    found = decided.select_related("version").order_by("-version_id").first()
    return None if found is None else found.version


def was_in_force(kind: str, version: int) -> bool:
    """Whether a number is that of a version of a kind that was put in force."""
    return bool(Decision.objects.filter(kind=kind, decision="in force", version_id=version).exists())


def changed_after(kind: str, version: int, day: date, list_types: Iterable[str] = ()) -> Iterator[ItemChange]:
    """The entries that versions after one changed, each as it is on a day, by code; those that ended are among them.
    After version 0 it is all there is, and nothing that ended."""
    actor().needs("catalogues.read")
    decided = Decision.objects.filter(kind=kind, decision="in force", since__lte=day, version_id__gt=version)
    rows = ItemChange.objects.filter(version_id__in=list(decided.values_list("version_id", flat=True)))
    newest = rows.select_related("version__decided").order_by("key", "-version_id").distinct("key")
    wanted = set(list_types)
    for row in newest.iterator(chunk_size=5_000):
        if (version or row.what != "ended") and (not wanted or row.list_type in wanted):
            yield row


def current(day: date, kinds: Iterable[str] = PAID, since: date | None = None) -> QuerySet[ItemChange]:
    """The items in force on a day, by code; `since`: those only that became so on that day or later."""
    actor().needs("catalogues.read")
    decided = Decision.objects.filter(kind__in=tuple(kinds), decision="in force", since__lte=day)
    rows = ItemChange.objects.filter(version_id__in=list(decided.values_list("version_id", flat=True)))
    newer = rows.filter(
        key=OuterRef("key"), version__kind=OuterRef("version__kind"), version_id__gt=OuterRef("version_id")
    )
    rows = rows.exclude(what="ended").filter(~Exists(newer))
    rows = rows.filter(Q(begins=None) | Q(begins__lte=day), Q(ends=None) | Q(ends__gte=day))
    if since is not None:
        decided_at = datetime.combine(since, time(), clock.CHINA)
        rows = rows.filter(Q(version__since__gte=since) | Q(version__decided__decided_at__gte=decided_at))
    return rows.select_related("version__decided").annotate(kind=F("version__kind")).order_by("key", "id")
