"""What an earlier release backed up is restored, brought up to date with its data in place, and worked with."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings
from psycopg import ClientCursor, connect

from tests.record.orgs.people import acting_as
from tests.record.people.test_people import card
from tests.record.test_backups import empty
from tests.record.undone import in_a_copy
from tongchou.record.audit.verify import verify
from tongchou.record.base.scope import scoped, system
from tongchou.record.orgs.models import User
from tongchou.record.people import commands, queries
from tongchou.record.postgres import Cluster
from tongchou.record.postgres.roles import SUPERUSER
from tongchou.record.project.backups import restore
from tongchou.record.project.start import bring_up_to_date
from tongchou.record.settlement.replay import replay, shares
from tongchou.record.settlement.verify import verify as verify_settlements

KEPT = Path(__file__).parent / "kept"
RELEASES = sorted(file.stem for file in KEPT.glob("*.tar"))


@pytest.fixture(scope="module", params=RELEASES)
def brought_up(
    request: pytest.FixtureRequest, server: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of a release, restored and migrated once, which takes seconds; what one test does no other looks at."""
    release = request.param
    with restored(release, server, tmp_path_factory.mktemp("keys")):
        bring_up_to_date()
        yield release


@contextmanager
def restored(release: str, server: Cluster, place: Path) -> Iterator[str]:
    """Within the block the database, by this name, is as a release left it."""
    shutil.copy(KEPT / f"{release}-keys.json", place / "keys.json")
    shutil.copy(KEPT / f"{release}-head.jsonl", place / "head.jsonl")
    hashers = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    keys = override_settings(KEYS=place, AUDIT_HEAD=place / "head.jsonl", PASSWORD_HASHERS=hashers)
    with in_a_copy(server) as name, keys:
        empty()
        restore(KEPT / f"{release}.tar")
        yield name


def rows(alias: str = "owner") -> dict[str, int]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            (found[name],) = cursor.fetchone()
    return found


HELD = {
    "first": {"person": 21, "identity": 21, "household": 21, "merge": 1, "stored_pack": 1},
    "second": {
        "person": 40, "enrolment_spell": 40, "contribution_part": 223, "receipt": 96, "order_paid": 78,
        "account_entry": 112, "agreement_step": 9, "visit": 200, "charge": 1969, "settlement_event": 197,
        "settlement_line": 1944, "ledger_posting": 586, "ledger_balance": 397,
        "payment_step": 8, "bank_answer_line": 6, "voucher": 4,
    },
}  # fmt: skip
"""Rows of each release, by table."""


def test_nothing_is_lost_and_the_trail_holds(brought_up: str) -> None:
    assert rows().items() >= HELD[brought_up].items()
    with scoped(system("look")):
        assert verify() == []


def test_what_was_settled_comes_out_again(brought_up: str) -> None:
    with scoped(system("look")):
        found = [replay(persons) for persons in shares()]
        assert verify_settlements() == []
    assert sum(one.events for one in found) == HELD[brought_up].get("settlement_event", 0)
    assert [problem for one in found for problem in one.problems] == []


def test_nothing_is_left_to_migrate(brought_up: str) -> None:
    call_command("migrate", database="owner", check_unapplied=True, interactive=False, verbosity=0)
    call_command("makemigrations", check_changes=True, dry_run=True, interactive=False, verbosity=0)


@pytest.mark.parametrize("brought_up", ["first"], indirect=True)
def test_work_goes_on(brought_up: str) -> None:
    with scoped(system("look")):
        clerk = User.objects.get(grants__role="clerk")
    with acting_as(clerk):
        (found,) = queries.find(kind="01", number=card(number=1))
        assert (found.name, found.categories) == ("王小明", ("低保",))
        commands.correct(person_id=found.id, phone="13800000000", reason="本人申请")
        assert queries.look_at(number=found.id).phone == "*******0000"


DEDUCTION = """
INSERT INTO month_deduction (statement_id, event, line, fen, kind, article, why, evidence, at)
SELECT 1, event_id, line, 1, 'review', 'a', 'w', '', now() FROM (
    SELECT event_id, id AS line FROM settlement_line ORDER BY id LIMIT 2
) lines UNION ALL SELECT 1, 1, NULL, 1, 'review', 'a', 'w', '', now()
"""
NAMED = """
SELECT array_agg(c.number ORDER BY l.id) FROM (SELECT * FROM settlement_line ORDER BY id LIMIT 2) l
JOIN charge c ON c.id = l.charge_id
"""


def test_deductions_name_their_lines_as_the_hospital_does(server: Cluster, tmp_path: Path) -> None:
    """They were entered with numbers of lines that there are no more."""
    with restored("second", server, tmp_path) as name:
        until = [("payment", "0002_applications"), ("settlement", "0010_keys_in_one_walk")]
        MigrationExecutor(connections["owner"]).migrate(until)
        with connect(**server.dsn(SUPERUSER, name), autocommit=True) as superuser:
            superuser.execute("SET session_replication_role = replica")  # neither statement nor triggers
            superuser.execute(DEDUCTION)
            (numbers,) = superuser.execute(NAMED).fetchone()
        bring_up_to_date()
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT line FROM month_deduction ORDER BY id")
            assert [line for (line,) in cursor.fetchall()] == [*numbers, ""]
        assert len(set(numbers)) == 2


SETTLED_AGAIN = """
INSERT INTO settlement_event SELECT (jsonb_populate_record(e, of.what)).* FROM settlement_event e, LATERAL (VALUES
    (jsonb_build_object('id', 1000001, 'kind', 'reverse', 'reverses_id', e.id)), (jsonb_build_object('id', 1000002))
) of(what) WHERE e.id = %(event)s;
INSERT INTO settlement_line SELECT (jsonb_populate_record(l, '{"event_id": 1000002}')).* FROM settlement_line l
WHERE event_id = %(event)s;
UPDATE settlement_live SET event_id = 1000002 WHERE event_id = %(event)s
"""
STANDING = """
SELECT charge_id, event_id FROM settlement_line l
WHERE NOT EXISTS (SELECT FROM settlement_event r WHERE r.reverses_id = l.event_id) ORDER BY 1
"""


def test_what_was_settled_again_is_in_its_second_turn(server: Cluster, tmp_path: Path) -> None:
    """And what stands is what was in a table of its own before."""
    with restored("second", server, tmp_path) as name:
        MigrationExecutor(connections["owner"]).migrate([("settlement", "0011_lines_without_a_number")])
        with connect(**server.dsn(SUPERUSER, name), autocommit=True, cursor_factory=ClientCursor) as superuser:
            superuser.execute("SET session_replication_role = replica")
            (event, lines) = superuser.execute(
                "SELECT event_id, count(*) FROM settlement_live GROUP BY 1 ORDER BY 1 LIMIT 1"
            ).fetchone()
            superuser.execute(SETTLED_AGAIN, {"event": event})
            live = superuser.execute("SELECT charge_id, event_id FROM settlement_live ORDER BY 1").fetchall()
        bring_up_to_date()
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT event_id, turn, count(*) FROM settlement_line WHERE turn > 1 GROUP BY 1, 2")
            assert cursor.fetchall() == [(1_000_002, 2, lines)]
            cursor.execute(STANDING)
            assert cursor.fetchall() == live
