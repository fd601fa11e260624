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


@pytest.mark.parametrize(("alone", "waits"), [(False, False), (True, True)])
def test_what_is_shared_waits_only_for_who_holds_it_alone(
    own_database: str, monkeypatch: pytest.MonkeyPatch, alone: bool, waits: bool
) -> None:
    """One holds it shared; another may too, but not alone."""
    monkeypatch.setattr(locking, "PATIENCE", "100ms")
    thing, found = ("account", 1), []

    def another() -> None:
        connection.locked_by_command = False
        try:
            with transaction.atomic():
                lock(*([thing] if alone else [("person", 2)]), shared=[] if alone else [thing])
        except ProblemError as error:
            found.extend(problem.details["what"] for problem in error.problems)
        finally:
            connection.close()

    connection.locked_by_command = False
    with transaction.atomic():
        lock(("person", 1), shared=[thing])
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
    connection.locked_by_command = False
    assert found == (["account"] if waits else [])


def test_what_is_locked_alone_is_not_shared(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a command asks for a thing both ways, alone holds."""
    monkeypatch.setattr(locking, "PATIENCE", "100ms")
    thing, found = ("account", 1), []

    def another() -> None:
        connection.locked_by_command = False
        try:
            with transaction.atomic():
                lock(("person", 2), shared=[thing])
        except ProblemError as error:
            found.extend(problem.code for problem in error.problems)
        finally:
            connection.close()

    connection.locked_by_command = False
    with transaction.atomic():
        lock(thing, shared=[thing])
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
    connection.locked_by_command = False
    assert found == ["S301"]
