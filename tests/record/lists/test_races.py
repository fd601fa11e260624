"""A list is approved as it was looked at: not one that takes its place at the same moment."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.record.conftest import own_database, server
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.lists.stage import TODAY, paid, settled, sheet
from tests.record.orgs.people import organisation
from tests.record.settlement.race import at_once
from tongchou.record.base import clock
from tongchou.record.base import lock as locking
from tongchou.record.lists import states, uploading
from tongchou.record.lists.models import SettlementList
from tongchou.record.lists.states import Change, decide, set_states
from tongchou.record.lists.uploading import upload
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import rules_now

__all__ = ["own_database", "server"]


@pytest.fixture
def event(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    monkeypatch.setattr(locking, "PATIENCE", "60s")
    with clock.at(TODAY), doing_everything():
        put_in_force()
        rules_now()
        yield settled(organisation("agency", organisation("agency")))


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the lock off, and let both read the state before either writes."""
    meet = threading.Barrier(2)

    def then_meet(act: Any) -> Any:
        def run(*arguments: Any) -> Any:
            found = act(*arguments)
            meet.wait(30)
            return found

        return run

    for room in (uploading, states):
        monkeypatch.setattr(room, "lock", lambda *keys: None)
    monkeypatch.setattr(uploading, "check", then_meet(uploading.check))
    monkeypatch.setattr(states, "list_of", then_meet(states.list_of))


@pytest.mark.parametrize("locked", [True, False])
def test_approved_while_another_takes_its_place(event: Event, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    funds = {"310100": event.total - event.cash}
    given = sheet(rows={"payinfo": paid(funds)})
    number = upload(event_id=event.pk, sheet=given, funds=funds).pk
    set_states(changes=[Change(event.pk, "1")])
    if not locked:
        unlock(monkeypatch)
    again = sheet(rows={"payinfo": paid(funds)}, bill_no="2")
    answers = at_once(
        [
            lambda: upload(event_id=event.pk, sheet=again, funds=funds),
            lambda: decide(list_id=number, approve=True, reason="同意"),
        ]
    )
    monkeypatch.undo()
    refused = [one for one in answers if isinstance(one, str)]
    held = SettlementList.objects.get()
    if not locked:
        assert refused == []  # approved, and replaced: nobody looked at what stands
        return
    assert refused in (["N352"], ["N376"])
    assert (held.state, held.version) == (("2", 1) if refused == ["N352"] else ("0", 2))
