"""Months in whatever order people come: the books are as a plain model of the balances has them, and what the model
refuses is refused."""

from contextlib import ExitStack
from datetime import date

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.disbursement.stage import account
from tests.record.ledger.stage import user
from tests.record.payment.stage import CLOSES, DECIDES, ENTERS, LATER, MAY, PAYS, TODAY, city, closed, entered, stay
from tests.record.payment.stage import hospital as hospital_with
from tests.record.payment.test_applying import STAY, classed, figures
from tests.record.undone import in_what_was_built
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.disbursement.deciding import review
from tongchou.record.disbursement.models import PaymentLine, PaymentOrder
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.ledger.queries import trial_balance
from tongchou.record.payment import queries
from tongchou.record.payment.appealing import accept, appeal, decide_appeal
from tongchou.record.payment.applying import apply_for_clearing, withdraw_application
from tongchou.record.payment.declaring import declare
from tongchou.record.payment.deducting import deduct, withdraw
from tongchou.record.payment.finishing import close_review, finalise
from tongchou.record.payment.opening import open_statement, reopen
from tongchou.record.payment.prepaying import prepay
from tongchou.record.postgres import Cluster
from tongchou.record.settlement.verify import verify

PAID = 6_825_00
QUOTA = 9_500_00
"""A month of 120,000 yuan less 5 %."""
NAMES = ("payable", "review", "deposit", "deferred")


def build() -> tuple[int, int, int, list[int]]:
    """City, hospital with its organisation, and the settlements of May, whose books are closed."""
    with clock.at(TODAY), doing_everything():
        put_in_force()
        where = city()
        at = hospital_with(where, 12 * 10_000_00)
        account(organisation_id=at.organisation_id)
        events = [classed(stay(at, where)).pk for _ in range(2)]
        closed()
        return where.pk, at.pk, at.organisation_id, events


class Months(RuleBasedStateMachine):
    """The model: the balances, the state of the statement, and of each deduction its settlement, amount and state; and
    the application that stands, which keeps an open statement from staying open."""

    server: Cluster

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        built = self.stack.enter_context(in_what_was_built(self.server, "months", build))
        self.city, self.at, self.organisation, self.events = built
        self.stack.enter_context(clock.at(TODAY))
        self.stack.enter_context(doing_everything())
        self.balances = dict.fromkeys(NAMES, 0) | {"payable": 2 * PAID, "in_payment": 0, "accrued": 2 * PAID}
        self.state, self.number, self.order, self.application = "", 0, 0, 0
        self.deductions: dict[int, list] = {}  # number → settlement, fen, state, what stands

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            try:
                assert verify() == []
            finally:
                self.stack.close()

    def agree(self) -> None:
        found = {line.of[0]: -line.after for line in trial_balance(book="business", first=LATER, last=LATER)}
        here = {name: found.get(f"provider_{name}", 0) for name in NAMES}
        here |= {"in_payment": found.get("in_payment", 0), "accrued": -found.get("benefit_accrued", 0)}
        assert here == self.balances

    @invariant()
    def stands(self) -> None:
        if self.state:
            assert queries.look_at(statement_id=self.number).state == self.state

    def move(self, out: str, into: str, fen: int) -> None:
        self.balances[out] -= fen
        self.balances[into] += fen

    def attempt(self, works: bool, do, who: int | None = None, day: date = TODAY):
        """Do it; whether it works is what the model says."""
        with ExitStack() as stack:
            stack.enter_context(clock.at(day))
            if who is not None:
                stack.enter_context(acting(user(who)))
            if works:
                made = do()
                self.agree()
                return made
            with pytest.raises(ProblemError):
                do()
            self.agree()
            return None

    @property
    def deducted(self) -> int:
        return sum(one[3] for one in self.deductions.values() if one[3])

    @rule()
    def open(self) -> None:
        works = not self.state and not self.order
        if works:
            self.move("payable", "review", 2 * PAID)
        made = self.attempt(works, lambda: open_statement(institution_id=self.at, month=MAY, scheme="employee"))
        if made:
            self.state, self.number = self.as_opened, made.pk

    @property
    def as_opened(self) -> str:
        return "declared" if self.application else "opened"

    @rule(more=st.sampled_from((0, 0, 0, 1)))
    def apply(self, more: int) -> None:
        works = not more and (self.application > 0 or self.state in ("", "opened"))
        said = {**figures(2), "total": figures(2)["total"] + more}
        asked = {"institution_id": self.at, "clearing": STAY, "month": MAY, "there": said}
        made = self.attempt(works, lambda: apply_for_clearing(**asked))
        if made:
            assert self.application in (0, made.pk)
            self.application = made.pk
            self.state = self.state and ("declared" if self.state == "opened" else self.state)

    @rule()
    def withdraw_what_was_applied_for(self) -> None:
        if not self.application:
            return
        works = not self.state or (self.state == "declared" and not self.deductions)
        asked = {"institution_id": self.at, "application": self.application}
        if self.attempt(works, lambda: withdraw_application(**asked)):
            self.application = 0
            self.state = self.state and "opened"

    @rule(wrong=st.sampled_from((0, 0, 0, 1, -1)))
    def declare(self, wrong: int) -> None:
        works = self.state == "opened" and not wrong
        self.attempt(works, lambda: declare(statement_id=self.number, fund=2 * PAID + wrong, account=0, others=0))
        self.state = "declared" if works else self.state

    @rule(which=st.integers(0, 1), fen=st.sampled_from((1, 99_99, 3_000_01, PAID, PAID + 1)))
    def deduct(self, which: int, fen: int) -> None:
        taken = sum(one[1] for one in self.deductions.values() if one[0] == which and one[2] != "withdrawn")
        works = self.state == "declared" and taken + fen <= PAID
        from tongchou.record.settlement.models import Event

        event = Event.objects.get(id=self.events[which])
        made = self.attempt(works, lambda: deduct(entered=entered(event, fen)), ENTERS)
        if made:
            self.deductions[made.pk] = [which, fen, "open", None]

    @rule(data=st.data(), act=st.sampled_from(("withdraw", "accept", "appeal", "decide")), late=st.booleans())
    def go_on(self, data: st.DataObject, act: str, late: bool) -> None:
        if not self.deductions:
            return
        number = data.draw(st.sampled_from(sorted(self.deductions)))
        one = self.deductions[number]
        day = LATER if late else TODAY
        if act == "withdraw":
            works = self.state == "declared" and one[2] == "open"
            self.attempt(works, lambda: withdraw(deduction_id=number, reason="x"), ENTERS)
            one[2:] = ["withdrawn", 0] if works else one[2:]
        elif act == "accept":
            works = self.state == "reviewed" and one[2] == "open"
            self.attempt(works, lambda: accept(deduction_id=number))
            one[2:] = ["accepted", one[1]] if works else one[2:]
        elif act == "appeal":
            works = self.state == "reviewed" and one[2] == "open" and not late
            self.attempt(works, lambda: appeal(deduction_id=number, reason="x"), day=day)
            one[2:] = ["appealed", None] if works else one[2:]
        else:
            stands, who = data.draw(st.integers(0, one[1] + 1)), data.draw(st.sampled_from((ENTERS, DECIDES)))
            works = self.state == "reviewed" and one[2] == "appealed" and stands <= one[1] and who == DECIDES
            self.attempt(works, lambda: decide_appeal(deduction_id=number, stands=stands, reason="x"), who)
            one[2:] = ["decided", stands] if works else one[2:]

    @rule()
    def close_review(self) -> None:
        works = self.state == "declared"
        self.attempt(works, lambda: close_review(statement_id=self.number, reason="x"), CLOSES)
        self.state = "reviewed" if works else self.state

    @rule(who=st.sampled_from((CLOSES, DECIDES, DECIDES, DECIDES)), late=st.booleans())
    def finalise(self, who: int, late: bool) -> None:
        states = {one[2] for one in self.deductions.values()}
        works = self.state == "reviewed" and who == DECIDES and "appealed" not in states
        works = works and (late or "open" not in states)
        if works:
            for one in self.deductions.values():
                one[2:] = ["unopposed", one[1]] if one[2] == "open" else one[2:]
            self.balances["review"] -= self.deducted
            self.balances["accrued"] -= self.deducted
            self.state = "final"
        self.attempt(works, lambda: finalise(statement_id=self.number, reason="x"), who, LATER if late else TODAY)

    @rule()
    def prepay(self) -> None:
        works = self.state == "final"
        if works:
            reviewed = 2 * PAID - self.deducted
            within = min(reviewed, QUOTA)
            withheld = within // 10
            deposit = (within - withheld) * 5 // 100
            self.move("review", "deferred", reviewed - within + withheld)
            self.move("review", "deposit", deposit)
            self.move("review", "payable", within - withheld - deposit)
            self.state = "prepaid"
        self.attempt(works, lambda: prepay(statement_id=self.number), PAYS)

    @rule()
    def reopen(self) -> None:
        works = self.state != "" and not (self.state == "prepaid" and self.order)
        if works:
            order = self.balances["in_payment"]
            self.balances = dict.fromkeys(self.balances, 0) | {"review": 2 * PAID, "accrued": 2 * PAID}
            assert not order
            self.state, self.deductions = self.as_opened, {}
        made = self.attempt(works, lambda: reopen(statement_id=self.number, reason="x"))
        self.number = made.pk if made else self.number

    @rule()
    def order_or_refuse(self) -> None:
        """What is payable is ordered; an order that stands is refused."""
        if self.order:
            self.move("in_payment", "payable", self.balances["in_payment"])
            self.attempt(True, lambda: review(order_id=self.order, approve=False, reason="x"), 2)
            self.order = 0
            return
        given = {"payee": "provider", "agency": self.city, "scheme": "employee", "through": date(2025, 5, 31)}
        fen = self.balances["payable"]
        self.move("payable", "in_payment", fen)
        made: PaymentOrder | None = self.attempt(fen > 0, lambda: prepare(**given))
        if made:
            self.order = made.pk
            assert PaymentLine.objects.get(order=made).fen == fen


def test_months_agree_with_a_plain_model(server: Cluster) -> None:
    Months.server = server
    try:
        run_state_machine_as_test(Months, settings=settings(max_examples=15, stateful_step_count=25, deadline=None))
    finally:
        connection.close()
