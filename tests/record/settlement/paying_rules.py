"""Rules of the state machine on money that leaves: orders are prepared, refused or sent, and the bank pays, returns, or
returns what it had paid; what is returned goes out again. The model knows of an order what it pays and where it is."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.record.disbursement.stage import account, answer, see_through
from tests.record.ledger.stage import endow, user
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.disbursement.answering import record_returns
from tongchou.record.disbursement.deciding import review
from tongchou.record.disbursement.models import BankFile, PaymentOrder
from tongchou.record.disbursement.preparing import prepare
from tongchou.record.disbursement.reissuing import reissue
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers.models import Institution

PLENTY = 10**11
"""Fen in the account from which all is paid."""
PREPARED, SENT, PAID, RETURNED = "in_payment", "approved_payment", "paid_out", "payment_returned"
"""Where an order is: the account under which the books have it."""
STAGES = (PREPARED, SENT, PAID, RETURNED)


@dataclass
class Paying:
    """An order in the model. `of`: the one in whose place it stands."""

    order: PaymentOrder
    fen: int
    source: str
    at: str = PREPARED
    sent: BankFile | None = None
    of: "Paying | None" = None


class Payments(RuleBasedStateMachine):
    """Whoever mixes it in has a `day`, an institution `at` in a `city`, a list `posted`, and `posting_day`."""

    day: date
    city: Organisation
    at: Institution
    posted: list[tuple[date, str, int]]
    serial: ClassVar[int] = 0

    def begin_paying(self) -> None:
        self.orders: list[Paying] = []
        endow(self.city, PLENTY, self.day)
        self.new_account()

    def posting_day(self) -> date:
        raise NotImplementedError

    def new_account(self) -> None:
        Payments.serial += 1
        account(f"62220000{Payments.serial:08d}", organisation_id=self.at.organisation_id)

    @rule(data=st.data(), steps=st.integers(1, 4))
    def money_moves(self, data: st.DataObject, steps: int) -> None:
        """Some of what can come next."""
        for _ in range(steps):
            one = data.draw(st.sampled_from([None, *range(len(self.orders))]))
            self.go_on(None if one is None else self.orders[one], data.draw(st.booleans()))

    def go_on(self, one: Paying | None, well: bool) -> None:
        """What comes next for an order, or a new one; `well`: approved, or paid."""
        with clock.at(self.day):
            if one is None:
                self.order_what_is_owed()
            elif one.at == PREPARED:
                self.decide(one, well)
            elif one.at == RETURNED:
                self.send_again(one)
            else:
                self.the_bank_answers(one, PAID if well and one.at == SENT else RETURNED)

    def order_what_is_owed(self) -> None:
        owed = -sum(fen for _, name, fen in self.posted if name == "provider_payable")
        given = {"payee": "provider", "agency": self.city.pk, "scheme": "employee", "through": self.day}
        if owed <= 0:
            with pytest.raises(ProblemError, match="M203"):
                prepare(**given)
            return
        order = prepare(**given)
        (line,) = order.lines.all()
        assert line.fen == owed
        self.orders.append(one := Paying(order, owed, "provider_payable"))
        self.move(one, one.source, PREPARED)

    def decide(self, one: Paying, well: bool) -> None:
        if well:
            one.sent = see_through(one.order)
            self.move(one, PREPARED, SENT)
            return
        with acting(user(2)):
            review(order_id=one.order.pk, approve=False, reason="账户不符")
        self.move(one, PREPARED, one.source)
        self.orders.remove(one)
        if one.of is not None:
            self.orders.append(one.of)

    def the_bank_answers(self, one: Paying, into: str) -> None:
        assert one.sent is not None
        said = answer(one.sent, self.day, "成功" if into == PAID else "R01")
        for _ in range(2):  # the same file again changes nothing
            record_returns(order_id=one.order.pk, sheet=said)
        self.move(one, one.at, into)

    def send_again(self, one: Paying) -> None:
        """What was returned goes out into another account."""
        self.new_account()
        order = reissue(order_id=one.order.pk, reason="账户已更正")
        self.orders.remove(one)
        self.orders.append(again := Paying(order, one.fen, RETURNED, of=one))
        self.move(again, RETURNED, PREPARED)

    def move(self, one: Paying, out: str, into: str) -> None:
        one.at, day = into, self.posting_day()
        self.posted += [(day, out, one.fen), (day, into, -one.fen)]
