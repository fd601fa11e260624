"""Catalogues and groupers are kept whole under their hash, so that a group can be looked into for ever."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache

from tongchou.engines.dip.catalogue import read_catalogue
from tongchou.engines.grouping.grouper import Grouper
from tongchou.engines.grouping.load import load_scheme
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.archives import UNREADABLE
from tongchou.record.base.lock import lock
from tongchou.record.clearing.models import ClearingYear, GroupScheme
from tongchou.record.packs.groups import as_folder, check, of_year
from tongchou.record.packs.queries import pack_of

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
    check(kind, files)
    hash_ = _hash(files)
    lock(("group scheme", f"{kind} {hash_}"))
    known = GroupScheme.objects.filter(kind=kind, hash=hash_).first()
    return known or GroupScheme.objects.create(
        kind=kind, hash=hash_, files=dict(files), by=actor().user, at=clock.now()
    )


def with_packed(year: ClearingYear, named: Mapping[str, str]) -> dict[str, str]:
    """The schemes by which a year is grouped: those of its pack, kept like any other, and of the kinds of which it has
    none the named ones. Raises M516 for another than the pack's."""
    found = dict(named)
    for kind, files in of_year(pack_of(year.pack_id), year.year).items():
        ours = _hash(files)
        if found.setdefault(kind, ours) != ours:
            raise fail("M516", kind=kind.upper(), year=year.year, ours=ours, theirs=found[kind])
        made = GroupScheme(kind=kind, hash=ours, files=dict(files), by=actor().user, at=clock.now())
        GroupScheme.objects.bulk_create([made], ignore_conflicts=True)
    return found


def in_pack(year: ClearingYear) -> dict[str, str]:
    """The hash of each scheme that the year's pack holds for it."""
    return {kind: _hash(files) for kind, files in of_year(pack_of(year.pack_id), year.year).items()}


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
    with as_folder(_kept("dip", hash_).files) as folder:
        return read_catalogue(folder)


@lru_cache(maxsize=4)
def grouper_of(hash_: str) -> Grouper:
    """A kept grouper, ready."""
    with as_folder(_kept("drg", hash_).files) as folder:
        return Grouper(load_scheme(folder))


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
