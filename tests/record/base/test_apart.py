"""What the database itself keeps apart, whoever writes at once: the race for each such constraint, and without it."""

import re
import threading
import time
from collections.abc import Iterator

import pytest
from psycopg import Connection, connect, errors, sql

from tests.record.undone import in_a_copy
from tongchou.record.postgres import Cluster
from tongchou.record.postgres.roles import SUPERUSER

Row = dict[str, object]
FIRST, SECOND = "[2025-01-01,2025-03-01)", "[2025-02-01,2025-04-01)"
AFTER = "[2025-03-01,2025-04-01)"


@pytest.fixture(scope="module")
def database(server: Cluster) -> Iterator[dict[str, str]]:
    """How to reach a copy of the migrated database."""
    with in_a_copy(server) as name:
        yield {**server.dsn(SUPERUSER, name)}


def constraints(one: Connection) -> list[tuple[str, str, str]]:
    """Table, name and text of every constraint that keeps rows apart."""
    asked = "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'x'"
    return one.execute(asked).fetchall()


def row(one: Connection, table: str, text: str) -> Row:
    """Something for each column that a constraint looks at, such that its condition holds; the period aside."""
    kinds = one.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    ).fetchall()
    wanted = dict(re.findall(r"\((\w+)\)::text = '(\w+)'", text))
    absent = set(re.findall(r"\((\w+) IS NULL\)", text))
    values = {"bigint": 7, "smallint": 7, "integer": 7, "character varying": "x", "boolean": True}
    asked = {name: kind for name, kind in kinds if re.search(rf"\b{name}\b", text) and name != "during"}
    return {name: wanted.get(name, values[kind]) for name, kind in asked.items() if name not in absent}


def table_like(one: Connection, table: str, *also: str) -> sql.Identifier:
    """A table of the same columns, none of them needed, with these constraints."""
    name = sql.Identifier("tried")
    one.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
    one.execute(sql.SQL("CREATE TABLE {} AS SELECT * FROM {} WITH NO DATA").format(name, sql.Identifier(table)))
    for text in also:
        one.execute(sql.SQL("ALTER TABLE {} ADD {}").format(name, sql.SQL(text)))
    return name


def insert(one: Connection, table: sql.Identifier, values: Row, during: str) -> None:
    given = {**values, "during": during}
    names = sql.SQL(", ").join(map(sql.Identifier, given))
    signs = sql.SQL(", ").join(sql.Placeholder() * len(given))
    one.execute(sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(table, names, signs), list(given.values()))


def race(dsn: dict[str, str], table: sql.Identifier, values: Row) -> tuple[bool, bool]:
    """Two insert the same for periods that share a month, the second before the first has committed: whether it had to
    wait, and whether it was refused."""
    refused: list[BaseException] = []
    with connect(**dsn) as first, connect(**dsn) as second, connect(**dsn, autocommit=True) as watcher:
        insert(first, table, values, FIRST)
        pid = second.info.backend_pid

        def run() -> None:
            try:
                insert(second, table, values, SECOND)
                second.commit()
            except errors.ExclusionViolation as error:
                second.rollback()
                refused.append(error)

        other = threading.Thread(target=run)
        other.start()
        waited, patience = False, time.monotonic() + 10
        while other.is_alive() and not waited and time.monotonic() < patience:
            asked = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
            waited = bool((watcher.execute(asked, [pid]).fetchone() or [False])[0])
        first.commit()
        other.join()
    return waited, bool(refused)


def test_every_constraint_that_keeps_rows_apart_stops_a_race(database: dict[str, str]) -> None:
    found = {}
    with connect(**database, autocommit=True) as owner:
        known = constraints(owner)
        for table, name, text in known:
            values = row(owner, table, text)
            kept = race(database, table_like(owner, table, text), values)
            insert(owner, sql.Identifier("tried"), values, AFTER)
            free = race(database, table_like(owner, table), values)
            found[name] = (kept, free)
    assert {name: one for name, one in found.items() if one != ((True, True), (False, False))} == {}
    assert {"one_spell_of_an_insurance_at_a_time", "one_agreement_at_a_time", "one_shared_account_at_a_time"} <= set(
        found
    )
