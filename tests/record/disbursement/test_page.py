"""The worked example of the page about the books, event by event."""

from collections.abc import Callable
from datetime import date
from itertools import groupby

from tests.docs.pages import DOCS, tables
from tests.record.contributions.stage import doing_everything, put_in_force, worker
from tests.record.disbursement.stage import account, answer
from tests.record.ledger.stage import booked, user
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import ACCOUNT, hospital, retired, treated
from tongchou.ground.money import yuan
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import Part
from tongchou.record.contributions.receiving import receive
from tongchou.record.disbursement.answering import record_returns
from tongchou.record.disbursement.bridge import bridge
from tongchou.record.disbursement.deciding import approve, review
from tongchou.record.disbursement.models import PaymentOrder
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.disbursement.sending import bank_file
from tongchou.record.ledger.queries import trial_balance
from tongchou.record.settlement.settling import settle

PAGE = tables(DOCS / "algorithms" / "books.md")
TODAY = date(2025, 6, 1)


def held() -> dict[str, int]:
    lines = [one for book in ("business", "cash") for one in trial_balance(book=book, first=TODAY, last=TODAY)]
    return {line.of[0]: line.after for line in lines}


def test_the_worked_example(record: None) -> None:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        at, firm, person = hospital(city, "二级"), organisation("employer", city), retired(city)
        account(organisation_id=at.organisation_id)
        worker(city, firm)

        def credit() -> None:
            enter([Movement(person.pk, "employee", ACCOUNT, date(2025, 1, 1), "credit", 500_00, "stage")])

        def paid() -> None:
            for part in Part.objects.all():
                receive(number=f"T{part.pk}", part=part.pk, day=date(2025, 4, 10), fen=part.fen)

        def approved() -> None:
            with acting(user(2)):
                review(order_id=PaymentOrder.objects.get().pk, approve=True, reason="相符")
            with acting(user(3)):
                approve(order_id=PaymentOrder.objects.get().pk, approve=True, reason="同意")

        def answered() -> None:
            sent = bank_file(order_id=PaymentOrder.objects.get().pk)
            record_returns(order_id=sent.order_id, sheet=answer(sent, TODAY, "成功"))

        events: dict[str, Callable[[], object]] = {
            "the account is credited": credit,
            "March is assessed": lambda: assess_month(insurance="employee", month=date(2025, 3, 1), employer=firm.pk),
            "March is paid": paid,
            "the stay is settled": lambda: settle(visit_id=treated(at, person, date(2025, 5, 10), 8_000_00).pk),
            "a subsidy arrives": lambda: booked(city, "fiscal_subsidy", 8_000_00, TODAY),
            "money goes to the expenditure account": lambda: booked(city, "to_expenditure", 7_400_00, TODAY),
            "an order is prepared": lambda: prepare(payee="provider", agency=city.pk, scheme="employee", through=TODAY),
            "it is approved": approved,
            "the bank has paid": answered,
        }
        told = {event: sorted(row[1:] for row in rows) for event, rows in groupby(PAGE["books"], lambda row: row[0])}
        assert list(told) == list(events)
        for event, do in events.items():
            before = held()
            do()
            moved = {name: fen - before.get(name, 0) for name, fen in held().items()}
            assert sorted([name, yuan(fen)] for name, fen in moved.items() if fen) == told[event], event
        assert [
            [one.fund, *(yuan(fen) for fen in (one.accrued, one.paid, one.outstanding, one.unexplained))]
            for one in bridge(on=TODAY)
            if one.accrued
        ] == PAGE["bridge"]
