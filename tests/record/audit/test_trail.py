"""The trail: what is written, that it is sealed, and that every way of meddling with it is found."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction

from tests.record.orgs.people import acting_as, add_user, everything, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.audit import trail
from tongchou.record.audit.models import Batch, Entry
from tongchou.record.audit.seal import BEGINNING, digest, rows, seal
from tongchou.record.audit.verify import PATIENCE, verify
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.orgs import commands


@pytest.fixture
def written(own_database: str) -> None:
    """A few entries, sealed, with a head file that starts anew."""
    settings.AUDIT_HEAD.unlink(missing_ok=True)
    organisation("agency", organisation("agency"))
    assert seal() == 2


def codes() -> list[str]:
    return [problem.code for problem in verify()]


def meddle(sql: str) -> None:
    """What somebody with the owner's rights might do."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_batch DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_sealed DISABLE TRIGGER USER")
        cursor.execute(sql)


@pytest.mark.usefixtures("record")
def test_a_command_tells_who_did_what_and_why() -> None:
    officer, clerk = add_user("security"), add_user("auditor")
    city = organisation("agency", organisation("agency"))
    with everything():
        new = commands.add_user(username="new", name="李四", organisation_id=city.id, password="a long word of 9")
    with acting(system_actor("x", "users.grant")):
        commands.grant(user_id=new.id, role="clerk", reason="新任经办")
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.kind, entry.name, entry.who, entry.reason) == ("command", "orgs.grant", "x", "新任经办")
    assert json.loads(entry.details)["role"] == "clerk"
    assert officer.id != clerk.id


@pytest.mark.usefixtures("record")
def test_what_a_command_was_given_cannot_be_read_in_the_database() -> None:
    organisation("agency")
    with connection.cursor() as cursor:
        cursor.execute("SELECT details FROM audit_entry ORDER BY id DESC LIMIT 1")
        (sealed,) = cursor.fetchone()
    assert b"agency" not in bytes(sealed)


@pytest.mark.usefixtures("record")
def test_a_command_without_reason_or_permission_changes_nothing() -> None:
    clerk, other = add_user("clerk"), add_user("clerk")
    before = Entry.objects.filter(kind="command").count()
    with acting_as(clerk), pytest.raises(ProblemError, match="A101"):
        commands.grant(user_id=other.id, role="auditor", reason="想要")
    with everything(), pytest.raises(ProblemError, match="A102"):
        commands.grant(user_id=other.id, role="auditor", reason="  ")
    assert Entry.objects.filter(kind="command").count() == before


@pytest.mark.usefixtures("record")
def test_a_look_at_a_person_is_written() -> None:
    person = 7
    with acting(system_actor("x")):
        trail.seen("people.find", [person], "来电核对")
        trail.seen("people.find", [])
    entry = Entry.objects.get(kind="read")
    assert (entry.name, entry.persons, entry.reason) == ("people.find", [person], "来电核对")


def test_the_chain_holds(written: None) -> None:
    organisation("agency")
    assert seal() == 1
    first, second = Batch.objects.order_by("id")
    assert (bytes(first.before), bytes(second.before)) == (BEGINNING, bytes(first.digest))
    assert codes() == []


def test_an_open_transaction_keeps_later_entries_from_being_sealed(own_database: str) -> None:
    settings.AUDIT_HEAD.unlink(missing_ok=True)
    late = connections["owner"]
    with transaction.atomic(using="owner"):
        with late.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        organisation("agency")
        assert seal() == 0
    assert seal() == 1


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE audit_entry SET who = 'somebody else' WHERE id = (SELECT min(id) FROM audit_entry)", ["A202"]),
        ("UPDATE audit_entry SET reason = 'x' WHERE id = (SELECT max(id) FROM audit_entry)", ["A202"]),
        ("DELETE FROM audit_sealed WHERE entry_id = (SELECT max(entry_id) FROM audit_sealed)", ["A202"]),
        ("DELETE FROM audit_sealed; DELETE FROM audit_batch; DELETE FROM audit_entry", ["A205"]),
        ("UPDATE audit_batch SET before = digest", ["A201", "A202"]),
        ("UPDATE audit_batch SET digest = before", ["A202", "A205"]),
    ],
)
def test_meddling_is_found(written: None, sql: str, found: list[str]) -> None:
    meddle(sql)
    assert codes() == found


def test_a_chain_computed_anew_is_found_by_the_head_outside(written: None) -> None:
    meddle("UPDATE audit_entry SET who = 'somebody else'")
    fresh = digest(BEGINNING, rows(list(Entry.objects.order_by("id").values_list("id", flat=True))))
    meddle(f"UPDATE audit_batch SET digest = '\\x{fresh.hex()}'")
    assert codes() == ["A205"]


@pytest.mark.parametrize(("content", "found"), [(None, ["A203"]), ("{", ["A204", "A206"]), ("", ["A206"])])
def test_a_head_that_was_lost_is_found(written: None, content: str | None, found: list[str]) -> None:
    if content is None:
        settings.AUDIT_HEAD.unlink()
    else:
        settings.AUDIT_HEAD.write_text(content, "utf-8")
    assert codes() == found


def test_entries_that_nobody_seals_are_reported(written: None) -> None:
    organisation("agency")
    assert codes() == []
    with clock.at(clock.now() + PATIENCE + timedelta(seconds=1)):
        assert codes() == ["A207"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET who = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry CASCADE",
        "SET session_replication_role = 'replica'",
        "ALTER TABLE audit_entry DISABLE TRIGGER USER",
    ],
)
def test_the_service_cannot_change_what_is_written_once(written: None, sql: str) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_entry SET who = 'x'", "DELETE FROM audit_sealed", "TRUNCATE audit_sealed"]
)
def test_nor_can_the_owner_by_mistake(written: None, sql: str) -> None:
    with pytest.raises(DatabaseError, match="written once"), connections["owner"].cursor() as cursor:
        cursor.execute(sql)
