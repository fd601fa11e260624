"""Work in the database that leaves nothing."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from tongchou.record.postgres import Cluster

T = TypeVar("T")
UNTOUCHED = "untouched"
"""A copy of the database as it was migrated, in which no test works."""


@contextmanager
def undone() -> Iterator[None]:
    """Within the block commands commit as far as they can see; at its end all of it is rolled back."""
    from django.db import transaction

    work = transaction.atomic()
    work._from_testcase = True  # a durable transaction may stand in this one
    work.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        work.__exit__(None, None, None)


@contextmanager
def in_a_copy(server: "Cluster") -> Iterator[str]:
    """Within the block the database is a copy of the migrated one, by this name, which is dropped at its end."""
    from psycopg import connect, sql

    from tongchou.record.postgres.roles import SUPERUSER

    name = _copied(server)
    try:
        with _in_use(name):
            yield name
    finally:
        with connect(**server.dsn(SUPERUSER, "postgres"), autocommit=True) as superuser:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_built: dict[str, tuple[str, object]] = {}


@contextmanager
def in_what_was_built(server: "Cluster", key: str, build: Callable[[], T]) -> Iterator[T]:
    """Within the block the database is one in which `build` was done, once for each `key` of a process; the block is
    given what it returned, and whatever is done in it is rolled back."""
    if key not in _built:
        name = _copied(server)
        with _in_use(name):
            _built[key] = (name, build())
    name, found = _built[key]
    with _in_use(name), undone():
        yield found  # type: ignore[misc]  # what was built under this key


def _copied(server: "Cluster") -> str:
    """A copy of the migrated database, whatever was rolled back in it: numbers that were drawn stay drawn there."""
    from psycopg import connect

    from tongchou.record.postgres.roles import SUPERUSER, make_database

    name = f"test_{uuid.uuid4().hex[:12]}"
    with connect(**server.dsn(SUPERUSER, "postgres"), autocommit=True) as superuser:
        make_database(superuser, name, template=UNTOUCHED)
    return name


@contextmanager
def _in_use(name: str) -> Iterator[None]:
    from django.db import connections

    from tongchou.record.postgres import DATABASE
    from tongchou.record.project.start import hang_up

    hang_up()
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name
    try:
        yield
    finally:
        hang_up()
        for alias in ("default", "owner"):
            connections[alias].settings_dict["NAME"] = DATABASE
