"""A month is assessed into orders whose parts are the engine's, once, for whom it may be seen."""

from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force, worker
from tests.record.orgs.people import organisation
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import Credit, Order, Paid, Part, Share
from tongchou.record.orgs.models import Organisation

MARCH = date(2025, 3, 1)


@pytest.fixture
def city(record: None):
    with doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def parts_of(person) -> dict[tuple[str, str], int]:
    return {(one.share.levy, one.share.payer): one.fen for one in Part.objects.filter(order__person=person)}


def test_a_month_of_an_employee(city: Organisation) -> None:
    one = worker(city)
    done = assess_month(insurance="employee", month=MARCH)
    assert (done.people, done.ordered, done.left_out, done.refused) == (1, 2, 0, 0)
    assert parts_of(one) == {("基本医疗", "单位"): 56000, ("基本医疗", "个人"): 16000, ("大额补助", "个人"): 700}
    order = Order.objects.get(person=one, levy="基本医疗")
    assert (order.base, order.whole, order.first, order.through) == (800000, 72000, MARCH, date(2025, 3, 31))
    assert {one.due_on for one in Share.objects.all()} == {date(2025, 4, 15)}
    assert Credit.objects.get(order=order).fen == 16000
    assert not Paid.objects.exists()
