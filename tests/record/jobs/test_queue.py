"""Work for later: done after the transaction commits, never when it does not, and again when it failed."""

import pytest
from django.db import connection, transaction

from tests.record.orgs.people import organisation
from tongchou.record.audit import jobs
from tongchou.record.audit.models import Batch
from tongchou.record.jobs import later, work


def state(number: int) -> tuple[str, int] | None:
    """Where a job stands, and how often it was tried; None when it is done and gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", [number])
        return cursor.fetchone()


def test_what_was_asked_for_is_done(own_database: str) -> None:
    organisation("agency")
    number = later("audit.seal")
    assert state(number) == ("todo", 0)
    work()
    assert state(number) is None
    assert Batch.objects.count() == 1


def test_what_was_rolled_back_was_never_asked_for(own_database: str) -> None:
    with transaction.atomic():
        number = later("audit.seal")
        transaction.set_rollback(True)
    assert state(number) is None


def test_what_fails_stays_for_another_try(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "seal", broken)
    number = later("audit.seal")
    work()
    assert state(number) == ("todo", 1)
