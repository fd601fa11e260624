"""What contributions and accounts do to the books: as sums, cleared when money comes, and taken back."""

from datetime import date

import pytest

from tests.record.contributions.stage import RETIRED, doing_everything, enrol, put_in_force, resident, worker
from tests.record.ledger.stage import booked
from tests.record.orgs.people import organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts import queries as accounts
from tongchou.record.accounts.commands import pay_out, share
from tongchou.record.accounts.models import Entry as Moved
from tongchou.record.base import clock
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import Order, Part, Receipt
from tongchou.record.contributions.paying import pay_from_account
from tongchou.record.contributions.receiving import cancel, receive, reverse
from tongchou.record.contributions.refunding import ask_refund, decide_refund
from tongchou.record.contributions.transferring import send, take
from tongchou.record.ledger.chart import BUSINESS, CASH
from tongchou.record.ledger.checks import account_gaps
from tongchou.record.ledger.models import Entry, Posting
from tongchou.record.ledger.queries import balance_of, trial_balance
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person

TODAY = date(2025, 6, 10)
MARCH, PAID = date(2025, 3, 1), date(2025, 4, 10)


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))
        assert not account_gaps()


def held(book: str, account: str = "") -> dict:
    lines = trial_balance(book=book, first=date(2025, 1, 1), last=TODAY, by=("account",))
    return {line.of[0]: line.after for line in lines if line.after}


def assessed(city: Organisation, insurance: str = "employee") -> list[Part]:
    assess_month(insurance=insurance, month=MARCH, agency=city.pk)
    return list(Part.objects.select_related("order").order_by("id"))


def pay(part: Part, day: date = PAID) -> Receipt:
    return receive(number=f"T{part.pk}", part=part.pk, day=day, fen=part.fen)


def liability() -> int:
    """What persons have in their accounts, by the accounts themselves."""
    return sum(Moved.objects.values_list("fen", flat=True))


def test_an_assessment_is_one_entry_whoever_many_it_is_about(city: Organisation) -> None:
    for _ in range(3):
        worker(city)
    parts = assessed(city)
    due = sum(part.fen for part in parts)
    assert Entry.objects.filter(kind="assessment").count() == 1
    assert held(BUSINESS) == {"contribution_due": due, "contribution_accrued": -due}
    levies = {part.order.levy for part in parts}
    assert Posting.objects.filter(account="contribution_due").count() == len(levies)


def test_as_many_postings_for_forty_as_for_one(city: Organisation) -> None:
    counts = []
    for people in (1, 40):
        firm, before = organisation("employer", city), Posting.objects.count()
        for _ in range(people):
            worker(city, firm)
        assess_month(insurance="employee", month=MARCH, employer=firm.pk)
        counts.append(Posting.objects.count() - before)
    assert counts[0] == counts[1] == 4


def test_money_clears_what_is_due_and_credits_the_account(city: Organisation) -> None:
    worker(city)
    parts = assessed(city)
    due = sum(part.fen for part in parts)
    for part in parts:
        pay(part)
    assert held(CASH) == {"income_bank": due, "contribution_income": -due}
    found = held(BUSINESS)
    assert "contribution_due" not in found
    assert (found["received"], found["contribution_accrued"]) == (due, -due)
    assert found["account_credit"] == -found["account_liability"] == liability() == 160_00


def test_what_is_reversed_leaves_nothing(city: Organisation) -> None:
    worker(city)
    before = [(part, pay(part)) for part in assessed(city)]
    for part, receipt in before:
        reverse(receipt_id=receipt.pk, number=f"R{part.pk}", day=date(2025, 5, 1), reason="退票")
    due = sum(part.fen for part, _ in before)
    assert held(BUSINESS) == {"contribution_due": due, "contribution_accrued": -due}
    assert held(CASH) == {}
    for order in Order.objects.all():
        cancel(order_id=order.pk, reason="核定有误")
    assert held(BUSINESS) == {}


def test_a_refund_needs_money_in_the_income_account(city: Organisation) -> None:
    worker(city)
    part = assessed(city)[0]
    pay(part)
    booked(city, "to_special", part.fen, PAID, fund=part.order.levy)
    case = ask_refund(part=part.pk, fen=1_00, reason="多缴")
    said = {"case_id": case.pk, "approve": True, "number": "X1", "day": TODAY, "reason": "同意"}
    with pytest.raises(ProblemError, match="M108"):
        decide_refund(**said)
    booked(city, "back_to_income", 1_00, TODAY, fund=part.order.levy)
    decide_refund(**said)
    assert balance_of("income_bank", TODAY) == 0
    assert balance_of("received", TODAY) == -balance_of("contribution_income", TODAY) == part.fen - 1_00


def test_late_fees_are_income_of_their_own(city: Organisation) -> None:
    worker(city)
    part = assessed(city)[0]
    first = receive(number="L1", part=part.pk, day=TODAY, fen=part.fen)
    charged = -balance_of("late_fee_accrued", TODAY)
    assert charged == first.late_fees.get(kind="charged").fen > 0
    other = assessed_more(city)
    paid = receive(number="L2", part=other.pk, day=TODAY, fen=other.fen, late_fee=1)
    assert -balance_of("other_income", TODAY) == 1
    reverse(receipt_id=paid.pk, number="L3", day=TODAY, reason="退票")
    assert balance_of("other_income", TODAY) == 0
    assert balance_of("income_bank", TODAY) == part.fen


def assessed_more(city: Organisation) -> Part:
    person = worker(city)
    assess_month(insurance="employee", month=MARCH, agency=city.pk)
    return Part.objects.filter(order__person=person).order_by("id")[0]


def test_subsidies_are_due_from_fiscal_funds(city: Organisation) -> None:
    resident(city)
    assessed(city, "resident")
    found = held(BUSINESS)
    shares = Part.objects.select_related("share")
    fiscal = sum(one.fen for one in shares if one.share.claims or one.share.kind not in ("person", "employer"))
    assert found["fiscal_due"] == -found["fiscal_accrued"] == fiscal > 0


def test_the_retired_are_credited_in_one_entry_a_run(city: Organisation) -> None:
    for _ in range(3):
        enrol(city, **{**RETIRED, "公务员": "否"})
    assess_month(insurance="employee", month=MARCH, agency=city.pk)
    assert Entry.objects.filter(kind="account").count() == 1
    assert -balance_of("account_liability", TODAY, fund="个人账户") == liability() > 0
    before = liability()
    assess_month(insurance="employee", month=MARCH, agency=city.pk)
    assert liability() == before == -balance_of("account_liability", TODAY)


def someone_with_an_account(city: Organisation) -> Person:
    found = worker(city)
    for part in assessed(city):
        pay(part)
    return found


def test_an_account_that_is_paid_out_is_owed_to_its_owner(city: Organisation) -> None:
    person = someone_with_an_account(city)
    pay_out(person_id=person.pk, insurance="employee", account="个人账户", reason="一次性退还")
    assert balance_of("person_payable", TODAY, person=person.pk) == -160_00
    assert balance_of("account_liability", TODAY) == liability() == 0


def test_certificates_bring_and_take_money(city: Organisation) -> None:
    person = someone_with_an_account(city)
    said = {"person_id": person.pk, "insurance": "employee", "region": "外市", "until": date(2025, 5, 31),
            "reason": "转移", "account": "个人账户"}  # fmt: skip
    take(**said, number="A1", actual=1, deemed=0, converted=0, fen=40_00)
    assert balance_of("transfer_due", TODAY) == 40_00
    send(**said, number="B1")
    assert balance_of("transfer_payable", TODAY) == -200_00
    assert balance_of("account_liability", TODAY) == liability() == 0


def test_what_an_account_pays_for_a_relative_is_to_be_transferred(city: Organisation) -> None:
    person, relative = someone_with_an_account(city), resident(city)
    share(
        owner=person.pk, relative=relative.pk, relation="子女", insurance="employee", account="个人账户",
        evidence="户口簿", since=date(2025, 1, 1), through=None, reason="申请",
    )  # fmt: skip
    assess_month(insurance="resident", month=MARCH, agency=city.pk)
    part = Part.objects.get(order__person=relative, share__kind="person")
    cash = held(CASH)
    pay_from_account(part=part.pk, fen=100_00, purpose="居民医保费")
    assert held(CASH) == cash
    assert balance_of("transfer_payable", TODAY, scheme="employee") == -100_00
    assert balance_of("transfer_due", TODAY, scheme="resident") == 100_00
    assert sum(one.fen for one in accounts.standing(person_id=person.pk)) == 60_00
    assert -balance_of("account_liability", TODAY) == liability() == 60_00
    reverse(receipt_id=part.receipts.get().pk, number="R1", day=TODAY, reason="误缴")
    assert held(CASH) == cash
    assert balance_of("transfer_due", TODAY, scheme="resident") == 0
