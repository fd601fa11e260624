"""The lock, and first of all the race that it stops."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from tests.record.orgs.people import organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.base import lock as locking
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import scoped, system
from tongchou.record.orgs.models import Organisation


def both_at_once(work: Callable[[], None]) -> list[BaseException]:
    """Two threads do the work, each with a connection of its own; what they ran into."""
    found: list[BaseException] = []

    def run() -> None:
        try:
            with scoped(system("race")):
                work()
        except (ProblemError, RuntimeError) as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def count_and_rename(locked: bool) -> Callable[[], None]:
    """Read a name, and write it one letter longer: the second of two at once loses its letter unless it waits."""
    meet = threading.Barrier(2)

    def work() -> None:
        connection.locked_by_command = False
        with transaction.atomic():
            if locked:
                lock(("organisation", "agency"))
            one = Organisation.objects.get()
            if not locked:
                meet.wait(10)
            one.name += "x"
            one.save()

    return work


@pytest.mark.parametrize(("locked", "letters"), [(False, 1), (True, 2)])
def test_two_writers(own_database: str, locked: bool, letters: int) -> None:
    before = organisation("agency").name
    assert both_at_once(count_and_rename(locked)) == []
    with scoped(system("look")):
        assert Organisation.objects.get().name == before + "x" * letters


def test_who_waits_too_long_is_told(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PATIENCE", "100ms")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        connection.locked_by_command = False
        with transaction.atomic():
            lock(("household", 1))
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    connection.locked_by_command = False
    with pytest.raises(ProblemError, match="S301"), transaction.atomic():
        lock(("household", 1), ("household", 2))
    done.set()
    holder.join()


def test_locks_are_taken_in_one_order(own_database: str) -> None:
    meet = threading.Barrier(2)
    turns = iter([[("a", 1), ("a", 2)], [("a", 2), ("a", 1)]])

    def work() -> None:
        connection.locked_by_command = False
        keys = next(turns)
        meet.wait(10)
        with transaction.atomic():
            lock(*keys)

    assert both_at_once(work) == []


@pytest.mark.usefixtures("record")
def test_once_in_a_transaction() -> None:
    connection.locked_by_command = False
    lock(("a", 1))
    with pytest.raises(RuntimeError, match="second lock"):
        lock(("a", 2))


def test_never_outside_one(server: object) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        lock(("a", 1))


def test_never_for_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        lock()
