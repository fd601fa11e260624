"""Late fees: waived by two people on a ground in law, and paid without their principal."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from tests.record.base.test_lock import both_at_once
from tests.record.contributions.stage import doing_everything, put_in_force, worker
from tests.record.contributions.test_files import as_csv, read
from tests.record.contributions.test_movements import MARCH, TODAY, paid, part, pay
from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry as Trail
from tongchou.record.base import clock
from tongchou.record.contributions import movements, waiving
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.files import take_file
from tongchou.record.contributions.models import LateFee, Part, Receipt, WaiverCase
from tongchou.record.contributions.receiving import cancel, receive, reverse
from tongchou.record.contributions.waiving import ask_waiver, decide_waiver, late_fees, waivers
from tongchou.record.orgs.models import Organisation

LATE = date(2025, 4, 25)
GROUND = "宁医保〔2024〕31号 第七条"


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def charged(city: Organisation) -> Part:
    """Of 160 yuan due on 15 April 2025 and paid on the 25th, 9 days × 0.05 % are 0.72 yuan."""
    one = worker(city)
    assess_month(insurance="employee", month=MARCH)
    pay(one, "个人", LATE)
    return part(one, "个人")


def owed(of: Part) -> tuple[int, int, int, int]:
    (one,) = late_fees(person_id=of.order.person_id)
    return one.charged, one.paid, one.waived, one.left


def test_a_late_fee_is_waived_by_two_on_a_ground_in_law(city: Organisation, charged: Part) -> None:
    asked = {"part": charged.pk, "fen": 50, "ground": GROUND, "reason": "系统故障致逾期"}
    with acting_as(add_user("assessor", city)):
        for wrong in ({"ground": " "}, {"fen": 73}, {"fen": 0}):
            with pytest.raises(ProblemError, match="J117"):
                ask_waiver(**{**asked, **wrong})
        with pytest.raises(ProblemError, match="J106"):
            ask_waiver(**{**asked, "part": 10**9})
        case = ask_waiver(**asked)
        with pytest.raises(ProblemError, match="J117"):
            ask_waiver(**{**asked, "fen": 1})
        with pytest.raises(ProblemError, match="A101"):
            decide_waiver(case_id=case.pk, approve=True, reason="自己批")
    assert owed(charged) == (72, 0, 0, 72)
    assert [one.pk for one in waivers()] == [case.pk]
    with acting_as(add_user("contribution_reviewer", organisation("agency", organisation("agency")))):
        assert waivers() == []
        with pytest.raises(ProblemError, match="A114"):
            decide_waiver(case_id=case.pk, approve=True, reason="外地")
    with acting_as(add_user("contribution_reviewer", city)):
        decide_waiver(case_id=case.pk, approve=True, reason="属实")
        assert Trail.objects.order_by("-id")[0].persons == [charged.order.person_id]
        with pytest.raises(ProblemError, match="J118"):
            decide_waiver(case_id=case.pk, approve=True, reason="再审")
    assert owed(charged) == (72, 0, 50, 22)
    assert LateFee.objects.get(kind="waived").cite == GROUND
    receive(number="fee", part=charged.pk, day=TODAY, fen=0, late_fee=22)
    assert late_fees() == []
    with pytest.raises(ProblemError, match="J108"):
        receive(number="more", part=charged.pk, day=TODAY, fen=0, late_fee=1)


def test_a_waiver_that_is_refused_waives_nothing(charged: Part) -> None:
    case = ask_waiver(part=charged.pk, fen=72, ground=GROUND, reason="x")
    decide_waiver(case_id=case.pk, approve=False, reason="理由不足")
    assert owed(charged) == (72, 0, 0, 72)
    again = ask_waiver(part=charged.pk, fen=72, ground=GROUND, reason="补充材料")
    receive(number="fee", part=charged.pk, day=TODAY, fen=0, late_fee=1)
    with pytest.raises(ProblemError, match="J117"):
        decide_waiver(case_id=again.pk, approve=True, reason="已收一分")


def test_whoever_asked_does_not_decide(city: Organisation, charged: Part) -> None:
    user = add_user("contribution_reviewer", city)
    case = WaiverCase.objects.create(
        part=charged, fen=1, ground=GROUND, why="x", asked_by=user.pk, asked_at=clock.now()
    )
    with acting_as(user), pytest.raises(ProblemError, match="A112"):
        decide_waiver(case_id=case.pk, approve=True, reason="x")


def test_a_late_fee_comes_without_its_principal(city: Organisation) -> None:
    """Before the principal is paid, what ran until that day is charged with the payment; afterwards only the rest."""
    one = worker(city)
    assess_month(insurance="employee", month=MARCH)
    of = part(one, "个人")
    for wrong in ({"late_fee": 0}, {"late_fee": 73}, {"fen": -1, "late_fee": 5}):
        with pytest.raises(ProblemError, match=r"P010|J108"):
            receive(**{"number": "1", "part": of.pk, "day": LATE, "fen": 0, **wrong})
    receipt = receive(number="1", part=of.pk, day=LATE, fen=0, late_fee=72)
    assert owed(of) == (72, 72, 0, 0)
    assert paid(one) == []
    with pytest.raises(ProblemError, match="J104"):
        cancel(order_id=of.order_id, reason="收过滞纳金")
    pay(one, "个人", LATE + timedelta(days=1))
    assert owed(of) == (80, 72, 0, 8)
    reverse(receipt_id=receipt.pk, number="R", day=TODAY, reason="付错")
    assert owed(of) == (80, 0, 0, 80)
    with pytest.raises(ProblemError, match="J109"):
        reverse(receipt_id=receipt.pk, number="R2", day=TODAY, reason="再次")
    back = Receipt.objects.get(number="R")
    with pytest.raises(ProblemError, match="J109"):
        reverse(receipt_id=back.pk, number="R3", day=TODAY, reason="冲正的冲正")


def test_a_line_of_the_bureaus_file_may_be_a_late_fee_alone(charged: Part) -> None:
    take_file(sheet=read("x.csv", as_csv([["T9", str(charged.pk), "2025-05-02", "0", "0.72"]])))
    assert owed(charged) == (72, 72, 0, 0)


@pytest.mark.parametrize(("locked", "refused", "left"), [(False, 0, -72), (True, 1, 0)])
def test_a_waiver_and_a_payment_at_once(
    own_database: str, monkeypatch: pytest.MonkeyPatch, locked: bool, refused: int, left: int
) -> None:
    """The same fee is waived and paid: without the lock both happen, and more leaves it than was charged."""
    with clock.at(TODAY), doing_everything():
        put_in_force()
        one = worker(organisation("agency", organisation("agency")))
        assess_month(insurance="employee", month=MARCH)
        pay(one, "个人", LATE)
        of = part(one, "个人")
        case = ask_waiver(part=of.pk, fen=72, ground=GROUND, reason="x")
    if not locked:
        meet, look, read = threading.Barrier(2), waiving._left, movements._Books.open

        def look_and_meet(part: Part) -> int:
            found = look(part)
            meet.wait(10)
            return found

        def read_and_meet(books: movements._Books) -> None:
            read(books)
            meet.wait(10)

        for module in (waiving, movements):
            monkeypatch.setattr(module, "lock", lambda *keys: None)
        monkeypatch.setattr(waiving, "_left", look_and_meet)
        monkeypatch.setattr(movements._Books, "open", read_and_meet)
    turns = iter(
        (
            lambda: decide_waiver(case_id=case.pk, approve=True, reason="x"),
            lambda: receive(number="fee", part=of.pk, day=TODAY, fen=0, late_fee=72),
        )
    )

    def work() -> None:
        turn = next(turns)
        connection.locked_by_command = False
        with clock.at(TODAY), doing_everything():
            turn()

    assert len(both_at_once(work)) == refused
    with doing_everything():
        assert sum(LateFee.objects.values_list("fen", flat=True)) == left
