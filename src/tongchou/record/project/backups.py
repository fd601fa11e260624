"""Backups of the database: PostgreSQL's own archive with a digest beside it in one file. Keys are never in it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

from django.db import connections

from tongchou.ground.errors import fail
from tongchou.ground.reasons import why
from tongchou.record.base import clock
from tongchou.record.postgres.account import server_account
from tongchou.record.postgres.binaries import LATEST, VERSIONS, usable
from tongchou.record.project import places

_DUMP, _ABOUT = "database.dump", "about.json"


def backup(out: Path) -> int:
    """Write the database into `out`, whole or not at all; its size in bytes. Raises S108 when it cannot be done."""
    with tempfile.TemporaryDirectory(dir=out.absolute().parent) as work:
        dump = Path(work) / _DUMP
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}")
        about = {
            "made_at": clock.now().isoformat(),
            "tongchou": version("tongchou"),
            "sha256": _digest(dump),
        }
        (Path(work) / _ABOUT).write_text(json.dumps(about), "utf-8")
        whole = Path(work) / "whole.tar"
        with tarfile.open(whole, "w") as archive:
            for name in (_ABOUT, _DUMP):
                archive.add(Path(work) / name, name)
        whole.chmod(0o600)
        os.replace(whole, out)
    return out.stat().st_size


def restore(file: Path) -> None:
    """Fill the empty database from a backup. Raises S109 when it is damaged or none, S110 when the database is not
    empty."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone()[0]:
            raise fail("S110")
    with tempfile.TemporaryDirectory() as work:
        try:
            with tarfile.open(file) as archive:
                for name in (_ABOUT, _DUMP):
                    archive.extract(name, work, filter="data")
            about = json.loads((Path(work) / _ABOUT).read_text("utf-8"))
            sound = about["sha256"] == _digest(Path(work) / _DUMP)
        except (OSError, tarfile.TarError, KeyError, ValueError) as error:
            raise fail("S109", **why(error)) from error
        if not sound:
            raise fail("S109", reason="摘要(sha256)不符", reason_en="its sha256 differs")
        _run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(Path(work) / _DUMP))


def _run(program: str, *arguments: str) -> None:
    settings = connections["owner"].settings_dict
    environment = {
        "PATH": os.defpath,
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"] or "",
    }
    binaries = usable(_version(), server_account(), places.home()) / "bin"
    database = ["--dbname", settings["NAME"]]
    ran = subprocess.run(
        [str(binaries / program), *database, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={name: value for name, value in environment.items() if value},
    )
    if ran.returncode != 0:
        raise fail("S108", reason=ran.stderr.strip()[-500:])


def _version() -> int:
    """The oldest version carried that knows the server's: an archive of a later one may not load into it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10_000
    return min((version for version in VERSIONS if version >= server), default=LATEST)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
