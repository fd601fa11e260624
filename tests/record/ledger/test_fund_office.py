"""The cash book on two lines: two people, documents once, and no account below zero."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.record.contributions.stage import put_in_force
from tests.record.ledger.stage import booked, endow, user, voucher
from tests.record.orgs.people import organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.base.scope import Scope
from tongchou.record.ledger import banks, fund_office
from tongchou.record.ledger.chart import ACCOUNTS, BUSINESS, CASH
from tongchou.record.ledger.fund_office import decide_voucher
from tongchou.record.ledger.models import Entry, Posting, Voucher
from tongchou.record.ledger.queries import balance_of, trial_balance
from tongchou.record.ledger.vouchers import CODES, KINDS, pairs
from tongchou.record.orgs.models import Organisation

TODAY = date(2025, 3, 10)
FIRST, SECOND = date(2025, 3, 1), date(2025, 3, 2)


@pytest.fixture
def county(record: None):
    with clock.at(TODAY), acting(user(1)):
        put_in_force()
        yield organisation("agency", organisation("agency"))


def approve(made: Voucher) -> Voucher:
    with acting(user(2)):
        return decide_voucher(voucher_id=made.pk, approve=True, reason="核对无误")


def test_money_comes_in_through_one_account_and_goes_out_through_another(county: Organisation) -> None:
    endow(county, 1_000_00, FIRST)
    booked(county, "interest_special", 3_00, SECOND)
    lines = trial_balance(book=CASH, first=FIRST, last=TODAY)
    assert {line.of[0]: line.after for line in lines} == {
        "contribution_income": -1_000_00,
        "expenditure_bank": 1_000_00,
        "fiscal_special": 3_00,
        "income_bank": 0,
        "interest_income": -3_00,
    }
    assert balance_of("contribution_due", TODAY) == -1_000_00  # it was not accrued before
    assert balance_of("received", TODAY) == 1_000_00


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_moves_its_accounts_in_their_books(kind: str) -> None:
    books = [{ACCOUNTS[account].book for account in pair} for pair in pairs(kind, "")]
    assert books in ([{CASH}], [{CASH}, {BUSINESS}])
    assert len(dict(CODES)) == len(KINDS) + 1


def test_nothing_is_in_the_books_until_another_checks(county: Organisation) -> None:
    made = voucher(county, "contributions", 100, FIRST)
    assert not Entry.objects.exists()
    with acting(user(1)), pytest.raises(ProblemError, match="A112"):
        decide_voucher(voucher_id=made.pk, approve=True, reason="自己复核")
    with acting(user(2)):
        assert decide_voucher(voucher_id=made.pk, approve=False, reason="金额不符").state == "refused"
        with pytest.raises(ProblemError, match="M110"):
            decide_voucher(voucher_id=made.pk, approve=True, reason="再来")
    assert not Entry.objects.exists()


def test_the_database_itself_wants_two_people(county: Organisation) -> None:
    made = voucher(county, "contributions", 100, FIRST)
    with pytest.raises(IntegrityError, match="voucher_checked_by_another"), transaction.atomic():
        Voucher.objects.filter(id=made.pk).update(state="approved", checked_by=1)


def test_a_document_is_entered_once_unless_refused(county: Organisation) -> None:
    made = voucher(county, "contributions", 100, FIRST, document="银行回单 7")
    with pytest.raises(ProblemError, match="M111"):
        voucher(county, "contributions", 100, FIRST, document="银行回单 7")
    with acting(user(2)):
        decide_voucher(voucher_id=made.pk, approve=False, reason="错")
    voucher(county, "contributions", 90, FIRST, document="银行回单 7")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gift"},
        {"fen": 0},
        {"fen": -5},
        {"day": date(2025, 3, 11)},
        {"scheme": "none"},
        {"account": "held"},
        {"document": " "},
        {"kind": "opening"},
        {"kind": "opening", "account": "surplus"},
        {"kind": "opening", "account": "nothing"},
    ],
)
def test_what_cannot_be_is_refused(county: Organisation, wrong: dict) -> None:
    said = {"kind": "contributions", "fen": 100, "day": FIRST, **wrong}
    with pytest.raises(ProblemError, match="M109"):
        voucher(county, **said)


def test_no_account_runs_below_zero_on_any_day(county: Organisation) -> None:
    booked(county, "contributions", 100, SECOND)
    early = voucher(county, "to_special", 100, FIRST)
    with pytest.raises(ProblemError, match="M108"):
        approve(early)
    approve(voucher(county, "to_special", 60, SECOND))
    with pytest.raises(ProblemError, match="M108"):
        approve(voucher(county, "to_special", 41, SECOND))
    approve(voucher(county, "to_special", 40, TODAY))
    with pytest.raises(ProblemError, match="M108"):  # 40 left on the tenth, so not 50 on the second
        approve(voucher(county, "opening", -50, SECOND, account="income_bank"))


def test_an_opening_and_its_restatement(county: Organisation) -> None:
    booked(county, "opening", 500_00, FIRST, account="fiscal_special")
    hospital = organisation("provider", county)
    booked(county, "opening", -80_00, FIRST, account="provider_payable", organisation_id=hospital.pk)
    booked(county, "opening", 5_00, SECOND, account="provider_payable", organisation_id=hospital.pk)
    assert balance_of("fiscal_special", TODAY) == -balance_of("surplus", TODAY) == 500_00
    assert balance_of("provider_payable", TODAY, organisation=hospital.pk) == -75_00
    assert balance_of("opening", TODAY) == 75_00


def test_another_branch_and_whoever_may_not(county: Organisation) -> None:
    made = voucher(county, "contributions", 100, FIRST)
    elsewhere = organisation("agency", organisation("agency"))
    with acting(user(2, Scope("agency", elsewhere.path))), pytest.raises(ProblemError, match="A114"):
        decide_voucher(voucher_id=made.pk, approve=True, reason="x")
    with acting(user(2, None, "ledger.enter")), pytest.raises(ProblemError, match="A101"):
        decide_voucher(voucher_id=made.pk, approve=True, reason="x")


@pytest.mark.parametrize("locked", [True, False])
def test_two_who_draw_the_last_fen(own_database: str, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """With the lock off both are let through: the account runs below zero, so the harness sees the race."""
    with clock.at(TODAY), acting(user(1)):
        put_in_force()
        county = organisation("agency", organisation("agency"))
        booked(county, "contributions", 100, FIRST)
        drawn = [voucher(county, "to_special", 100, FIRST) for _ in range(2)]
    together = threading.Barrier(2)
    if not locked:
        monkeypatch.setattr(fund_office, "lock", lambda *_: None)
        looked = banks.free

        def free(*asked):
            found = looked(*asked)
            together.wait(10)
            return found

        monkeypatch.setattr(banks, "free", free)
    said = []

    def draw(made: Voucher) -> None:
        try:
            with clock.at(TODAY):
                approve(made)
                said.append("done")
        except ProblemError as error:
            said.append(error.problems[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw, args=[one]) for one in drawn]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == (["M108", "done"] if locked else ["done", "done"])
    with acting(user(1)):
        assert sum(Posting.objects.filter(account="income_bank").values_list("fen", flat=True)) == (
            0 if locked else -100
        )
