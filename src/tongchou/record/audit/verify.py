"""Whether the trail is whole: the chain in the database against itself and against the head kept outside."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from tongchou.ground.errors import Place, Problem
from tongchou.record.audit.models import Batch, Entry, Sealed
from tongchou.record.audit.seal import BEGINNING, digest, rows
from tongchou.record.base import clock

PATIENCE = timedelta(minutes=10)
"""An entry that is older and still not sealed is reported."""


def verify() -> list[Problem]:
    """Every break: a batch whose content or chain is not what was sealed, a head that is gone or that the database no
    longer knows, entries that nobody sealed."""
    found: list[Problem] = []
    before, known = BEGINNING, {}
    for batch in Batch.objects.order_by("id").iterator():
        ids = list(Sealed.objects.filter(batch=batch).order_by("entry_id").values_list("entry_id", flat=True))
        if bytes(batch.before) != before:
            found.append(Problem("A201", _place(batch.id), {"batch": batch.id}))
        if len(ids) != batch.count or digest(bytes(batch.before), rows(ids)) != bytes(batch.digest):
            found.append(Problem("A202", _place(batch.id), {"batch": batch.id}))
        before = known[batch.id] = bytes(batch.digest)
    return found + _against_head(settings.AUDIT_HEAD, known) + _unsealed()


def _against_head(file: Path, known: dict[int, bytes]) -> list[Problem]:
    if not file.is_file():
        return [Problem("A203", Place(str(file)), {})] if known else []
    found, told = [], set()
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            head = json.loads(line)
            batch, kept = int(head["batch"]), bytes.fromhex(head["digest"])
        except (ValueError, KeyError, TypeError):
            found.append(Problem("A204", Place(str(file), number), {}))
            continue
        told.add(batch)
        if known.get(batch) != kept:
            found.append(Problem("A205", Place(str(file), number), {"batch": batch}))
    # The last batch may have been committed just before the machine went down, its head not yet written.
    found += [Problem("A206", _place(one), {"batch": one}) for one in sorted(set(known) - told)]
    return found


def _unsealed() -> list[Problem]:
    late = Entry.objects.filter(sealed__isnull=True, at__lt=clock.now() - PATIENCE).order_by("id")
    return [Problem("A207", Place(table="audit_entry", row=late[0].id), {"count": late.count()})] if late else []


def _place(batch: int) -> Place:
    return Place(table="audit_batch", row=batch)
