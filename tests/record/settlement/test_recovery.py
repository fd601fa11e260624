"""F15: a real server is taken back to a moment: base backup, log archive, and the page that says so, followed."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from tests.docs.pages import DOCS, blocks
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.race import TODAY, wrong
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.record.base import clock
from tongchou.record.postgres import Cluster
from tongchou.record.postgres.roles import SUPERUSER
from tongchou.record.project.start import hang_up
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle

MAY = date(2025, 5, 10)
PAGE = DOCS / "how-to" / "recover.md"
SETTINGS = {block.marks["settings"]: block.text for block in blocks(PAGE) if block.language == "ini"}
FOLDER, MOMENT = "/backup/log", "2026-11-22 10:15:00+08"
"""What the page says, to be replaced by the test's own."""


@pytest.fixture
def place(server: Cluster) -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="tongchou-test-"))
    root.chmod(0o755)
    (root / "log").mkdir(mode=0o700)
    server.account.own(root / "log")
    yield root
    shutil.rmtree(root)


@pytest.fixture
def archiving(server: Cluster, place: Path, own_database: str) -> Iterator[Cluster]:
    """The server keeps its log in a folder, as the page says."""
    file = server.data / "postgresql.auto.conf"
    before = file.read_text("utf-8")
    file.write_text(before + SETTINGS["archiving"].replace(FOLDER, str(place / "log")), "utf-8")
    restart(server)
    yield server
    file.write_text(before, "utf-8")
    restart(server)


def ask(server: Cluster, statement: str) -> object:
    with psycopg.connect(**server.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        found = connection.execute(statement)
        return found.fetchone()[0] if found.description else None


def restart(server: Cluster) -> None:
    hang_up()
    server.stop()
    server.start()


def until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def base_backup(server: Cluster, to: Path) -> None:
    command = [server.binaries / "pg_basebackup", "-h", server.socket, "-U", SUPERUSER, "-D", to, "-c", "fast"]
    subprocess.run(command, check=True, env={"PATH": os.defpath}, **server.account.as_it())


def restored(server: Cluster, base: Path, place: Path, moment: datetime) -> Cluster:
    """A server of its own from the backup and the archived log, as it was at the moment."""
    found = Cluster(place / "restored", server.version)
    found.folder.mkdir(mode=0o700)
    base.rename(found.data)
    with (found.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"unix_socket_directories = '{found.socket}'\n")
        settings.write(SETTINGS["restoring"].replace(FOLDER, str(place / "log")).replace(MOMENT, moment.isoformat()))
    (found.data / "recovery.signal").touch()
    server.account.own(found.folder)
    found.start()
    until(lambda: ask(found, "SELECT NOT pg_is_in_recovery()"))
    return found


@contextmanager
def working_with(cluster: Cluster) -> Iterator[None]:
    before = {alias: connections[alias].settings_dict["HOST"] for alias in ("default", "owner")}
    hang_up()
    for alias in before:
        connections[alias].settings_dict["HOST"] = cluster.socket
    try:
        yield
    finally:
        hang_up()
        for alias, host in before.items():
            connections[alias].settings_dict["HOST"] = host


def test_back_to_a_moment(archiving: Cluster, place: Path) -> None:
    """What was settled before the moment is there, what came after is not, nothing is half there, and work goes on."""
    with clock.at(TODAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        at, person = hospital(city), retired(city, 500_00)
        visits = [treated(at, person, MAY, 900_00, "普通门诊") for _ in range(6)]
        settle(visit_id=visits[0].pk)
        (place / "backup").mkdir(mode=0o700)
        archiving.account.own(place / "backup")
        base_backup(archiving, place / "backup" / "base")
        kept = [settle(visit_id=one.pk).pk for one in visits[1:4]]
        moment = ask(archiving, "SELECT clock_timestamp()")
        lost = settle(visit_id=visits[4].pk).pk
        log = ask(archiving, "SELECT pg_walfile_name(pg_switch_wal())")
        until(lambda: (place / "log" / str(log)).is_file())
        again = restored(archiving, place / "backup" / "base", place, moment)
        try:
            with working_with(again):
                assert set(kept) < set(Event.objects.values_list("id", flat=True))
                assert not Event.objects.filter(id=lost).exists()
                assert wrong() == set()
                assert settle(visit_id=visits[4].pk).total == 900_00
        finally:
            again.stop()
        assert Event.objects.filter(id=lost).exists()
