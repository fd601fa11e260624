"""Propose a version from an upload, and decide on it: two people (CAT-01)."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from tongchou.ground.errors import ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.copying import copy_in
from tongchou.record.base.lock import lock
from tongchou.record.catalogues.imports import is_whole
from tongchou.record.catalogues.models import Decision, Version
from tongchou.record.catalogues.shelf import difference
from tongchou.record.catalogues.shelves import SHELVES
from tongchou.record.uploads import commands as uploads


@command("catalogues.propose", needs="catalogues.propose")
def propose(*, kind: str, upload: int, since: date, label: str, reason: str) -> Version:
    """Store what an upload would change as a version that waits for its decision. The file is read again, against what
    is in force now.

    Raises K204 when nothing would change, K205 for a day that has passed (the first version of a kind may begin then),
    U301/U302 for the upload.
    """
    lock(("catalogue", kind), ("upload", upload))
    shelf = SHELVES.get(kind)
    if shelf is None:
        raise fail("U303", purpose=kind)
    taken, content = uploads.use(upload, f"catalogue.{kind}")
    base = last_in_force(kind)
    _begins(base, since)
    whole, found = is_whole(taken.options), shelf.read(content)
    if found.problems:  # such as a group that the region no longer declares
        raise ProblemError(*found.problems)
    would = difference(shelf.current(), found.entries, whole)
    if not would.changes:
        raise fail("K204")
    counts = would.counts()
    version = Version.objects.create(
        kind=kind,
        label=label,
        whole=whole,
        since=since,
        base=base,
        source=taken.name,
        digest=taken.digest,
        added=counts["added"],
        changed=counts["changed"],
        ended=counts["ended"],
        reason=reason,
        proposed_by=actor().user,
        proposed_at=clock.now(),
    )
    rows = ((version.pk, what, key, *(after or before or ())) for what, key, before, after in would.changes)
    copy_in(shelf.model, ("version", "what", "key", *shelf.fields), rows)
    return version


@command("catalogues.decide", needs="catalogues.decide")
def decide(*, version_id: int, approve: bool, reason: str) -> Decision:
    """Put a version in force from its day on, or refuse it. What is decided once is never changed.

    Raises A114, A112 for whoever proposed it, K301 when it is decided, K302 when another version came into force since
    it was proposed, K205 when its day has passed meanwhile.
    """
    version = Version.objects.filter(id=version_id).first()
    if version is None:
        raise fail("A114")
    lock(("catalogue", version.kind))
    me = actor().user
    if me is not None and me == version.proposed_by:
        raise fail("A112")
    if Decision.objects.filter(version=version).exists():
        raise fail("K301")
    if approve:
        base = last_in_force(version.kind)
        if base != version.base:
            raise fail("K302", label=base.label if base is not None else "")
        _begins(base, version.since)
    try:
        with transaction.atomic():
            return Decision.objects.create(
                version=version,
                kind=version.kind,
                base=version.base_id,
                decision="in force" if approve else "refused",
                since=version.since,
                reason=reason,
                proposed_by=version.proposed_by,
                decided_by=me,
                decided_at=clock.now(),
            )
    except IntegrityError as error:
        raise fail("K302", label="") from error


def last_in_force(kind: str) -> Version | None:
    """The last version of a kind that was put in force, whether its day has come or not."""
    return Version.objects.filter(kind=kind, decided__decision="in force").order_by("id").last()


def _begins(base: Version | None, since: date) -> None:
    """Raises K205 for a day that has passed, or that lies before the day of the version in force."""
    if base is not None and (since < clock.today() or since < base.since):
        raise fail("K205", since=max(clock.today(), base.since))
