"""Many at once, each in a thread with a connection of its own; and the lock taken off, to see that there is a race."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection

from tests.record.contributions.stage import doing_everything
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock, prepared
from tongchou.record.settlement import reversing, settling, stepping
from tongchou.record.settlement.replay import replay, shares
from tongchou.record.settlement.verify import verify

TODAY = date(2025, 6, 1)


def at_once(works: Sequence[Callable[[], Any]], moment: date | datetime = TODAY) -> list[Any]:
    """What each returned, or the codes of its problems, in the order of `works`; all begin together."""
    begin = threading.Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        try:
            with clock.at(moment), doing_everything():
                begin.wait(30)
                found[number] = works[number]()
        except ProblemError as error:
            found[number] = "、".join(problem.code for problem in error.problems)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def unlock(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    """Take the lock off, and let so many read the state before any of them goes on."""
    meet, read = threading.Barrier(together), stepping.state_of

    def read_and_meet(*arguments: Any) -> Any:
        found = read(*arguments)
        meet.wait(30)
        return found

    for room in (settling, reversing):
        monkeypatch.setattr(room, "lock", lambda *keys, then=(): prepared.together(*then))
    monkeypatch.setattr(stepping, "state_of", read_and_meet)


def wrong() -> set[str]:
    """The codes of all that is wrong in the database, replayed too."""
    problems = verify() + [problem for persons in shares() for problem in replay(persons).problems]
    return {problem.code for problem in problems}
