"""What was measured to go wrong in the one open-source peer cannot happen here.

Two of its five defects are races: the cap with eight claims at once and one claim sent many times, in `test_races`.
Statements that grow with the lines are in `test_settling`.
"""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.race import TODAY, wrong
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.record.base import clock
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.settlement.models import Accumulator
from tongchou.record.settlement.settling import settle

MAY = date(2025, 5, 10)


@pytest.fixture
def city(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def counted() -> set[int]:
    """What counts against the yearly limit of outpatient care, in fen."""
    return set(Accumulator.objects.filter(name__contains="门诊限额").values_list("fen", flat=True))


def test_the_cap_binds_what_is_paid_and_not_only_what_is_counted(city: Organisation) -> None:
    """The peer counted 500 and paid 1,000. Ninghe pays a retired person 5,000 yuan a year for outpatient care."""
    person, at = retired(city), hospital(city)
    paid = [
        settle(visit_id=treated(at, person, MAY, 2_000_00, "普通门诊").pk).paid.get("outpatient", 0) for _ in range(6)
    ]
    assert paid == [960_00, 1_200_00, 1_200_00, 1_200_00, 440_00, 0]
    assert counted() == {5_000_00}
    assert balance_of("provider_payable", TODAY) == -5_000_00
    assert wrong() == set()


def test_cents_are_counted_as_they_are_paid(city: Organisation) -> None:
    """The peer paid 10.99 and counted 10.00. Here 60 % of 10.99 above the deductible are 6.59, everywhere."""
    person, at = retired(city), hospital(city)
    settle(visit_id=treated(at, person, MAY, 400_00, "普通门诊").pk)
    event = settle(visit_id=treated(at, person, MAY, 10_99, "普通门诊").pk)
    assert (event.paid, event.cash, event.total) == ({"outpatient": 6_59}, 4_40, 10_99)
    assert counted() == {6_59}
    assert balance_of("provider_payable", TODAY) == -6_59
