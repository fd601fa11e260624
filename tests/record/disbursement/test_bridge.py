"""The two books reconcile whatever was done in whatever order, and an error between them is seen."""

import csv
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.contributions.stage import put_in_force
from tests.record.disbursement.stage import account, answer, hospital, owe
from tests.record.ledger.stage import booked, endow, user
from tests.record.orgs.people import organisation
from tests.record.undone import undone
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.disbursement.answering import record_returns
from tongchou.record.disbursement.bridge import Span, as_csv, as_markdown, bridge
from tongchou.record.disbursement.deciding import approve, review
from tongchou.record.disbursement.models import BankFile, LineAnswer, PaymentOrder
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.disbursement.reissuing import reissue
from tongchou.record.disbursement.sending import bank_file
from tongchou.record.ledger.months import close_month
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.orgs.models import Organisation

TODAY = date(2025, 3, 10)
JANUARY, LAST = date(2025, 1, 15), date(2025, 2, 28)


@pytest.fixture
def county(record: None):
    with clock.at(TODAY), acting(user(1)):
        put_in_force()
        found = organisation("agency", organisation("agency"))
        endow(found, 1_000_000_00, date(2025, 1, 1))
        yield found


def order(county: Organisation) -> PaymentOrder:
    return prepare(payee="provider", agency=county.pk, scheme="employee", through=TODAY)


def send(made: PaymentOrder) -> BankFile:
    with acting(user(2)):
        review(order_id=made.pk, approve=True, reason="x")
    with acting(user(3)):
        approve(order_id=made.pk, approve=True, reason="x")
    with acting(user(4)):
        return bank_file(order_id=made.pk)


def test_every_difference_has_its_name(county: Organisation) -> None:
    first, second = hospital(county, "11111111"), hospital(county, "22222222")
    owe(county, "s1", JANUARY, 600_00, first.pk)
    owe(county, "s2", JANUARY, 400_00, second.pk)
    sent = send(order(county))
    record_returns(order_id=sent.order_id, sheet=answer(sent, TODAY, "成功", "A03"))
    owe(county, "s3", JANUARY, 30_00, first.pk)
    order(county)
    owe(county, "s4", JANUARY, 2_00, first.pk)
    (one,) = bridge(on=TODAY)
    assert one == Span("employee", "pool", 2025, 1_032_00, 600_00, 2_00, 30_00, 400_00, 0)
    assert (one.outstanding, one.unexplained) == (432_00, 0)
    with clock.at(date(2025, 3, 11)):
        (before,) = bridge(on=date(2025, 2, 1))
        assert (before.accrued, before.free, before.unexplained) == (1_032_00, 1_032_00, 0)


def test_as_a_page(county: Organisation) -> None:
    owe(county, "s1", JANUARY, 1_600_05, hospital(county).pk)
    rows = list(csv.reader(as_csv(bridge(on=TODAY)).splitlines()))
    assert rows[1][:6] == ["employee", "pool", "2025", "1600.05", "0.00", "1600.05"]
    assert rows[-1][0] == "合计 sum"
    page = as_markdown(bridge(on=TODAY)).splitlines()
    assert len(page) == 4
    assert page[2].startswith("| employee | pool | 2025 | 1600.05 |")


def test_a_month_closed_in_one_book_only_is_told_as_timing(county: Organisation) -> None:
    with clock.at(LAST):
        owe(county, "s1", JANUARY, 600_00, hospital(county).pk)
        sent = send(prepare(payee="provider", agency=county.pk, scheme="employee", through=LAST))
    for book in ("business",):
        for month in (JANUARY, LAST):
            close_month(book=book, month=month)
    record_returns(order_id=sent.order_id, sheet=answer(sent, LAST, "成功"))
    (one,) = bridge(on=LAST)
    assert (one.paid, one.ordered, one.timing, one.unexplained) == (600_00, 600_00, -600_00, 0)
    (one,) = bridge(on=TODAY)
    assert (one.outstanding, one.timing, one.unexplained) == (0, 0, 0)


def test_an_error_between_the_books_is_seen(county: Organisation) -> None:
    """Somebody debits a payable without any payment: the orders and the cash book know nothing of it."""
    owe(county, "s1", JANUARY, 600_00, hospital(county).pk)
    fund = Fund("employee", county.pk, "pool", 2025, "fund")
    post("x", "wrong 1", TODAY, [Leg("provider_payable", fund, 100_00), Leg("in_payment", fund, -100_00)])
    (one,) = bridge(on=TODAY)
    assert one.unexplained == 100_00


def test_a_transfer_that_was_sent_is_paid(county: Organisation) -> None:
    fund = Fund("employee", county.pk, "pool", 2025)
    post("transfer", "t1", JANUARY, [Leg("account_liability", fund, 90_00), Leg("transfer_payable", fund, -90_00)])
    booked(county, "transfer_sent", 40_00, TODAY)
    (one,) = bridge(on=TODAY)
    assert (one.accrued, one.paid, one.free, one.unexplained) == (90_00, 40_00, 50_00, 0)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(("owe", "owe", "take back", "prepare", "see", "refuse", "answer", "answer", "reissue")),
        st.integers(1, 900),
        st.integers(0, 7),
    ),
    min_size=3,
    max_size=14,
)


@pytest.mark.usefixtures("county")
@settings(max_examples=15)
@given(MOVES)
def test_the_books_reconcile_whatever_happens(moves: list[tuple[str, int, int]]) -> None:
    """After each move, against a model that knows only what was owed and what the bank kept."""
    county = Organisation.objects.filter(kind="agency").order_by("-id").first()
    with undone():
        hospitals = [hospital(county, f"{number}" * 8) for number in (1, 2)]
        accrued, kept = 0, 0
        for number, (what, fen, choice) in enumerate(moves):
            found = list(PaymentOrder.objects.order_by("id"))
            of = found[choice % len(found)] if found else None
            try:
                if what in ("owe", "take back"):
                    signed = fen if what == "owe" else -fen
                    year = 2024 if choice & 1 else 2025
                    day, to = date(year, 1, 1 + choice), hospitals[choice & 1]
                    owe(county, f"move {number}", day, signed, to.pk, bearer="fund" if choice & 2 else "insurer")
                    accrued += signed
                elif what == "prepare":
                    order(county)
                elif of is not None and what == "see":
                    send(of)
                elif of is not None and what == "refuse":
                    with acting(user(2)):
                        review(order_id=of.pk, approve=False, reason="x")
                elif of is not None and what == "answer":
                    sent = BankFile.objects.filter(order=of).first()
                    if sent is not None:
                        told = [("成功", "A01", None)[(choice >> at) % 3] for at in range(sent.lines)]
                        record_returns(order_id=of.pk, sheet=answer(sent, TODAY, *told))
                elif of is not None and what == "reissue":
                    for one in hospitals:
                        account(f"{number:08}", organisation_id=one.pk)
                    reissue(order_id=of.pk, reason="x")
            except ProblemError as error:
                if error.problems[0].code not in ("M203", "M204", "M207", "M209", "U110"):
                    raise
            back = LineAnswer.objects.filter(outcome="returned").values("line")
            kept = sum(
                one.line.fen
                for one in LineAnswer.objects.filter(outcome="paid").exclude(line__in=back).select_related("line")
            )
            spans = bridge(on=TODAY)
            assert sum(one.accrued for one in spans) == accrued
            assert sum(one.paid for one in spans) == kept
            assert all(one.unexplained == 0 and one.timing == 0 for one in spans)
