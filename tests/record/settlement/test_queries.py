"""Looking settlements up, and settling them again to explain them."""

from datetime import date, timedelta

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.settlement.stage import charge, hospital, retired, treated, visit
from tongchou.engines.benefits.explain import to_text
from tongchou.engines.benefits.state import State
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope
from tongchou.record.orgs.models import Organisation
from tongchou.record.settlement import again, queries
from tongchou.record.settlement.models import Accumulator, Event
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import settle

TODAY, MAY = date(2025, 6, 1), date(2025, 5, 10)


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def test_each_is_settled_again_on_what_came_before_it(city: Organisation) -> None:
    """Accounts as they stood, reversals, refunds of settled lines; what comes later does not change what is told."""
    person, at = retired(city, 900_00), hospital(city, "二级")
    events = [settle(visit_id=treated(at, person, MAY, 8_000_00).pk)]
    enter([Movement(person.pk, "employee", "个人账户", TODAY, "credit", 300_00, "later")])
    events.append(settle(visit_id=treated(at, person, MAY, 5_000_00).pk))
    reverse(event_id=events[1].pk, reason="错")
    shop = visit(at, person, MAY, "普通门诊")
    bought = charge(shop, 900_00, "乙类药")
    events.append(settle(visit_id=shop.pk))
    charge(shop, -400_00, "乙类药", returns=bought)
    charge(shop, 1_000_00, "乙类药")
    events.append(settle(visit_id=shop.pk))
    for event in events:
        result = again.step_again(Event.objects.get(id=event.pk))
        assert ({k: v for k, v in result.paid.items() if v}, result.cash) == (event.paid, event.cash)
    assert events[0].paid["account"] == 900_00
    assert "个人账户" in to_text(queries.explanation(event_id=events[0].pk))
    last = again.state_before(
        Event(person=person, pk=events[-1].pk + 1, claim=events[0].claim, reads=[], at=clock.now())
    )
    kept = {(one.name, one.subject, one.period, one.each): one.fen for one in Accumulator.objects.exclude(fen=0)}
    assert {tuple(key): fen for key, fen in last.amounts.items()} == kept  # the fold is what is kept ready (I5)


def test_what_does_not_come_out_as_it_was_kept_is_not_explained(
    city: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, at = retired(city), hospital(city)
    settle(visit_id=treated(at, person, MAY, 5_000_00).pk)
    second = settle(visit_id=treated(at, person, MAY + timedelta(days=9), 5_000_00).pk)
    queries.explanation(event_id=second.pk)
    monkeypatch.setattr(again, "state_before", lambda event: State())
    with pytest.raises(ProblemError, match="V210"):
        queries.explanation(event_id=second.pk)


def test_who_sees_a_settlement_and_is_in_the_trail(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    event = settle(visit_id=treated(at, person, MAY, 5_000_00).pk)
    looks = (
        lambda: queries.settlement(event_id=event.pk),
        lambda: queries.lines(event_id=event.pk),
        lambda: queries.explanation(event_id=event.pk),
    )
    insured = Actor("本人", Scope("person", person.pk), frozenset(("settlement.read",)))
    for who in (acting_as(add_user("clerk", city)), acting_as(add_user("hospital", at.organisation)), acting(insured)):
        with who:
            assert [one.pk for one in queries.settlements()] == [event.pk]
            for look in looks:
                look()
    told = Entry.objects.filter(kind="read", name__startswith="settlement.", persons__contains=person.pk)
    assert {one.name for one in told} >= {"settlement.settlements", "settlement.settlement", "settlement.explanation"}
    somebody = Actor("本人", Scope("person", retired(city).pk), frozenset(("settlement.read",)))
    for who in (
        acting_as(add_user("clerk")),
        acting_as(add_user("hospital", hospital(city).organisation)),
        acting(somebody),
    ):
        with who:
            assert queries.settlements() == []
            for look in looks:
                with pytest.raises(ProblemError, match="A114"):
                    look()
    with acting_as(add_user("policy", city)), pytest.raises(ProblemError, match="A101"):
        queries.settlements()


def test_only_a_settlement_is_explained(city: Organisation) -> None:
    event = settle(visit_id=treated(hospital(city), retired(city), MAY, 5_000_00).pk)
    (gone,) = reverse(event_id=event.pk, reason="错")
    with pytest.raises(ProblemError, match="A114"):
        queries.explanation(event_id=gone.pk)
