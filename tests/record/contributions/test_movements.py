"""Money in and out: what is paid in full, late fees, account credits, refunds by two people, races."""

import threading
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.record.base.test_lock import both_at_once
from tests.record.contributions.stage import doing_everything, put_in_force, resident, worker
from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts import queries as accounts
from tongchou.record.accounts.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.contributions import movements, queries
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import LateFee, Order, Part, Receipt, RefundCase
from tongchou.record.contributions.movements import Movement
from tongchou.record.contributions.receiving import cancel, receive, reverse
from tongchou.record.contributions.refunding import ask_refund, decide_refund
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import merging
from tongchou.record.people.models import Person

MARCH, PAID, TODAY = date(2025, 3, 1), date(2025, 4, 10), date(2026, 6, 1)


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def ordered(city: Organisation) -> Person:
    one = worker(city)
    assess_month(insurance="employee", month=MARCH)
    return one


def part(person: Person, payer: str, levy: str = "基本医疗") -> Part:
    return Part.objects.get(order__person=person, share__payer=payer, share__levy=levy, order__cancelled=None)


def pay(person: Person, payer: str, day: date = PAID, fen: int | None = None, number: str = "") -> Receipt:
    of = part(person, payer)
    return receive(number=number or f"{of.pk} {day}", part=of.pk, day=day, fen=of.fen if fen is None else fen)


def paid(person: Person, on: date = TODAY) -> list[tuple[str, date, date]]:
    return [(one.levy, one.from_date, one.paid_on) for one in queries.payments_of([person.pk], on)]


def balance(person: Person) -> int:
    return sum(one.fen for one in accounts.standing(person_id=person.pk))


def test_a_month_is_paid_when_the_last_part_is(ordered: Person) -> None:
    pay(ordered, "单位")
    assert paid(ordered) == []
    assert balance(ordered) == 0
    pay(ordered, "个人", PAID + timedelta(days=2))
    assert paid(ordered) == [("基本医疗", MARCH, PAID + timedelta(days=2))]
    assert paid(ordered, PAID) == []
    assert balance(ordered) == 16000
    table = queries.payment_table(TODAY).to_pylist()
    assert [(row["person_id"], row["paid_on"]) for row in table] == [(ordered.pk, PAID + timedelta(days=2))]


def test_what_bounced_is_reversed_with_all_that_followed(ordered: Person) -> None:
    pay(ordered, "单位")
    receipt = pay(ordered, "个人")
    reverse(receipt_id=receipt.pk, number="R1", day=PAID + timedelta(days=5), reason="退票")
    assert paid(ordered) == []
    assert paid(ordered, PAID) == [("基本医疗", MARCH, PAID)]
    assert balance(ordered) == 0
    assert [one.kind for one in Entry.objects.order_by("id")] == ["credit", "taken_back"]
    with pytest.raises(ProblemError, match="J109"):
        reverse(receipt_id=receipt.pk, number="R2", day=TODAY, reason="再次")
    pay(ordered, "个人", PAID + timedelta(days=9))
    assert paid(ordered) == [("基本医疗", MARCH, PAID + timedelta(days=9))]
    assert balance(ordered) == 16000


def test_what_is_entered_late_counts_from_its_day(ordered: Person) -> None:
    """A refund is entered first, an earlier receipt after it: what was known on each day comes out right."""
    pay(ordered, "单位")
    own = pay(ordered, "个人", PAID)
    reverse(receipt_id=own.pk, number="R1", day=PAID + timedelta(days=10), reason="退票")
    pay(ordered, "个人", PAID + timedelta(days=3), number="late")
    assert paid(ordered) == [("基本医疗", MARCH, PAID)]
    assert paid(ordered, PAID - timedelta(days=1)) == []


def test_late_money_is_charged_and_the_fee_received(ordered: Person) -> None:
    """Due on 15 April 2025, paid on 25 April, which is charged no more: 9 days × 0.05 % of 160 yuan are 0.72 yuan."""
    late = date(2025, 4, 25)
    of = part(ordered, "个人")
    with pytest.raises(ProblemError, match="J108"):
        receive(number="1", part=of.pk, day=late, fen=of.fen, late_fee=73)
    assert not Receipt.objects.exists()
    receive(number="1", part=of.pk, day=late, fen=of.fen, late_fee=72)
    assert [(fee.kind, fee.fen) for fee in LateFee.objects.order_by("id")] == [("charged", 72), ("paid", -72)]
    assert "第七条" in LateFee.objects.get(kind="charged").cite


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"part": 10**9}, "J106"),
        ({"day": TODAY + timedelta(days=1)}, "J107"),
        ({"fen": 0}, "P010"),
        ({"late_fee": -1}, "P010"),
        ({"late_fee": 1}, "J108"),
        ({"fen": 10**15}, "C010"),
    ],
)
def test_what_cannot_have_come_in(ordered: Person, changes: dict, code: str) -> None:
    of = part(ordered, "个人")
    with pytest.raises(ProblemError, match=code):
        receive(**{"number": "1", "part": of.pk, "day": PAID, "fen": of.fen, **changes})
    assert not Receipt.objects.exists()


def test_a_number_comes_once(ordered: Person) -> None:
    pay(ordered, "个人", number="T1")
    with pytest.raises(ProblemError, match="J105"):
        pay(ordered, "单位", number="T1")
    assert Receipt.objects.count() == 1


def test_an_order_is_cancelled_and_written_anew(ordered: Person) -> None:
    order = Order.objects.get(person=ordered, levy="基本医疗")
    receipt = pay(ordered, "个人")
    with pytest.raises(ProblemError, match="J104"):
        cancel(order_id=order.pk, reason="错")
    reverse(receipt_id=receipt.pk, number="R", day=PAID, reason="退票")
    of = part(ordered, "个人")
    cancel(order_id=order.pk, reason="基数报错")
    with pytest.raises(ProblemError, match="J103"):
        cancel(order_id=order.pk, reason="又一次")
    with pytest.raises(ProblemError, match="J103"):
        receive(number="x", part=of.pk, day=PAID, fen=1)
    done = assess_month(insurance="employee", month=MARCH)
    assert (done.ordered, done.left_out) == (1, 1)
    assert Order.objects.filter(person=ordered, levy="基本医疗", cancelled=None).get().version == 1


def test_a_refund_takes_two_people_and_what_is_there(city: Organisation, ordered: Person) -> None:
    pay(ordered, "单位")
    pay(ordered, "个人")
    of = part(ordered, "个人")
    with acting_as(add_user("assessor", city)):
        with pytest.raises(ProblemError, match="J110"):
            ask_refund(part=of.pk, fen=of.fen + 1, reason="多缴")
        case = ask_refund(part=of.pk, fen=of.fen, reason="重复参保")
        with pytest.raises(ProblemError, match="J110"):
            ask_refund(part=of.pk, fen=1, reason="又一次")
        with pytest.raises(ProblemError, match="A101"):
            decide_refund(case_id=case.pk, approve=True, number="F1", day=TODAY, reason="自己批")
    elsewhere = organisation("agency", organisation("agency"))
    with acting_as(add_user("contribution_reviewer", elsewhere)), pytest.raises(ProblemError, match="A114"):
        decide_refund(case_id=case.pk, approve=True, number="F1", day=TODAY, reason="外地")
    with acting_as(add_user("contribution_reviewer", city)):
        decide_refund(case_id=case.pk, approve=True, number="F1", day=TODAY, reason="同意")
        with pytest.raises(ProblemError, match="J111"):
            decide_refund(case_id=case.pk, approve=False, number="F2", day=TODAY, reason="再审")
        assert paid(ordered) == []
        assert balance(ordered) == 0
    assert Receipt.objects.get(refund=case).fen == -of.fen


def give_back(case: RefundCase, number: str, day: date) -> None:
    """Approve, or refuse what cannot be."""
    try:
        decide_refund(case_id=case.pk, approve=True, number=number, day=day, reason="x")
    except ProblemError:
        decide_refund(case_id=case.pk, approve=False, number=number, day=day, reason="x")
        raise


@given(moves=st.lists(st.tuples(st.booleans(), st.integers(1, 30_000), st.integers(0, 40)), min_size=1, max_size=5))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_never_more_goes_back_than_came_in(city: Organisation, moves: list[tuple[bool, int, int]]) -> None:
    """Receipts and refunds of any amounts on any days: on every day what is held is not below nothing, and the order is
    paid exactly when a simple count says so."""
    one = resident(city)
    assess_month(insurance="resident", month=MARCH)
    of = part(one, "个人", "居民医保费")
    kept: list[tuple[date, int]] = []
    for at, (into, fen, offset) in enumerate(moves):
        day = PAID + timedelta(days=offset)
        with suppress(ProblemError):  # too much is asked back, or on a day when less was there
            if into:
                receive(number=f"{of.pk} {at}", part=of.pk, day=day, fen=fen)
            else:
                case = ask_refund(part=of.pk, fen=fen, reason="x")
                give_back(case, f"{of.pk} {at}", day)
            kept.append((day, fen if into else -fen))
    for day in {day for day, _ in kept}:
        held = sum(fen for when, fen in kept if when <= day)
        assert held >= 0
        assert bool(paid(one, day)) == (held >= of.fen)


def test_what_a_merged_row_paid_counts(city: Organisation) -> None:
    one, two = worker(city), worker(city)
    assess_month(insurance="employee", month=MARCH)
    pay(two, "单位")
    pay(two, "个人")
    with acting(system_actor("a", "people.write")):
        case = merging.open_merge(keep=one.pk, drop=two.pk, reason="同一人")
    two.spells.all().delete()
    with acting(system_actor("b", "people.merge", "people.read")):
        merging.decide_merge(case_id=case.pk, same=True, reason="核对")
    assert paid(one) == [("基本医疗", MARCH, PAID)]
    assert [row["person_id"] for row in queries.payment_table(TODAY).to_pylist()] == [one.pk]
    assert balance(one) == 16000
    assert assess_month(insurance="employee", month=MARCH).left_out == 2


@pytest.mark.parametrize(("locked", "refused", "left"), [(False, 0, -16000), (True, 1, 0)])
def test_two_refunds_at_once(
    own_database: str, monkeypatch: pytest.MonkeyPatch, locked: bool, refused: int, left: int
) -> None:
    """Two refunds of the same money: without the lock both go out."""
    with clock.at(TODAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        one, another = worker(city), worker(city)
        assess_month(insurance="employee", month=MARCH)
        receipt = pay(one, "个人")
        pay(another, "个人")  # with it the bank can pay both refunds, and does not refuse one by itself
        cases = [
            RefundCase.objects.create(part=receipt.part, fen=receipt.fen, why="x", state="approved") for _ in range(2)
        ]
    if not locked:
        read, meet = movements._Books.open, threading.Barrier(2)

        def open_and_meet(books: movements._Books) -> None:
            read(books)
            meet.wait(10)

        monkeypatch.setattr(movements, "lock", lambda *keys: None)
        monkeypatch.setattr(movements._Books, "open", open_and_meet)
    turns = iter(cases)

    def work() -> None:
        case = next(turns)
        connection.locked_by_command = False
        with clock.at(TODAY), transaction.atomic():
            movements.take_in([Movement(f"F{case.pk}", case.part_id, TODAY, -case.fen, refund=case.pk)])

    assert len(both_at_once(work)) == refused
    with doing_everything():
        assert sum(Receipt.objects.filter(part=receipt.part_id).values_list("fen", flat=True)) == left
