"""Auditing: bases side by side, who was not declared, orders that nobody's enrolment bears (CON-13)."""

from datetime import date

import pytest

from tests.record.contributions.stage import WORKER, doing_everything, put_in_force, worker
from tests.record.contributions.test_movements import pay
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import register
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.contributions import auditing, reports
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import EmployerFigure, Order
from tongchou.record.contributions.receiving import cancel, reverse
from tongchou.record.enrolment.commands import change_past, enrol, suspend
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import merging
from tongchou.record.people.commands import employ

TODAY, MARCH = date(2026, 6, 1), date(2025, 3, 1)
QUARTER = {"insurance": "employee", "levy": "基本医疗", "first": date(2025, 1, 1), "through": date(2025, 3, 31)}


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def test_bases_of_employers_stand_side_by_side(city: Organisation) -> None:
    one, other = organisation("employer", city), organisation("employer", city)
    for firm, wage in ((one, 8000), (one, 6000), (other, 9000)):
        worker(city, firm, wage)
    worker(city)  # alone: in no employer's list
    for month in (date(2025, 2, 1), MARCH, date(2025, 4, 1)):
        assess_month(insurance="employee", month=month)
    gone = Order.objects.filter(employer=other, levy="基本医疗", first=MARCH).get()
    cancel(order_id=gone.pk, reason="错")
    EmployerFigure.objects.create(employer=one, fact="职工工资总额", year=2025, fen=9_000_000, at=clock.now())
    found = auditing.employer_bases(**QUARTER, fact="职工工资总额", year=2025)
    assert [(row.employer, row.people, row.bases, row.fen) for row in found] == [
        (one.pk, 2, 4, 2_800_000),
        (other.pk, 1, 1, 900_000),
    ]
    assert [(row.declared, row.short) for row in found] == [(9_000_000, 6_200_000), (None, None)]
    assert auditing.employer_bases(**QUARTER, after=other.pk) == []
    with acting_as(add_user("employer", other)):
        assert [row.employer for row in auditing.employer_bases(**QUARTER)] == [other.pk]


def test_who_works_and_is_not_enrolled_through_the_employer_is_found(city: Organisation) -> None:
    one, other = organisation("employer", city), organisation("employer", city)
    hidden, elsewhere, rested = (register(city, number) for number in (11, 12, 13))
    for person in (hidden, elsewhere, rested):
        employ(person_id=person.pk, employer=one.pk, since=date(2026, 1, 1))
    terms = {"insurance_name": "employee", "since": date(2026, 1, 1), "facts": WORKER}
    enrol(person_id=elsewhere.pk, employer=other.pk, **terms)
    enrol(person_id=rested.pk, employer=one.pk, **terms)
    suspend(person_id=rested.pk, insurance_name="employee", since=date(2026, 3, 1), reason="停薪")
    found = auditing.not_enrolled(insurance="employee", on=TODAY)
    assert [row.person for row in found] == [hidden.pk, elsewhere.pk]
    assert auditing.not_enrolled(insurance="employee", on=TODAY, employer=other.pk) == []
    assert auditing.not_enrolled(insurance="employee", on=date(2025, 12, 31)) == []


def test_what_a_change_of_the_past_leaves_of_orders_is_listed_until_it_is_cancelled(city: Organisation) -> None:
    one, two = worker(city), worker(city)
    assess_month(insurance="employee", month=MARCH)
    receipt = pay(one, "个人")
    assert auditing.unborne() == []
    change_past(
        person_id=one.pk, insurance_name="employee", since=MARCH, through=date(2025, 3, 31), held="none", reason="错"
    )
    found = auditing.unborne()
    assert {(row.person, row.levy, row.paid) for row in found} == {
        (one.pk, "基本医疗", receipt.fen),
        (one.pk, "大额补助", 0),
    }
    assert auditing.unborne(after=found[-1].order) == []
    reverse(receipt_id=receipt.pk, number="R", day=TODAY, reason="退")
    for row in found:
        cancel(order_id=row.order, reason="没有参保")
    assert auditing.unborne() == []
    with acting(system_actor("a", "people.write")):
        case = merging.open_merge(keep=one.pk, drop=two.pk, reason="同一人")
    change_past(
        person_id=one.pk, insurance_name="employee", since=date(2025, 1, 1), through=None, held="none", reason="x"
    )
    with acting(system_actor("b", "people.merge")):
        merging.decide_merge(case_id=case.pk, same=True, reason="核对")
    assert auditing.unborne() == []  # the order of the merged row is borne by the spell that moved


def test_the_rate_of_an_agency_counts_its_branch(city: Organisation) -> None:
    county = organisation("agency", city)
    worker(city)
    mine = worker(county)
    assess_month(insurance="employee", month=MARCH)
    pay(mine, "个人")
    asked = {"insurance": "employee", "first": MARCH, "through": MARCH, "on": TODAY, "basis": "assessed"}
    found = reports.rate(**asked, agency=county.pk)
    assert (found.collected, found.of) == (16_000, 72_700)
    assert reports.rate(**asked, agency=city.pk).of == 2 * 72_700
