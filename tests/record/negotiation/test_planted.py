"""What must hold of quotas is found where it does not: a fault planted past every guard for each check."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.ledger.stage import user
from tests.record.negotiation.stage import DECIDES, PROPOSES, TODAY, city, institutions, published
from tests.record.negotiation.test_adjusting import asked
from tests.record.undone import undone
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.negotiation.adjusting import adjust, decide
from tongchou.record.negotiation.verify import CHECKS
from tongchou.record.postgres import OWNER, SERVICE, Cluster
from tongchou.record.project.start import hang_up

FAULTS = {
    "a total": ("V451", "quota_negotiation", "UPDATE quota_negotiation SET total = 1, reserve = 0"),
    "a quota below nothing": ("V451", "quota", "UPDATE quota SET fen = -1000 * fen WHERE adjustment_id IS NOT NULL"),
    "a quota": ("V452", "quota", "UPDATE quota SET fen = fen - 1 WHERE adjustment_id IS NULL"),
    "a quota that is not there": ("V452", "quota", "DELETE FROM quota WHERE adjustment_id IS NULL"),
    "an adjustment": ("V453", "quota_adjustment", "UPDATE quota_adjustment SET fen = fen + 1"),
    "an adjustment of another month": (
        "V453",
        "quota",
        "UPDATE quota SET month = '2025-08-01' WHERE month > '2025-05-01'",
    ),
    "an adjustment that nobody approved": ("V453", "quota_adjustment_step", "DELETE FROM quota_adjustment_step"),
}  # fmt: skip


@pytest.fixture(scope="module")
def adjusted(server: Cluster) -> Iterator[None]:
    """A published year with an adjustment, as the owner, who alone can switch triggers off; all is taken back."""
    hang_up()
    settings = connections["default"].settings_dict
    settings["USER"] = OWNER
    try:
        with undone(), clock.at(TODAY), doing_everything():
            put_in_force()
            where = city()
            found = institutions(where)
            of = published(where, found)
            with acting(user(PROPOSES)):
                made = adjust(**asked(of, found[0]))
            with acting(user(DECIDES)):
                decide(adjustment_id=made.pk, approve=True, reason="同意")
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
    finally:
        settings["USER"] = SERVICE
        hang_up()


@pytest.fixture
def planting(adjusted: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def codes() -> set[str]:
    return {problem.code for check in CHECKS for problem in check.look()}


@pytest.mark.usefixtures("adjusted")
def test_nothing_is_wrong_where_nothing_was_planted() -> None:
    assert codes() == set()


@pytest.mark.usefixtures("planting")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    code, table, statement = FAULTS[fault]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
    assert code in codes()
