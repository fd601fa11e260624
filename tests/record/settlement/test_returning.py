"""Given back and nothing charged for it: the settlement is reversed under the region's policy, what is left settled."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.settlement.race import TODAY, wrong
from tests.record.settlement.stage import another_ninghe, charge, hospital, retired, treated, visit
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.entries import held
from tongchou.record.base import clock
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.returning import settle_returns
from tongchou.record.settlement.settling import OWN, settle
from tongchou.record.visits.models import Charge, Visit

MAY = date(2025, 5, 10)


@pytest.fixture
def city(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def bought(city: Organisation, account: int = 0, choice: Choice = OWN) -> tuple[Person, Visit, Charge, Event]:
    """Drugs for 900 yuan, settled."""
    person = retired(city, account)
    one = visit(hospital(city), person, MAY, "普通门诊")
    line = charge(one, 900_00)
    return person, one, line, settle(visit_id=one.pk, choice=choice)


def test_a_part_is_given_back(city: Organisation) -> None:
    """What is left is settled as if no more had ever been bought; the account has back what it paid too much."""
    person, one, line, event = bought(city, 500_00)
    charge(one, -400_00, returns=line)
    with pytest.raises(ProblemError, match="C012"):
        settle(visit_id=one.pk)
    reversal, left = settle_returns(event_id=event.pk, reason="退药")
    plain = settle(visit_id=treated(one.institution, retired(city, 500_00), MAY, 500_00, "普通门诊").pk)
    assert (reversal.reverses, left.because, left.total) == (event, event, 500_00)
    assert (left.paid, left.cash) == (plain.paid, plain.cash)
    assert sum(held_.balance(TODAY) for held_ in held([person.pk])) == 500_00 - left.fields["acct_pay"]
    paid = [each.fields["fund_pay_sumamt"] + each.fields["acct_pay"] for each in (left, plain)]
    assert balance_of("provider_payable", TODAY) == -sum(paid)
    assert wrong() == set()


def test_all_is_given_back(city: Organisation) -> None:
    _, one, line, event = bought(city)
    charge(one, -300_00, returns=line)
    _, left = settle_returns(event_id=event.pk, reason="退药")
    assert left.total == 600_00
    charge(one, -600_00, returns=line)
    _, left = settle_returns(event_id=left.pk, reason="退药")
    assert (left.total, left.paid, left.cash) == (0, {}, 0)
    assert balance_of("provider_payable", TODAY) == 0
    with pytest.raises(ProblemError, match="V103"):
        settle(visit_id=one.pk)
    assert wrong() == set()


def test_nobody_is_paid_otherwise_than_before(city: Organisation) -> None:
    """Who did not want the account to pay does not want it now."""
    _, one, line, event = bought(city, 500_00, Choice("none"))
    charge(one, -400_00, returns=line)
    *_, left = settle_returns(event_id=event.pk, reason="退药")
    assert left.fields["acct_pay"] == 0


def test_the_same_message_gets_the_same_answer(city: Organisation) -> None:
    _, one, line, event = bought(city)
    charge(one, -400_00, returns=line)
    asked = Asked("t1", {"settlement": event.pk})
    made = [settle_returns(event_id=event.pk, reason="退药", asked=asked) for _ in range(2)]
    assert made[0] == made[1]
    assert Event.objects.count() == 3
    with pytest.raises(ProblemError, match="V101"):
        settle_returns(event_id=event.pk, reason="退药", asked=Asked("t1", {"settlement": 0}))
    charge(one, -100_00, returns=line)
    with pytest.raises(ProblemError, match="V107"):
        settle_returns(event_id=event.pk, reason="退药", asked=Asked("t2", {}))
    assert wrong() == set()


def test_nothing_was_given_back(city: Organisation) -> None:
    _, one, _, event = bought(city)
    charge(one, 100_00)
    with pytest.raises(ProblemError, match="V103"):
        settle_returns(event_id=event.pk, reason="退药")
    assert Event.objects.count() == 1
    with acting_as(add_user("hospital", hospital(city).organisation)), pytest.raises(ProblemError, match="A114"):
        settle_returns(event_id=event.pk, reason="退药")


@pytest.mark.parametrize("policy", ["refuse", "freeze", "resettle"])
def test_a_later_settlement_saw_it(city: Organisation, tmp_path: Path, policy: str) -> None:
    """600 of the deductible's 400 and 200 above; then a second visit that pays none. Half of the first is returned."""
    if policy != "refuse":
        another_ninghe(tmp_path / "n", "region.yaml", "reversal: refuse", f"reversal: {policy}")
    person, one, line, event = bought(city)
    later = settle(visit_id=treated(one.institution, person, MAY, 700_00, "普通门诊").pk)
    charge(one, -700_00, returns=line)
    if policy == "refuse":
        with pytest.raises(ProblemError, match="C020"):
            settle_returns(event_id=event.pk, reason="退药")
        assert Event.objects.count() == 2
        return
    made = settle_returns(event_id=event.pk, reason="退药")
    left, again = made[-1], [each for each in made[:-1] if each.kind == "settle"]
    assert left.total == 200_00
    assert [each.visit_id for each in again] == ([later.visit_id] if policy == "resettle" else [])
    if policy == "freeze":
        assert later.affected_by.count() == 1
    assert wrong() == set()
