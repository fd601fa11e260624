"""Verdicts on the buckets of a lake: judged once, when it is poured, and not whenever it is read.

A verdict lies beside the tables (`verdicts/00000.arrow`) and holds as long as its seal does: the SHA-256 of the way in
which tables are judged, of every file of the bucket and of the verdict itself. Where it does not hold, the tables are
judged as if there were none.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from pyarrow import ipc

from tongchou.ground.tables.verdicts import VERSION

FOLDER = "verdicts"


class Seal:
    """The digest of the files of a bucket, one after another."""

    def __init__(self) -> None:
        self._digest = sha256(VERSION.encode())

    def add(self, path: Path, file: bytes) -> None:
        """The next file and what is in it."""
        self._digest.update(f"{path.name} {len(file)}\n".encode())
        self._digest.update(file)

    def __str__(self) -> str:
        return self._digest.hexdigest()


def write_verdict(folder: Path, bucket: int, verdict: pa.RecordBatch, seal: Seal) -> str:
    """Write a verdict into a lake. Gives the seal of all, when `seal` is that of the files it is on."""
    path = _path(folder, bucket)
    path.parent.mkdir(exist_ok=True)
    with ipc.new_file(path, verdict.schema, options=ipc.IpcWriteOptions(compression="lz4")) as file:
        file.write_batch(verdict)
    seal.add(path, path.read_bytes())
    return str(seal)


def read_verdict(folder: Path, bucket: int, seal: Seal, said: str) -> pa.RecordBatch | None:
    """The verdict on a bucket; None when the seal of it and of the files is not the one that is `said`, and when it is
    gone."""
    path = _path(folder, bucket)
    try:
        file = path.read_bytes()
    except OSError:
        return None
    seal.add(path, file)
    return ipc.open_file(pa.py_buffer(file)).get_batch(0) if str(seal) == said else None


def _path(folder: Path, bucket: int) -> Path:
    return folder / FOLDER / f"{bucket:05d}.arrow"
