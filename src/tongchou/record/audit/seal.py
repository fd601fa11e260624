"""Sealing the trail: entries into batches, each batch chained to the one before by SM3, the head kept elsewhere.

The head lies in a file outside the database and is only ever appended to: whoever rewrites the trail in the database
and computes the chain anew is found out by it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.db import connection, transaction

from tongchou.record.audit.models import Batch, Sealed
from tongchou.record.base import clock
from tongchou.record.base.lock import lock

BEGINNING = bytes(32)
_LARGEST = 10_000  # entries
_COLUMNS = 'id, at, kind, name, who, "user", organisation, elevated, request, reason, persons, details, transaction'

_RIPE = """
SELECT entry.id FROM audit_entry entry LEFT JOIN audit_sealed sealed ON sealed.entry_id = entry.id
WHERE sealed.entry_id IS NULL AND entry.transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY entry.id LIMIT %s
"""


def seal() -> int:
    """Seal what no open transaction can still precede; how many entries. Run by a job every minute."""
    sealed = 0
    while count := _seal_batch():
        sealed += count
    return sealed


def _seal_batch() -> int:
    connection.locked_by_command = False
    with transaction.atomic(durable=True):
        lock(("audit", "seal"))
        with connection.cursor() as cursor:
            cursor.execute(_RIPE, [_LARGEST])
            ids = [number for (number,) in cursor.fetchall()]
        if not ids:
            return 0
        last = Batch.objects.order_by("-id").first()
        before = bytes(last.digest) if last is not None else BEGINNING
        batch = Batch.objects.create(
            sealed_at=clock.now(), before=before, digest=digest(before, rows(ids)), count=len(ids)
        )
        Sealed.objects.bulk_create([Sealed(entry_id=number, batch=batch) for number in ids])
    _keep_head(settings.AUDIT_HEAD, batch)
    return len(ids)


def rows(ids: list[int]) -> Iterator[bytes]:
    """Each entry as the bytes that are sealed: its columns as the database holds them, sealed text still sealed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM audit_entry WHERE id = ANY(%s) ORDER BY id", [ids])
        for row in cursor:
            plain = [bytes(one).hex() if isinstance(one, memoryview | bytes) else one for one in row]
            yield json.dumps(plain, ensure_ascii=False, default=str).encode()


def digest(before: bytes, entries: Iterator[bytes]) -> bytes:
    """SM3 (GB/T 32905) over the digest before, then each entry with its length before it."""
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(before)
    for entry in entries:
        sm3.update(len(entry).to_bytes(8, "big") + entry)
    return sm3.finalize()


def _keep_head(file: Path, batch: Batch) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps({"batch": batch.id, "digest": bytes(batch.digest).hex(), "at": batch.sealed_at.isoformat()})
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())
