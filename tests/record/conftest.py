"""One embedded cluster for all tests of the record that run in this process, and two ways to use it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

django = pytest.importorskip("django", reason="the record needs the extra 'server'")

from psycopg import connect

from tongchou.record.postgres import DATABASE, Cluster
from tongchou.record.postgres.roles import SUPERUSER, make_database
from tongchou.record.project.database import embedded
from tongchou.record.project.start import hang_up, start, use_settings


# Not below pytest's folder: root's is closed to the account that the server runs as. In memory where there is room:
# a database copied for a test is a thousand files, which some disks take a second to make.
MEMORY = Path("/dev/shm")
ROOMY = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 << 30
ROOT = Path(tempfile.mkdtemp(prefix="tongchou-test-", dir=MEMORY if ROOMY else None))
ROOT.chmod(0o755)
os.environ |= {"TONGCHOU_HOME": str(ROOT / "home"), "TONGCHOU_KEYS": str(ROOT / "keys")}
os.environ.pop("DATABASE_URL", None)
(ROOT / "home").mkdir()
use_settings()
django.setup()  # models cannot be imported before

from django.conf import settings
from django.db import connection
from psycopg.pq import TransactionStatus

from tests.record.undone import UNTOUCHED, in_a_copy, undone

settings.ALLOWED_HOSTS = ["testserver"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 takes its time on purpose


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A migrated database in a folder of its own, keys beside it. TONGCHOU_POSTGRES names the version."""
    cluster = embedded()
    assert cluster is not None
    cluster.start()
    with connect(**cluster.dsn(SUPERUSER, "postgres"), autocommit=True) as superuser:
        for name in ("fsync", "full_page_writes", "wal_compression"):  # what is only for a loss of power
            superuser.execute(f"ALTER SYSTEM SET {name} = off")
        superuser.execute("SELECT pg_reload_conf()")
    start()
    hang_up()
    with connect(**cluster.dsn(SUPERUSER, "postgres"), autocommit=True) as superuser:
        there = superuser.execute("SELECT FROM pg_database WHERE datname = %s", [UNTOUCHED]).fetchone()
        if there is None:  # other folders of tests start the same server by this, too
            make_database(superuser, UNTOUCHED, template=DATABASE)
    yield cluster
    hang_up()
    cluster.stop()


@pytest.fixture(scope="session", autouse=True)
def _swept() -> Iterator[None]:
    yield
    shutil.rmtree(ROOT)


def broken() -> bool:
    """Whether the database has refused something, so that nothing can be asked in this transaction any more."""
    return connection.needs_rollback or connection.connection.info.transaction_status == TransactionStatus.INERROR


@pytest.fixture
def record(server: Cluster) -> Iterator[None]:
    """The database as the service sees it; what a test does is rolled back. A settlement that it leaves without its
    postings fails it."""
    from tongchou.record.ledger.checks import unposted

    with undone():
        yield
        assert broken() or not unposted()


@pytest.fixture
def own_database(server: Cluster) -> Iterator[str]:
    """A database of the test's own, for what must really commit: races, crashes, what another role may do."""
    with in_a_copy(server) as name:
        yield name
