"""The worked example of the page about the hospital's month, step by step."""

from collections.abc import Callable
from itertools import groupby

from tests.docs.pages import DOCS, tables
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.disbursement.stage import account
from tests.record.ledger.stage import user
from tests.record.payment.stage import (
    DECIDES,
    LATER,
    MAY,
    PAYS,
    TODAY,
    at_hospital,
    city,
    closed,
    declared,
    deducted,
    final,
    hospital,
    opened,
    reviewed,
    stay,
)  # fmt: skip
from tongchou.ground.money import yuan
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.disbursement.bridge import bridge
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.ledger.queries import trial_balance
from tongchou.record.payment.appealing import appeal, decide_appeal
from tongchou.record.payment.entries import last_day
from tongchou.record.payment.models import Statement
from tongchou.record.payment.prepaying import prepay

PAGE = tables(DOCS / "algorithms" / "hospital-month.md")


def held() -> dict[str, int]:
    return {line.of[0]: line.after for line in trial_balance(book="business", first=LATER, last=LATER)}


def test_the_worked_example(record: None) -> None:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        where = city()
        at = hospital(where, 150_000_00)
        account(organisation_id=at.organisation_id)
        events = []

        def finished() -> None:
            found = declared(Statement.objects.get())
            deducted(events[0], 100_01)
            lifted = deducted(events[1], 50_00)
            reviewed(found)
            with acting(at_hospital(at)):
                appeal(deduction_id=lifted.pk, reason="诊疗必需")
            with acting(user(DECIDES)):
                decide_appeal(deduction_id=lifted.pk, stands=0, reason="申诉成立")
            final(found)

        def settled() -> None:
            events.extend(stay(at, where) for _ in range(2))
            closed()

        def prepaid() -> None:
            with clock.at(LATER), acting(user(PAYS)):
                prepay(statement_id=Statement.objects.get().pk)

        def ordered() -> None:
            with clock.at(LATER):
                prepare(payee="provider", agency=where.pk, scheme="employee", through=last_day(MAY))

        steps: dict[str, Callable[[], object]] = {
            "the stays are settled": settled,
            "it is opened": lambda: opened(at),
            "it is final": finished,
            "it is prepaid": prepaid,
            "an order is prepared": ordered,
        }
        told = {step: sorted(row[1:] for row in rows) for step, rows in groupby(PAGE["month"], lambda row: row[0])}
        assert list(told) == list(steps)
        for step, do in steps.items():
            before = held()
            do()
            moved = {name: fen - before.get(name, 0) for name, fen in held().items()}
            assert sorted([name, yuan(fen)] for name, fen in moved.items() if fen) == told[step], step
        assert all(one.unexplained == 0 for one in bridge(on=LATER))
