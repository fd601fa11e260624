"""Catalogues and groupers are kept whole under their hash, so that a group can be looked into for ever."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from tongchou.engines.dip.catalogue import read_catalogue
from tongchou.engines.grouping.grouper import Grouper
from tongchou.engines.grouping.load import load_scheme
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.archives import UNREADABLE
from tongchou.record.base.lock import lock
from tongchou.record.clearing.models import GroupScheme

LARGEST = 64 << 20
"""Bytes of all files together."""
_LEFT_OUT = (".parquet", ".html")


@command("clearing.keep_scheme", needs="clearing.work")
def keep_scheme(*, kind: str, files: Mapping[str, str], reason: str) -> GroupScheme:
    """Keep a catalogue's folder (`dip`, as `tongchou dip build` writes it) or a grouper's (`drg`, with its weights) by
    the texts of its files; what is kept already is not kept twice. Raises M504 for another kind, a path that leads
    elsewhere or too much of it, and all that its engine finds wrong with it."""
    if kind not in dict(GroupScheme.KINDS):
        raise fail("M504", table=kind, why="dip、drg")
    if sum(map(len, files.values())) > LARGEST:
        raise fail("M504", table=kind, why=f"≤ {LARGEST >> 20} MiB")
    with unpacked(files) as folder:
        read_catalogue(folder) if kind == "dip" else load_scheme(folder)
    hash_ = _hash(files)
    lock(("group scheme", f"{kind} {hash_}"))
    known = GroupScheme.objects.filter(kind=kind, hash=hash_).first()
    return known or GroupScheme.objects.create(
        kind=kind, hash=hash_, files=dict(files), by=actor().user, at=clock.now()
    )


def files_in(content: bytes) -> dict[str, str]:
    """The texts of a folder that was sent as a ZIP file; Parquet and reports are left out, since nothing is read from
    them. Raises M504 for what is none, or holds too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as sent:
            kept = [one for one in sent.infolist() if not one.is_dir() and not one.filename.endswith(_LEFT_OUT)]
            if sum(one.file_size for one in kept) > LARGEST:
                raise fail("M504", table="ZIP", why=f"≤ {LARGEST >> 20} MiB")
            return {one.filename: sent.read(one).decode() for one in kept}
    except UNREADABLE as error:
        raise fail("M504", table="ZIP", why=type(error).__name__) from error


@lru_cache(maxsize=4)
def catalogue_of(hash_: str) -> object:
    """A kept catalogue, ready; what is kept never changes, so it may be remembered."""
    with unpacked(_kept("dip", hash_).files) as folder:
        return read_catalogue(folder)


@lru_cache(maxsize=4)
def grouper_of(hash_: str) -> Grouper:
    """A kept grouper, ready."""
    with unpacked(_kept("drg", hash_).files) as folder:
        return Grouper(load_scheme(folder))


@contextmanager
def unpacked(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder of these files, for as long as the block lasts. Raises M504."""
    with TemporaryDirectory(prefix="tongchou-scheme-") as name:
        for path, text in files.items():
            parts = PurePosixPath(path).parts
            if not parts or path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
                raise fail("M504", table="files", why=path)
            file = Path(name).joinpath(*parts)
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text.encode())
            except (OSError, UnicodeEncodeError) as error:
                raise fail("M504", table="files", why=path) from error
        yield Path(name)


def _kept(kind: str, hash_: str) -> GroupScheme:
    found = GroupScheme.objects.filter(kind=kind, hash=hash_).first()
    if found is None:
        raise fail("M504", table=kind, why=hash_)
    return found


def _hash(files: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        content = text.encode()
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
