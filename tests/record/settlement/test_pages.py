"""The pages on settlement and recovery: their example is settled, and every promise names its test."""

from datetime import date
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, tables
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.ground.money import yuan
from tongchou.record.base import clock
from tongchou.record.ledger.models import Posting
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import settle
from tongchou.record.settlement.verify import EVERY


@pytest.mark.usefixtures("record")
def test_the_example_of_the_page_on_settlement() -> None:
    found = tables(DOCS / "algorithms" / "settlement.md")
    with clock.at(date(2025, 6, 1)), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        visit = treated(hospital(city, "二级"), retired(city, 500_00), date(2025, 5, 10), 8_000_00)
        event = settle(visit_id=visit.pk)
        reverse(event_id=event.pk, reason="录入错误")
        events = list(Event.objects.order_by("id"))
        number = {f"settlement {one.pk}": str(place) for place, one in enumerate(events, 1)}
        settled = [
            [number[f"settlement {one.pk}"], one.kind]
            + [yuan(fen) for fen in (one.total, one.paid["pool"], one.paid["account"], one.cash)]
            for one in events
        ]
        posted = [
            [number[one.entry.source], one.account, one.fund, str(one.fen)]
            for one in Posting.objects.select_related("entry").filter(entry__source__in=number).order_by("id")
        ]
    assert settled == found["settled"]
    assert posted == found["posted"]


def every_test() -> str:
    return "".join(file.read_text("utf-8") for file in Path(__file__).parents[1].rglob("test_*.py"))


def test_every_promise_is_held_by_a_test() -> None:
    """Of every fault there is one, and of the peer's five defects."""
    here, page = every_test(), tables(DOCS / "algorithms" / "recovery.md")
    faults = {fault for fault, *_ in page["promises"]} - {""}
    assert faults == {f"F{number}" for number in range(1, 16)}
    assert len(page["peer"]) == 5
    named = [row[-1] for row in page["promises"] + page["peer"]]
    assert [test for test in named if f"def {test}(" not in here] == []


def test_every_invariant_that_is_told_is_looked_at() -> None:
    """Each check begins with the invariant that it holds; I2 is looked at by itself, I9 by the state machine, and I12
    by replay. Every one of them has tests of its own."""
    here, table = every_test(), tables(DOCS / "algorithms" / "recovery.md")["invariants"]
    told = {name: tests.split(", ") for name, _, tests in table}
    assert list(told) == [f"I{number}" for number in range(1, 16)]
    assert {check.name.split()[0] for check in EVERY} | {"I2"} == set(told) - {"I9", "I12"}
    assert [test for tests in told.values() for test in tests if f"def {test}(" not in here] == []
