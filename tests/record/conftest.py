"""One embedded cluster for all tests of the record that run in this process, and two ways to use it."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

django = pytest.importorskip("django", reason="the record needs the extra 'server'")

from tongchou.record.postgres import DATABASE, Cluster
from tongchou.record.project.start import hang_up, start, use_settings


# Not below pytest's folder: root's is closed to the account that the server runs as.
ROOT = Path(tempfile.mkdtemp(prefix="tongchou-test-"))
ROOT.chmod(0o755)
os.environ |= {"TONGCHOU_HOME": str(ROOT / "home"), "TONGCHOU_KEYS": str(ROOT / "keys")}
os.environ.pop("DATABASE_URL", None)
(ROOT / "home").mkdir()
use_settings()
django.setup()  # models cannot be imported before

from django.conf import settings

settings.ALLOWED_HOSTS = ["testserver"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 takes its time on purpose


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A migrated database in a folder of its own, keys beside it. TONGCHOU_POSTGRES names the version."""
    cluster = start()
    assert cluster is not None
    yield cluster
    hang_up()
    cluster.stop()


@pytest.fixture(scope="session", autouse=True)
def _swept() -> Iterator[None]:
    yield
    shutil.rmtree(ROOT)


@pytest.fixture
def record(server: Cluster) -> Iterator[None]:
    """The database as the service sees it; what a test does is rolled back."""
    from django.db import transaction

    work = transaction.atomic()
    work._from_testcase = True  # a durable transaction may stand in this one
    work.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        work.__exit__(None, None, None)


@pytest.fixture
def own_database(server: Cluster) -> Iterator[str]:
    """A database of the test's own, for what must really commit: races, crashes, what another role may do."""
    from django.db import connections
    from psycopg import connect, sql

    from tongchou.record.postgres.roles import SUPERUSER, make_database

    name = f"test_{uuid.uuid4().hex[:12]}"
    hang_up()
    with connect(**server.dsn(SUPERUSER, "postgres"), autocommit=True) as superuser:
        make_database(superuser, name, template=DATABASE)
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name
    try:
        yield name
    finally:
        hang_up()
        for alias in ("default", "owner"):
            connections[alias].settings_dict["NAME"] = DATABASE
        with connect(**server.dsn(SUPERUSER, "postgres"), autocommit=True) as superuser:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
