"""From what is owed to the bank's answer: to the fen, by three people, once."""

import hashlib
import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.record.contributions.stage import put_in_force
from tests.record.disbursement.stage import account, answer, hospital, owe, see_through
from tests.record.ledger.stage import endow, user
from tests.record.orgs.people import organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry as Told
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.base.scope import Scope
from tongchou.record.disbursement import preparing, queries
from tongchou.record.disbursement.answering import problems_of, read_answer, record_returns
from tongchou.record.disbursement.deciding import approve, review
from tongchou.record.disbursement.models import LineAnswer, PayeeAccount, PaymentLine, PaymentOrder, PaymentStep
from tongchou.record.disbursement.payees import decide_account, register_account
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.disbursement.reissuing import reissue
from tongchou.record.disbursement.sending import bank_file
from tongchou.record.ledger.months import close_month
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation

TODAY = date(2025, 3, 10)
JANUARY, FEBRUARY, LAST = date(2025, 1, 15), date(2025, 2, 15), date(2025, 2, 28)


@pytest.fixture
def county(record: None):
    with clock.at(TODAY), acting(user(1)):
        put_in_force()
        found = organisation("agency", organisation("agency"))
        endow(found, 10_000_00, date(2025, 1, 1))
        yield found


def order(county: Organisation, through: date = LAST, payee: str = "provider", **more: str) -> PaymentOrder:
    return prepare(payee=payee, agency=county.pk, scheme="employee", through=through, **more)


def stages() -> dict[str, int]:
    """What stands where, as it is owed or was paid, in fen."""
    names = ("provider_payable", "in_payment", "approved_payment", "payment_returned", "paid_out")
    return {name: -fen for name in names if (fen := balance_of(name, TODAY))}


def bank() -> tuple[int, int]:
    """What the expenditure account holds, and what was paid from it."""
    return balance_of("expenditure_bank", TODAY), balance_of("benefit_paid", TODAY)


def test_a_hospital_is_paid(county: Organisation) -> None:
    at = hospital(county)
    owe(county, "s1", JANUARY, 600_00, at.pk)
    owe(county, "s2", FEBRUARY, 400_00, at.pk, fund="account", bearer="account")
    owe(county, "s3", date(2025, 3, 1), 50_00, at.pk)  # after the day
    made = order(county)
    (line,) = PaymentLine.objects.filter(order=made)
    assert (line.fen, line.organisation_id, [item.fen for item in line.items.order_by("id")]) == (
        1_000_00, at.pk, [400_00, 600_00],
    )  # fmt: skip
    assert stages() == {"provider_payable": 50_00, "in_payment": 1_000_00}
    with acting(user(2)):
        review(order_id=made.pk, approve=True, reason="相符")
    with acting(user(3)):
        approve(order_id=made.pk, approve=True, reason="同意")
    assert stages() == {"provider_payable": 50_00, "approved_payment": 1_000_00}
    assert bank() == (10_000_00, 0)
    sent = bank_file(order_id=made.pk)
    record_returns(order_id=made.pk, sheet=answer(sent, TODAY, "成功"))
    assert stages() == {"provider_payable": 50_00, "paid_out": 1_000_00}
    assert bank() == (9_000_00, 1_000_00)
    assert queries.look_at(order_id=made.pk).state == "answered"


def test_what_others_bear_is_advanced_and_not_spent(county: Organisation) -> None:
    at = hospital(county)
    owe(county, "s1", JANUARY, 600_00, at.pk, fund="critical", bearer="insurer")
    sent = see_through(order(county))
    record_returns(order_id=sent.order_id, sheet=answer(sent, TODAY, "成功"))
    assert (bank(), balance_of("advances", TODAY)) == ((9_400_00, 0), 600_00)


def test_the_bank_file_is_as_documented_and_stays_as_it_is(county: Organisation) -> None:
    at = hospital(county, "6222 0202 0000 1234")
    owe(county, "s1", JANUARY, 1_234_05, at.pk)
    sent = see_through(order(county))
    number = sent.order_id
    assert sent.content.decode().splitlines() == [
        "行号,户名,账号,开户行,金额,用途",
        f"{number}-1,第一人民医院,6222020200001234,工商银行宁和支行,1234.05,医保拨付 employee 2025-02-28",
    ]
    assert (sent.digest, sent.lines, sent.fen) == (hashlib.sha256(sent.content).hexdigest(), 1, 1_234_05)
    account("6222020200009999", organisation_id=at.pk)
    assert bank_file(order_id=number) == sent
    assert PaymentStep.objects.filter(order=number, act="sent").count() == 1
    with connection.cursor() as cursor:  # sealed at rest
        cursor.execute("SELECT content FROM bank_file UNION ALL SELECT number FROM payee_account")
        assert not any(b"62220202" in bytes(row[0]) for row in cursor.fetchall())


def test_what_is_in_an_order_is_in_no_other(county: Organisation) -> None:
    at = hospital(county)
    owe(county, "s1", JANUARY, 600_00, at.pk)
    first = order(county)
    with pytest.raises(ProblemError, match="M203"):
        order(county)
    owe(county, "s2", FEBRUARY, 1_00, at.pk)
    assert PaymentLine.objects.get(order=order(county)).fen == 1_00
    with acting(user(2)):
        review(order_id=first.pk, approve=False, reason="账户不符")
    assert PaymentLine.objects.get(order=order(county)).fen == 600_00


def test_what_is_taken_back_later_is_not_paid(county: Organisation) -> None:
    """January's 600 is reversed in March; 100 of March does not make up for it until the day is March."""
    at = hospital(county)
    owe(county, "s1", JANUARY, 600_00, at.pk)
    owe(county, "s2", FEBRUARY, 70_00, at.pk)
    owe(county, "r1", date(2025, 3, 2), -600_00, at.pk)
    assert PaymentLine.objects.get(order=order(county)).fen == 70_00
    assert stages() == {"in_payment": 70_00}


def test_a_fund_that_is_owed_to_is_set_off(county: Organisation) -> None:
    at, other = hospital(county), hospital(county)
    owe(county, "s1", JANUARY, 600_00, at.pk)
    owe(county, "r0", FEBRUARY, -100_00, at.pk, fund="special")
    owe(county, "r2", FEBRUARY, -5_00, other.pk)
    (line,) = PaymentLine.objects.filter(order=order(county))
    assert (line.fen, sorted(item.fen for item in line.items.all())) == (500_00, [-100_00, 600_00])
    assert balance_of("provider_payable", TODAY, organisation=other.pk) == 5_00


def test_balances_of_closed_months_are_paid_too(county: Organisation) -> None:
    at = hospital(county)
    owe(county, "s1", JANUARY, 600_00, at.pk)
    close_month(book="business", month=JANUARY)
    owe(county, "s2", FEBRUARY, 7_00, at.pk)
    close_month(book="business", month=FEBRUARY)
    made = order(county)
    assert PaymentLine.objects.get(order=made).fen == 607_00
    with pytest.raises(ProblemError, match="M203"):
        order(county)
    with pytest.raises(ProblemError, match="M203"):
        order(county, TODAY)


def test_only_a_branch_a_fund_a_kind_of_payee(county: Organisation) -> None:
    at = hospital(county)
    elsewhere = organisation("agency", organisation("agency"))
    owe(county, "s1", JANUARY, 600_00, at.pk)
    owe(county, "s2", JANUARY, 30_00, at.pk, fund="special")
    owe(elsewhere, "s3", JANUARY, 9_00, at.pk)
    owe(county, "s4", JANUARY, 5_00, person=77)
    account(person_id=_person(county))
    assert PaymentLine.objects.get(order=order(county, fund="special")).fen == 30_00
    assert PaymentLine.objects.get(order=order(county)).fen == 600_00
    with pytest.raises(ProblemError, match="M203"):
        order(county, payee="person")  # whom nobody gave an account
    with pytest.raises(ProblemError, match="M203"):
        order(county, payee="nobody")
    with pytest.raises(ProblemError, match="M203"):
        order(county, date(2025, 3, 11))


def _person(county: Organisation) -> int:
    from tests.record.people.test_people import register

    return register(county, 11).pk


def test_a_person_is_paid_and_the_trail_tells(county: Organisation) -> None:
    who = _person(county)
    owe(county, "m1", JANUARY, 88_00, person=who)
    (before,) = queries.waiting(payee="person", agency=county.pk, scheme="employee", through=LAST)
    assert (before.payee, before.fen, before.ready) == (who, 88_00, False)
    account(person_id=who)
    sent = see_through(order(county, payee="person"))
    record_returns(order_id=sent.order_id, sheet=answer(sent, TODAY, "成功"))
    assert (balance_of("person_payable", TODAY), bank()) == (0, (9_912_00, 88_00))
    with acting(user(9, Scope("person", who), "payments.read")):
        (line,) = queries.mine()
        assert (line.fen, line.tail, line.state) == (88_00, "1234", "paid")
        assert queries.orders() == []
    assert who in Told.objects.filter(name="disbursement.lines").latest("id").persons


# Who may do what, and when.


def test_three_people_see_an_order(county: Organisation) -> None:
    at = hospital(county)
    owe(county, "s1", JANUARY, 600_00, at.pk)
    made = order(county)
    with pytest.raises(ProblemError, match="A112"):
        review(order_id=made.pk, approve=True, reason="自审")
    with acting(user(2)):
        review(order_id=made.pk, approve=True, reason="相符")
    for who in (1, 2):
        with acting(user(who)), pytest.raises(ProblemError, match="A112"):
            approve(order_id=made.pk, approve=True, reason="x")
    with acting(user(3)):
        approve(order_id=made.pk, approve=True, reason="同意")


@pytest.mark.parametrize(
    ("number", "act", "by"), [(2, "reviewed", 1), (2, "approved", 2), (2, "sent", 2), (3, "reviewed", 2)]
)
def test_the_database_itself_holds_the_steps(county: Organisation, number: int, act: str, by: int) -> None:
    """Past the program: the same person, a step left out, a number left out."""
    owe(county, "s1", JANUARY, 600_00, hospital(county).pk)
    made = order(county)
    with pytest.raises(IntegrityError, match=r"same person|cannot be"), transaction.atomic():
        PaymentStep.objects.create(order=made, number=number, act=act, by=by, at=clock.now())


def test_steps_come_in_their_order(county: Organisation) -> None:
    owe(county, "s1", JANUARY, 600_00, hospital(county).pk)
    made = order(county)
    sheet = read_answer("a.csv", "行号,账号,金额,结果,日期\n1,123456,1,成功,2025-03-10".encode())
    for call in (
        lambda: approve(order_id=made.pk, approve=True, reason="x"),
        lambda: bank_file(order_id=made.pk),
        lambda: record_returns(order_id=made.pk, sheet=sheet),
    ):  # fmt: skip
        with pytest.raises(ProblemError, match="M204"):
            call()
    with acting(user(2)):
        review(order_id=made.pk, approve=True, reason="x")
        with pytest.raises(ProblemError, match="M204"):
            review(order_id=made.pk, approve=False, reason="x")
    with acting(user(3)):
        approve(order_id=made.pk, approve=False, reason="资金紧张")
    assert stages() == {"provider_payable": 600_00}
    assert queries.look_at(order_id=made.pk).state == "refused"


def test_no_more_is_approved_than_the_account_holds(county: Organisation) -> None:
    at = hospital(county)
    owe(county, "s1", JANUARY, 9_000_00, at.pk)
    see_through(order(county))
    owe(county, "s2", JANUARY, 1_000_01, at.pk)
    made = order(county)
    with acting(user(2)):
        review(order_id=made.pk, approve=True, reason="x")
    with acting(user(3)):
        with pytest.raises(ProblemError, match="M108"):
            approve(order_id=made.pk, approve=True, reason="x")
        endow(county, 1, date(2025, 3, 1))
        approve(order_id=made.pk, approve=True, reason="x")


def test_who_may_not_and_who_is_elsewhere(county: Organisation) -> None:
    owe(county, "s1", JANUARY, 600_00, hospital(county).pk)
    made = order(county)
    stranger = Scope("agency", organisation("agency", organisation("agency")).path)
    for call in (
        lambda: review(order_id=made.pk, approve=True, reason="x"),
        lambda: approve(order_id=made.pk, approve=True, reason="x"),
        lambda: bank_file(order_id=made.pk),
        lambda: reissue(order_id=made.pk, reason="x"),
        lambda: queries.lines(order_id=made.pk),
        lambda: order(county),
    ):
        with acting(user(5, stranger)), pytest.raises(ProblemError, match="A114"):
            call()
        with acting(user(5, None, "orgs.read")), pytest.raises(ProblemError, match="A101"):
            call()


# Accounts.


def test_an_account_is_used_once_another_confirmed_it(county: Organisation) -> None:
    at = organisation("provider", county)
    owe(county, "s1", JANUARY, 600_00, at.pk)
    said = {"holder": "医院", "bank": "工行", "number": "12345678", "reason": "登记"}
    made = register_account(**said, organisation_id=at.pk)
    with pytest.raises(ProblemError, match="M203"):
        order(county)
    with pytest.raises(ProblemError, match="A112"):
        decide_account(account_id=made.pk, approve=True, reason="自核")
    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        PayeeAccount.objects.filter(id=made.pk).update(state="confirmed", decided_by=1)
    with acting(user(2)):
        decide_account(account_id=made.pk, approve=False, reason="户名不符")
        with pytest.raises(ProblemError, match="M202"):
            decide_account(account_id=made.pk, approve=True, reason="x")
    with pytest.raises(ProblemError, match="M203"):
        order(county)
    for wrong in ({"number": "12"}, {"number": "１２３４５６７８"}, {"holder": " "}, {"organisation_id": None}):
        with pytest.raises(ProblemError, match="M201"):
            register_account(**{**said, "organisation_id": at.pk, **wrong})


# What the bank answers (F14).


def two_sent(county: Organisation):
    first, second = hospital(county, "11111111"), hospital(county, "22222222")
    owe(county, "s1", JANUARY, 600_00, first.pk)
    owe(county, "s2", JANUARY, 400_00, second.pk)
    return see_through(order(county)), second


def test_returned_lines_go_out_again_into_a_corrected_account(county: Organisation) -> None:
    sent, second = two_sent(county)
    record_returns(order_id=sent.order_id, sheet=answer(sent, TODAY, "成功", "A03"))
    assert stages() == {"payment_returned": 400_00, "paid_out": 600_00}
    assert bank() == (9_400_00, 600_00)
    with pytest.raises(ProblemError, match="M203"):
        order(county)  # what was returned waits for its reissue
    with pytest.raises(ProblemError, match="M209"):
        reissue(order_id=sent.order_id, reason="重发")
    account("33333333", organisation_id=second.pk)
    again = reissue(order_id=sent.order_id, reason="账号更正")
    with pytest.raises(ProblemError, match="M209"):
        reissue(order_id=sent.order_id, reason="再来")
    with acting(user(2)):
        review(order_id=again.pk, approve=False, reason="证明不清")
    assert stages() == {"payment_returned": 400_00, "paid_out": 600_00}
    resent = see_through(reissue(order_id=sent.order_id, reason="补证明"))
    assert "33333333" in resent.content.decode()
    record_returns(order_id=resent.order_id, sheet=answer(resent, TODAY, "成功"))
    assert (stages(), bank()) == ({"paid_out": 1_000_00}, (9_000_00, 1_000_00))
    assert [one.state for one in queries.lines(order_id=sent.order_id)] == ["paid", "reissued"]


def test_a_line_may_come_back_after_it_was_paid(county: Organisation) -> None:
    sent, _ = two_sent(county)
    record_returns(order_id=sent.order_id, sheet=answer(sent, TODAY, "成功", "成功"))
    with clock.at(date(2025, 3, 12)):
        record_returns(order_id=sent.order_id, sheet=answer(sent, date(2025, 3, 12), None, "B01"))
        assert balance_of("expenditure_bank", date(2025, 3, 11)) == 9_000_00
        assert balance_of("expenditure_bank", date(2025, 3, 12)) == 9_400_00
        assert balance_of("payment_returned", date(2025, 3, 12)) == -400_00
        late = answer(sent, date(2025, 3, 12), None, "成功", name="late")
        with pytest.raises(ProblemError, match="M207"):
            record_returns(order_id=sent.order_id, sheet=late)


def test_lines_that_the_bank_leaves_out_stay_open(county: Organisation) -> None:
    sent, _ = two_sent(county)
    record_returns(order_id=sent.order_id, sheet=answer(sent, TODAY, None, "成功"))
    assert [(one.number, one.fen) for one in queries.unanswered(order_id=sent.order_id)] == [(1, 600_00)]
    assert queries.look_at(order_id=sent.order_id).state == "sent"
    assert stages() == {"approved_payment": 600_00, "paid_out": 400_00}


def test_an_answer_is_recorded_once(county: Organisation) -> None:
    sent, _ = two_sent(county)
    told = answer(sent, TODAY, "成功", None)
    first = record_returns(order_id=sent.order_id, sheet=told)
    assert record_returns(order_id=sent.order_id, sheet=told) == first
    with pytest.raises(ProblemError, match="M207"):
        record_returns(order_id=sent.order_id, sheet=answer(sent, TODAY, "成功", "成功"))
    assert LineAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"行号": "9-9"}, "M205"),
        ({"金额": "599.99"}, "M206"),
        ({"账号": "99991111"}, "M206"),
        ({"日期": "2025-03-09"}, "M208"),
        ({"日期": "2025-03-11"}, "M208"),
        ({"退回码": "A01"}, "M208"),
        ({"结果": "退回"}, "M208"),
    ],
)
def test_what_was_altered_is_refused_whole(county: Organisation, change: dict, code: str) -> None:
    sent, _ = two_sent(county)
    wrong = answer(sent, TODAY, "成功", None, **change)
    with pytest.raises(ProblemError, match=code) as refused:
        record_returns(order_id=sent.order_id, sheet=wrong)
    assert refused.value.problems[0].place.row == 2
    assert problems_of(sent.order_id, wrong) == list(refused.value.problems)
    assert not LineAnswer.objects.exists()
    assert stages() == {"approved_payment": 1_000_00}


def test_a_line_twice_in_a_file_is_refused_with_its_row(county: Organisation) -> None:
    sent, _ = two_sent(county)
    with pytest.raises(ProblemError, match="U205") as refused:
        answer(sent, TODAY, "成功", "成功", 行号=f"{sent.order_id}-1")
    assert refused.value.problems[0].place.row == 3


@pytest.mark.parametrize("locked", [True, False])
def test_two_who_prepare_at_once(own_database: str, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """With the lock off both take the same: the payable is paid twice, so the harness sees the race."""
    with clock.at(TODAY), acting(user(1)):
        put_in_force()
        county = organisation("agency", organisation("agency"))
        owe(county, "s1", JANUARY, 600_00, hospital(county).pk)
    together = threading.Barrier(2)
    if not locked:
        monkeypatch.setattr(preparing, "lock", lambda *_: None)
        looked = preparing.owed

        def owed(*asked):
            found = looked(*asked)
            together.wait(10)
            return found

        monkeypatch.setattr(preparing, "owed", owed)
    said = []

    def make(number: int) -> None:
        try:
            with clock.at(TODAY), acting(user(number)):
                said.append(PaymentLine.objects.get(order=order(county)).fen)
        except ProblemError as error:
            said.append(error.problems[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=[number]) for number in (1, 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said, key=str) == ([600_00, "M203"] if locked else [600_00, 600_00])
