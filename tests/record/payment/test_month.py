"""A hospital's month from the closed books to what may be paid, to the fen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.disbursement.stage import account
from tests.record.ledger.stage import user
from tests.record.payment.stage import (
    CLOSES,
    DECIDES,
    ENTERS,
    JUNE,
    LATER,
    MAY,
    PAYS,
    TODAY,
    at_hospital,
    budget,
    city,
    closed,
    declared,
    deducted,
    entered,
    final,
    hospital,
    opened,
    reviewed,
    stay,
)
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.disbursement.deciding import review
from tongchou.record.disbursement.models import PaymentLine
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.ledger.months import reopen_month
from tongchou.record.ledger.queries import balance_of
from tongchou.record.matching.models import Difference
from tongchou.record.orgs.models import Organisation
from tongchou.record.payment import prepaying, queries
from tongchou.record.payment.appealing import accept, appeal, decide_appeal
from tongchou.record.payment.declaring import declare
from tongchou.record.payment.deducting import deduct, withdraw
from tongchou.record.payment.finishing import close_review, finalise
from tongchou.record.payment.models import Deduction, DeductionStep, Prepayment, Statement, StatementStep
from tongchou.record.payment.opening import open_statement, reopen
from tongchou.record.payment.prepaying import prepay
from tongchou.record.payment.terms import terms_in_force
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.verify import verify

PAID = 6_825_00
"""What the fund pays of a stay."""


@pytest.fixture
def where(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield city()
        assert verify() == []


def stages() -> dict[str, int]:
    names = ("payable", "review", "deposit", "deferred", "advance")
    found = {name: -balance_of(f"provider_{name}", date(2026, 12, 31)) for name in names}
    return {name: fen for name, fen in found.items() if fen}


def paid(found: Statement, day: date = LATER) -> Prepayment:
    with clock.at(day), acting(user(PAYS)):
        return prepay(statement_id=found.pk)


def order(where: Organisation, through: date = date(2025, 5, 31), day: date = LATER) -> int:
    with clock.at(day):
        made = prepare(payee="provider", agency=where.pk, scheme="employee", through=through)
    return PaymentLine.objects.get(order=made).fen


def test_a_month_is_stated_declared_reviewed_prepaid_and_paid(where: Organisation) -> None:
    at = hospital(where, 12 * 20_000_00)
    account(organisation_id=at.organisation_id)
    one, other = stay(at, where), stay(at, where)
    closed()
    assert stages() == {"payable": 2 * PAID}
    found = opened(at)
    assert (found.fund, found.account, found.others, stages()) == (2 * PAID, 0, 0, {"review": 2 * PAID})
    with pytest.raises(ProblemError, match="M203"):  # nothing of it is paid before it is prepaid
        order(where)
    declared(found)
    deducted(one, 100_01)
    lifted = deducted(other, 50_00, kind="supervision", evidence="案卷 7")
    reviewed(found)
    with acting(at_hospital(at)):
        appeal(deduction_id=lifted.pk, reason="诊疗必需")
    with acting(user(DECIDES)):
        decide_appeal(deduction_id=lifted.pk, stands=0, reason="申诉成立")
    final(found)
    assert (stages(), balance_of("benefit_accrued", TODAY)) == ({"review": 2 * PAID - 100_01}, 2 * PAID - 100_01)
    done = paid(found)
    # 240,000 less 5 % over twelve months: 19,000 a month, so nothing is above it; 10 % wait, 5 % of the rest are kept
    assert (done.reviewed, done.quota, done.deferred, done.withheld) == (13_549_99, 19_000_00, 0, 1_354_99)
    assert (done.deposit, done.payable) == (609_75, 11_585_25)
    assert stages() == {"payable": 11_585_25, "deposit": 609_75, "deferred": 1_354_99}
    assert order(where) == 11_585_25
    seen = queries.look_at(statement_id=found.pk)
    assert (seen.state, seen.deducted, seen.payable) == ("prepaid", 100_01, 11_585_25)


@pytest.fixture
def cumulative(where: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ninghe, were its months counted together and paid whole but for the deposit."""
    found = replace(terms_in_force("employee", MAY), counted="cumulative", share=Fraction(1))
    monkeypatch.setattr(prepaying, "terms_in_force", lambda scheme, month: found)


def test_what_lies_above_the_quota_waits(where: Organisation) -> None:
    at = hospital(where, 12 * 10_000_00)
    stay(at, where)
    stay(at, where)
    closed()
    done = paid(final(reviewed(declared(opened(at))), TODAY))
    assert (done.quota, done.deferred, done.withheld, done.deposit) == (9_500_00, 4_150_00, 950_00, 427_50)
    assert stages() == {"payable": 8_122_50, "deposit": 427_50, "deferred": 5_100_00}


@pytest.mark.usefixtures("cumulative")
def test_what_was_not_used_counts_for_later_months(where: Organisation) -> None:
    at = hospital(where, 2_400_000)  # 24,000 yuan: 1,900 a month, 9,500 through May, 11,400 through June
    stay(at, where)
    stay(at, where)
    closed()
    done = paid(final(reviewed(declared(opened(at))), TODAY))
    assert (done.quota, done.deferred, done.deposit) == (9_500_00, 4_150_00, 475_00)
    assert stages() == {"payable": 9_025_00, "deposit": 475_00, "deferred": 4_150_00}
    with clock.at(date(2025, 7, 3)):
        stay(at, where, day=date(2025, 6, 20))
        closed(JUNE)
        june = opened(at, JUNE)
        final(reviewed(declared(june)), date(2025, 7, 3))
        done = paid(june, date(2025, 7, 3))
    assert (done.quota, done.deferred, done.deposit) == (1_900_00, PAID - 1_900_00, 95_00)


@pytest.mark.usefixtures("cumulative")
def test_months_that_count_together_are_prepaid_one_by_one(where: Organisation) -> None:
    at = hospital(where, 2_400_000)
    stay(at, where)
    closed()
    first = opened(at)
    with clock.at(date(2025, 7, 3)):
        stay(at, where, day=date(2025, 6, 20))
        closed(JUNE)
        june = opened(at, JUNE)
        final(reviewed(declared(june)), date(2025, 7, 3))
        with pytest.raises(ProblemError, match="M407"):
            paid(june, date(2025, 7, 3))
        final(reviewed(declared(first)), date(2025, 7, 3))
        paid(first, date(2025, 7, 3))
        paid(june, date(2025, 7, 3))
        with pytest.raises(ProblemError, match="M415"):
            reopen(statement_id=first.pk, reason="漏扣")
        reopen(statement_id=june.pk, reason="漏扣")
        reopen(statement_id=first.pk, reason="漏扣")
    assert stages() == {"review": 2 * PAID}


def test_what_the_fund_does_not_bear_passes_through(where: Organisation) -> None:
    """A personal account pays 500 of the stay, and nothing of it is withheld, deferred or deducted."""
    from tests.record.settlement.stage import retired, treated
    from tongchou.record.settlement.settling import settle

    at = hospital(where, 12_000_00)
    with clock.at(date(2025, 5, 20)):
        event = settle(visit_id=treated(at, retired(where, 500_00), MAY, 8_000_00, stays=3).pk)
    closed(date(2025, 1, 1))  # when the account was credited
    closed()
    found = declared(opened(at))
    assert (found.fund, found.account) == (PAID, 500_00)
    with pytest.raises(ProblemError, match="M409"):
        deducted(event, PAID + 1)
    deducted(event, PAID)
    done = paid(final(reviewed(found)))
    assert (done.reviewed, done.deposit, done.deferred, done.payable) == (0, 0, 0, 500_00)


def test_a_month_below_nothing_is_set_off(where: Organisation) -> None:
    at = hospital(where, 12 * 10_000_00)
    event = stay(at, where)
    closed()
    paid(final(reviewed(declared(opened(at))), TODAY), TODAY)
    with clock.at(date(2025, 6, 10)):
        reverse(event_id=event.pk, reason="录入错误")
    with clock.at(date(2025, 7, 3)):
        closed(JUNE)
        june = opened(at, JUNE)
        assert june.fund == -PAID
        done = paid(final(reviewed(declared(june)), date(2025, 7, 3)), date(2025, 7, 3))
    assert (done.deposit, done.deferred, done.payable) == (0, 0, -PAID)
    assert stages() == {"payable": -989_62, "deposit": 307_12, "deferred": 682_50}


def test_what_was_deducted_of_a_settlement_reversed_later_is_given_back(where: Organisation) -> None:
    at = hospital(where, 12 * 10_000_00)
    event = stay(at, where)
    closed()
    may = declared(opened(at))
    deducted(event, 100_01)
    paid(final(reviewed(may)))
    kept = {name: fen for name, fen in stages().items() if name != "payable"}
    with clock.at(date(2025, 6, 20)):
        reverse(event_id=event.pk, reason="录入错误")
    with clock.at(date(2025, 7, 3)):
        closed(JUNE)
        june = opened(at, JUNE)
        assert balance_of("benefit_accrued", date(2025, 12, 31)) == 0
        again = reopen(statement_id=june.pk, reason="核对")  # gives back once
        done = paid(final(reviewed(declared(again)), date(2025, 7, 3)), date(2025, 7, 3))
        assert (done.payable, balance_of("benefit_accrued", date(2025, 12, 31))) == (-PAID, 0)
        assert stages() == {"payable": -sum(kept.values()), **kept}  # nothing is owed for what never was
        reopen(statement_id=may.pk, reason="结算已撤销")
        assert balance_of("benefit_accrued", date(2025, 12, 31)) == 0
        assert stages() == {"payable": -PAID, "review": PAID}


def test_an_order_for_an_earlier_month_leaves_the_reviewed_one_alone(where: Organisation) -> None:
    at = hospital(where, 12 * 10_000_00)
    account(organisation_id=at.organisation_id)
    stay(at, where)
    closed()
    with clock.at(date(2025, 7, 3)):
        stay(at, where, day=date(2025, 6, 20))
        closed(JUNE)
        opened(at, JUNE)
        assert order(where, day=date(2025, 7, 3)) == PAID  # May's, whole, while June's is under review
        with pytest.raises(ProblemError, match="M405"):
            opened(at)


# What is refused.


def test_it_is_not_opened_before_the_books_and_the_match_allow(where: Organisation) -> None:
    at = hospital(where, 12_000_00)
    stay(at, where)
    with pytest.raises(ProblemError, match="M402"):
        opened(at)
    with pytest.raises(ProblemError, match="M402"):
        open_statement(institution_id=at.pk, month=MAY, scheme="nobody's")
    with pytest.raises(ProblemError, match="M401"):
        opened(at, date(2024, 12, 1))
    with pytest.raises(ProblemError, match="A114"):
        open_statement(institution_id=10**9, month=MAY, scheme="employee")
    closed()
    work = Difference.objects.create(institution=at, day=date(2025, 5, 20), kind="totals", found_at=clock.now())
    with pytest.raises(ProblemError, match="M404"):
        opened(at)
    work.delete()
    opened(at, date(2025, 5, 17))
    with pytest.raises(ProblemError, match="M403"):
        opened(at)


def test_what_an_order_took_is_not_stated(where: Organisation) -> None:
    at = hospital(where, 12_000_00)
    account(organisation_id=at.organisation_id)
    stay(at, where)
    closed()
    with clock.at(TODAY):
        made = prepare(payee="provider", agency=where.pk, scheme="employee", through=TODAY)
    with pytest.raises(ProblemError, match="M405"):
        opened(at)
    with acting(user(2)):
        review(order_id=made.pk, approve=False, reason="先月结算")
    opened(at)


def test_a_region_that_declares_nothing_is_refused(record: None) -> None:
    with clock.at(TODAY), doing_everything():
        put_in_force("qingyuan-employee-2023")
        at = hospital(city())
        with pytest.raises(ProblemError, match="M401"):
            opened(at)


def test_totals_must_be_the_same(where: Organisation) -> None:
    at = hospital(where)
    stay(at, where)
    closed()
    found = opened(at)
    with acting(at_hospital(at)), pytest.raises(ProblemError) as told:
        declare(statement_id=found.pk, fund=found.fund - 1, account=0, others=5)
    assert [(one.code, one.details["what"]) for one in told.value.problems] == [
        ("M406", "基金"),
        ("M406", "其他承担方"),
    ]
    with acting(at_hospital(hospital(where))), pytest.raises(ProblemError, match="A114"):
        declared(found)
    declared(found)
    with pytest.raises(ProblemError, match="M407"):
        declared(found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fen": 0}, "M408"), ({"fen": PAID + 1}, "M409"), ({"kind": "x"}, "M408"), ({"article": " "}, "M408"),
        ({"why": "x" * 501}, "M408"), ({"line": 10**9}, "M408"), ({"event": 10**9}, "M408"),
    ],
)  # fmt: skip
def test_deductions_that_cannot_be(where: Organisation, change: dict[str, object], code: str) -> None:
    at = hospital(where)
    event = stay(at, where)
    closed()
    declared(opened(at))
    with pytest.raises(ProblemError, match=code):
        deduct(entered=replace(entered(event, 1), **change))
    assert not Deduction.objects.exists()


def test_a_line_of_a_settlement(where: Organisation) -> None:
    at = hospital(where)
    event = stay(at, where)
    closed()
    declared(opened(at))
    line = event.lines.get()
    assert deducted(event, 7_00, line=line.charge.number).line == line.charge.number
    with pytest.raises(ProblemError, match="M408"):
        deducted(event, sum(line.paid.values()) + 1, line=line.charge.number)


def test_deductions_of_a_settlement_together_are_within_it(where: Organisation) -> None:
    at = hospital(where)
    event = stay(at, where)
    closed()
    declared(opened(at))
    first = deducted(event, PAID)
    with pytest.raises(ProblemError, match="M409"):
        deducted(event, 1)
    withdraw(deduction_id=first.pk, reason="重复")
    with pytest.raises(ProblemError, match="M410"):
        withdraw(deduction_id=first.pk, reason="重复")
    deducted(event, PAID)


def test_only_in_its_step_and_by_other_people(where: Organisation) -> None:
    at = hospital(where)
    event = stay(at, where)
    closed()
    found = opened(at)
    with pytest.raises(ProblemError, match="M407"):
        deducted(event, 1)
    declared(found)
    one = deducted(event, 10_00)
    with pytest.raises(ProblemError, match="M407"):
        appeal(deduction_id=one.pk, reason="x")
    reviewed(found)
    with pytest.raises(ProblemError, match="M407"):
        deducted(event, 1)
    for who in (ENTERS, CLOSES):
        with acting(user(who)), clock.at(LATER), pytest.raises(ProblemError, match="A112"):
            finalise(statement_id=found.pk, reason="x")
    with acting(user(DECIDES)), pytest.raises(ProblemError, match="M412"):  # within the term
        finalise(statement_id=found.pk, reason="x")
    with clock.at(LATER), pytest.raises(ProblemError, match="M411"):
        appeal(deduction_id=one.pk, reason="x")
    with pytest.raises(ProblemError, match="M410"):
        decide_appeal(deduction_id=one.pk, stands=0, reason="x")
    appeal(deduction_id=one.pk, reason="x")
    with acting(user(DECIDES)), clock.at(LATER), pytest.raises(ProblemError, match="M412"):
        finalise(statement_id=found.pk, reason="x")
    with acting(user(ENTERS)), pytest.raises(ProblemError, match="A112"):
        decide_appeal(deduction_id=one.pk, stands=0, reason="x")
    with pytest.raises(ProblemError, match="M408"):
        decide_appeal(deduction_id=one.pk, stands=10_01, reason="x")
    decide_appeal(deduction_id=one.pk, stands=3_00, reason="部分成立")
    with pytest.raises(ProblemError, match="M410"):
        decide_appeal(deduction_id=one.pk, stands=0, reason="x")
    with pytest.raises(ProblemError, match="M407"):
        paid(found)
    final(found)
    assert stages() == {"review": PAID - 3_00}
    with pytest.raises(ProblemError, match="M407"):
        final(found)
    with pytest.raises(ProblemError, match="M414"):
        paid(found)
    budget(at, 12_000_00)
    paid(found)


def test_what_is_accepted_need_not_wait(where: Organisation) -> None:
    at = hospital(where)
    event = stay(at, where)
    closed()
    found = declared(opened(at))
    one = deducted(event, 10_00)
    with acting(at_hospital(at)):
        assert queries.deductions(statement_id=found.pk) == []
        with pytest.raises(ProblemError, match="A114"):
            queries.look_at_deduction(deduction_id=one.pk)
    reviewed(found)
    with acting(at_hospital(at)):
        (told,) = queries.deductions(statement_id=found.pk)
        assert (told.fen, told.state) == (10_00, "open")
        accept(deduction_id=one.pk)
    with pytest.raises(ProblemError, match="M410"):
        appeal(deduction_id=one.pk, reason="x")
    final(found, TODAY)


def test_a_settlement_reversed_since_is_not_deducted_too(where: Organisation) -> None:
    at = hospital(where, 12_000_00)
    event = stay(at, where)
    closed()
    found = declared(opened(at))
    one = deducted(event, 10_00)
    reviewed(found)
    reverse(event_id=event.pk, reason="录入错误")
    final(found)
    assert queries.look_at_deduction(deduction_id=one.pk).state == "lapsed"
    assert stages() == {"payable": -PAID, "review": PAID}


def test_a_month_whose_books_changed_is_opened_anew(where: Organisation) -> None:
    at = hospital(where, 12_000_00)
    stay(at, where)
    closed()
    found = reviewed(declared(opened(at)))
    with acting(user(7)):
        reopen_month(book="business", month=MAY, reason="补记")
    stay(at, where)
    closed()
    with pytest.raises(ProblemError, match="M413"):
        final(found)
    assert {one.code for one in verify()} == {"V431"}
    again = reopen(statement_id=found.pk, reason="账有变动")
    assert (again.round, again.fund, stages()) == (2, 2 * PAID, {"review": 2 * PAID})
    with pytest.raises(ProblemError, match="M407"):
        reopen(statement_id=found.pk, reason="x")


def test_what_an_order_took_is_not_reopened(where: Organisation) -> None:
    at = hospital(where, 12 * 10_000_00)
    account(organisation_id=at.organisation_id)
    event = stay(at, where)
    closed()
    found = declared(opened(at))
    deducted(event, 25_00)
    paid(final(reviewed(found)))
    with clock.at(LATER):
        made = prepare(payee="provider", agency=where.pk, scheme="employee", through=LATER)
        with pytest.raises(ProblemError, match="M415"):
            reopen(statement_id=found.pk, reason="x")
        with acting(user(2)):
            review(order_id=made.pk, approve=False, reason="重算")
        again = reopen(statement_id=found.pk, reason="漏扣")
    assert (again.round, stages(), balance_of("benefit_accrued", LATER)) == (2, {"review": PAID}, PAID)


# What the database itself holds.


def test_the_database_itself_holds_the_month(where: Organisation) -> None:
    at = hospital(where)
    event = stay(at, where)
    closed()
    found = opened(at)

    def refused(match: str, do: Callable[[], object]) -> None:
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            do()

    fields = {
        "institution": at,
        "month": MAY,
        "scheme": "employee",
        "fund": 0,
        "account": 0,
        "others": 0,
        "at": clock.now(),
    }
    refused("stands", lambda: Statement.objects.create(round=2, **fields))
    refused("one_statement", lambda: Statement.objects.create(round=1, **fields))
    refused("cannot be", lambda: StatementStep.objects.create(statement=found, number=2, act="final", at=clock.now()))
    terms = {"statement": found, "event": event.pk, "kind": "review", "article": "x", "why": "x", "at": clock.now()}
    refused("not under review", lambda: Deduction.objects.create(fen=1, **terms))
    declared(found)
    refused("more is deducted", lambda: Deduction.objects.create(fen=PAID + 1, **terms))
    one = Deduction.objects.create(fen=5, by=ENTERS, **terms)
    ends = {"deduction": one, "at": clock.now()}
    refused("cannot be", lambda: DeductionStep.objects.create(number=1, act="accepted", stands=5, **ends))
    reviewed(found)
    refused("cannot be", lambda: DeductionStep.objects.create(number=1, act="decided", stands=5, **ends))
    refused("cannot stand", lambda: DeductionStep.objects.create(number=1, act="accepted", stands=4, **ends))
    DeductionStep.objects.create(number=1, act="appealed", **ends)
    refused("who made it", lambda: DeductionStep.objects.create(number=2, act="decided", stands=5, by=ENTERS, **ends))
    refused("cannot stand", lambda: DeductionStep.objects.create(number=2, act="decided", stands=6, by=8, **ends))
    DeductionStep.objects.create(number=2, act="decided", stands=5, by=8, **ends)
    refused("cannot be", lambda: DeductionStep.objects.create(number=3, act="lapsed", stands=0, **ends))
    for who in (ENTERS, CLOSES):
        refused("same person", lambda who=who: StatementStep.objects.create(
            statement=found, number=4, act="final", by=who, at=clock.now()))  # fmt: skip


def test_who_may_not(where: Organisation) -> None:
    at = hospital(where)
    stay(at, where)
    closed()
    found = opened(at)
    with acting(at_hospital(at)):
        for call in (
            lambda: opened(at),
            lambda: close_review(statement_id=found.pk, reason="x"),
            lambda: withdraw(deduction_id=1, reason="x"),
            lambda: finalise(statement_id=found.pk, reason="x"),
            lambda: prepay(statement_id=found.pk),
            lambda: reopen(statement_id=found.pk, reason="x"),
        ):  # fmt: skip
            with pytest.raises(ProblemError, match="A101"):
                call()
