"""A month is assessed into orders whose parts are the engine's, once, for whom it may be seen."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.record.contributions.stage import RETIRED, doing_everything, enrol, put_in_force, resident, worker
from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.models import Entry
from tongchou.record.base.scope import Scope, scoped
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.declaring import declare
from tongchou.record.contributions.models import Credit, NotAssessed, Order, Paid, Part, Share
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.commands import categorise

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


def test_a_run_can_be_done_again(city: Organisation) -> None:
    worker(city)
    first = assess_month(insurance="employee", month=MARCH)
    worker(city)
    again = assess_month(insurance="employee", month=date(2025, 3, 31))
    assert (again.people, again.ordered, again.left_out) == (2, 2, 2)
    assert again.assessment != first.assessment
    assert assess_month(insurance="employee", month=MARCH).assessment is None
    with pytest.raises(ProblemError, match="J101"):
        assess_month(insurance="resident", month=MARCH)
    with pytest.raises(ProblemError, match="C007"):
        assess_month(insurance="nonsense", month=MARCH)


def test_who_cannot_be_assessed_is_refused_alone(city: Organisation) -> None:
    whole, without_wage = worker(city), worker(city, wage=None)
    done = assess_month(insurance="employee", month=MARCH)
    assert (done.ordered, done.refused) == (2, 1)
    refused = NotAssessed.objects.get()
    assert (refused.person, refused.code) == (without_wage, "C003")
    assert "缴费基数" in refused.says
    assert {one.person for one in Order.objects.all()} == {whole}


def test_the_account_of_a_retired_person_is_credited_at_once(city: Organisation) -> None:
    one = enrol(city, **RETIRED)
    for _ in range(2):
        assess_month(insurance="employee", month=MARCH)
    entry = Entry.objects.get(person=one)
    assert (entry.account, entry.fen, entry.day, entry.kind) == ("个人账户", 18000, MARCH, "credit")
    assert parts_of(one) == {("大额补助", "个人"): 700}


def test_residents_by_the_year_and_what_is_claimed_on_fiscal_funds(city: Organisation) -> None:
    ordinary, destitute = resident(city), resident(city, category="特困")
    for month in (date(2025, 1, 1), MARCH):
        assess_month(insurance="resident", month=month)
    assert {(o.first, o.through) for o in Order.objects.all()} == {(date(2025, 1, 1), date(2025, 12, 31))}
    assert Order.objects.count() == 2
    assert parts_of(ordinary)["居民医保费", "个人"] == 40000
    states = {(p.share.payer, p.share.state, p.share.claims) for p in Part.objects.filter(order__person=destitute)}
    assert ("救助资金", "claimed", "医疗救助资金") in states
    assert {state for _, state, _ in states} == {"claimed"}
    # Nothing is asked of the destitute: the year is paid for from its first day.
    assert [(row.order.person, row.paid_on) for row in Paid.objects.all()] == [(destitute, date(2025, 1, 1))]


def test_an_employer_is_assessed_alone_and_sees_its_own(city: Organisation) -> None:
    mine, other = organisation("employer", city), organisation("employer", city)
    one = worker(city, mine)
    worker(city, other)
    assert assess_month(insurance="employee", month=MARCH, employer=mine.id).people == 1
    assert assess_month(insurance="employee", month=MARCH).left_out == 2
    with scoped(Scope("employer", mine.id)):
        assert {order.person_id for order in Order.objects.all()} == {one.pk}
        assert Part.objects.count() == 3
    with scoped(Scope("person", one.pk)):
        assert Order.objects.count() == 2
    with pytest.raises(ProblemError, match="P111"):
        assess_month(insurance="employee", month=MARCH, employer=city.id)


def test_another_city_assesses_and_sees_nobody_here(city: Organisation) -> None:
    worker(city)
    assess_month(insurance="employee", month=MARCH)
    elsewhere = organisation("agency", organisation("agency"))
    with acting_as(add_user("assessor", elsewhere)):
        assert not Order.objects.exists()
        with pytest.raises(ProblemError, match="J101"):
            assess_month(insurance="employee", month=MARCH)
    with acting_as(add_user("clerk", city)), pytest.raises(ProblemError, match="A101"):
        assess_month(insurance="employee", month=MARCH)


def test_the_database_holds_what_the_keys_of_a_run_say(city: Organisation) -> None:
    worker(city)
    assess_month(insurance="employee", month=MARCH)
    share = Share.objects.order_by("id")[0]
    for wrong in ({"order_id": 10**9, "share": share}, {"order": Order.objects.order_by("id")[0], "share_id": 10**9}):
        with pytest.raises(IntegrityError, match="names no row"), transaction.atomic():
            Part.objects.create(fen=1, **wrong)
    with pytest.raises(DatabaseError, match="never go"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM person")


def test_a_category_on_the_day_decides(city: Organisation) -> None:
    one = resident(city)
    categorise(
        person_id=one.pk, name="低保", issuer="民政局", evidence="x", since=date(2024, 6, 1), through=None, reason="x"
    )
    assess_month(insurance="resident", month=date(2025, 1, 1))
    assert parts_of(one)["居民医保费", "个人"] == 4000
    assert parts_of(one)["居民医保费", "救助资金"] == 36000


@given(wage=st.integers(0, 10**7), poor=st.booleans())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_stored_parts_sum_to_the_whole_for_any_wage(city: Organisation, wage: int, poor: bool) -> None:
    one = worker(city, wage=None, 困难企业="是" if poor else "否")
    declare(person_id=one.pk, fact="缴费基数", fen=wage, since=date(2025, 1, 1))
    assess_month(insurance="employee", month=MARCH)
    for order in Order.objects.filter(person=one):
        assert sum(order.parts.values_list("fen", flat=True)) == order.whole
