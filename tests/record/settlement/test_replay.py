"""Replay in processes of their own, as `tongchou verify --replay` runs it."""

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.settlement.test_verify import EVENT, JUNE, a_city_at_work, plant
from tongchou.faces.cli.server import settle_again
from tongchou.record.base import clock
from tongchou.record.settlement import replay as replaying


@pytest.mark.bulk
def test_processes_share_the_replay(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each started anew, as the command does, from what the environment says of the database."""
    monkeypatch.setenv("TONGCHOU_DATABASE", own_database)
    monkeypatch.setattr(replaying, "SHARE", 1)
    with clock.at(JUNE), doing_everything():
        put_in_force()
        a_city_at_work()
        plant("settlement_event", EVENT.format("cash = cash + 1", "settle"), using="owner")
    events, problems = settle_again(2)
    assert events == 7
    assert [(problem.code, problem.details) for problem in problems] == [("V421", {"what": "cash"})]
