"""What must hold of cleared years is found where it does not: a fault planted past every guard for each check."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from tests.record.clearing.stage import LATER, SPRING, began, catalogue, cleared, put_in_force, told, town
from tests.record.conftest import own_database, record, server
from tests.record.contributions.stage import doing_everything
from tests.record.ledger.stage import user
from tests.record.undone import undone
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.clearing.confirming import confirm
from tongchou.record.clearing.models import Cleared
from tongchou.record.clearing.tables import unzipped, zipped
from tongchou.record.clearing.verify import CHECKS
from tongchou.record.postgres import OWNER, SERVICE, Cluster
from tongchou.record.project.start import hang_up

__all__ = ["own_database", "record", "server"]

FAULTS = {
    "a line that was paid more": ("V441", "clearing_line", "UPDATE clearing_line SET lost = lost - 1, returned = "
                                  "returned + 1, due = due + 1"),
    "a balance": ("V441", "clearing_balance", "UPDATE clearing_balance SET paid = paid + 1, retained = retained - 1"),
    "what is lost": ("V441", "clearing_amount", "UPDATE clearing_amount SET lost = lost + 1"),
    "what was to be entered": ("V442", "clearing_amount", "UPDATE clearing_amount SET difference = difference + 1"),
    "an entry of clearing that is doubled": (
        "V442",
        "ledger_posting",
        "UPDATE ledger_posting SET fen = 2 * fen WHERE entry_id IN (SELECT id FROM ledger_entry WHERE kind = "
        "'deferred_released')",
    ),
    "a line of the statement": ("V443", "clearing_line", "UPDATE clearing_line SET points = points + 1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def confirmed(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A confirmed year, as the owner, who alone can switch triggers off; all of it is rolled back."""
    hang_up()
    settings = connections["default"].settings_dict
    settings["USER"] = OWNER
    folder = tmp_path_factory.mktemp("years")
    try:
        with undone(), clock.at(date(2025, 6, 3)), doing_everything():
            put_in_force()
            made = town()
            with clock.at(SPRING):
                year = began(made, catalogue(folder))
                told(year)
            with clock.at(LATER):
                cleared(year)
                with acting(user(7)):
                    confirm(year_id=year.pk, number=1, reason="确认")
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                yield
    finally:
        settings["USER"] = SERVICE
        hang_up()


@pytest.fixture
def planting(confirmed: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def codes() -> set[str]:
    return {problem.code for check in CHECKS for problem in check.look()}


def plant(table: str, statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, list(parameters) or None)


@pytest.mark.usefixtures("confirmed")
def test_nothing_is_wrong_where_nothing_was_planted() -> None:
    assert codes() == set()


@pytest.mark.usefixtures("planting")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    code, table, statement = FAULTS[fault]
    plant(table, statement)
    assert code in codes()


@pytest.mark.usefixtures("planting")
@pytest.mark.parametrize("change", ["data", "list"])
def test_a_clearing_that_was_changed_does_not_come_out_again(change: str, tmp_path: Path) -> None:
    """What went in was changed, and the list of its files as well or not."""
    one = Cleared.objects.get()
    unzipped(one.content, tmp_path)
    file = tmp_path / "results" / "lines.csv"
    file.write_text(file.read_text("utf-8").replace("1879200", "1879201", 1), "utf-8")
    if change == "list":
        listed = tmp_path / "manifest.json"
        said = json.loads(listed.read_text("utf-8"))
        said["files"]["results/lines.csv"] = hashlib.sha256(file.read_bytes()).hexdigest()
        listed.write_text(json.dumps(said), "utf-8")
    field = Cleared._meta.get_field("content")
    plant(
        "clearing_version",
        "UPDATE clearing_version SET content = %s",
        field.get_db_prep_value(zipped(tmp_path), connection),
    )
    assert codes() == {"V443"}


def test_a_folder_is_packed_to_the_same_bytes(tmp_path: Path) -> None:
    for name in ("b", "a/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    content = zipped(tmp_path)
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["a/c", "b"]
    (tmp_path / "b").touch()
    assert zipped(tmp_path) == content
