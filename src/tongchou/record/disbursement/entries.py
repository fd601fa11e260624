"""What each step of an order means in the books. All of it moves among the accounts of what is owed and `paid_out`, so
that their sum stays what was accrued; the cash book moves when the bank has paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from tongchou.record.disbursement.models import PaymentItem, PaymentOrder
from tongchou.record.ledger.posting import Fund, Leg, post, take_back

ORDERED, REFUSED, APPROVED, ANSWERED = "payment", "payment_refused", "payment_approved", "payment_answered"
PAY_OUT = "pay_out"
"""What contributions pay out one by one goes the same way (`contributions.cash_postings`)."""
OWN_BEARERS = ("", "fund", "account")
"""What these bear is the fund's spending; what others bear is advanced to the payee on their behalf."""


def ordered(order: PaymentOrder, items: Iterable[PaymentItem], source: str) -> None:
    """An order was prepared: its items leave `source`, a payable or what the bank returned."""
    post(ORDERED, f"payment {order.pk}", order.at.date(), _legs(order, items, source, "in_payment"))


def approved(order: PaymentOrder, items: Iterable[PaymentItem], day: date) -> None:
    post(APPROVED, f"payment {order.pk} approved", day, _legs(order, items, "in_payment", "approved_payment"))


def refused(order: PaymentOrder, day: date) -> None:
    """What the order took is owed, or to be reissued, as before."""
    take_back(REFUSED, f"payment {order.pk} refused", f"payment {order.pk}", day)


def answered(order: PaymentOrder, answer: int, day: date, moved: Iterable[tuple[PaymentItem, str, str]]) -> None:
    """The bank's answers of a day: items with the stage they leave and the one they reach. What reaches `paid_out` left
    the expenditure account, and what leaves it came back."""
    rows = list(moved)
    legs = [leg for item, out, into in rows for leg in _legs(order, [item], out, into)]
    source = f"bank answer {answer} {day}"
    post(ANSWERED, source, day, legs)
    sums: defaultdict[Fund, int] = defaultdict(int)
    for item, out, into in rows:
        if "paid_out" in (out, into):
            sums[_fund(order, item)] += item.fen if into == "paid_out" else -item.fen
    cash = []
    for fund, fen in sums.items():
        spent = "benefit_paid" if fund.bearer in OWN_BEARERS else "advances"
        cash += [Leg(spent, fund, fen), Leg("expenditure_bank", fund, -fen)]
    post(ANSWERED, source, day, cash)


def _fund(order: PaymentOrder, item: PaymentItem) -> Fund:
    return Fund(order.scheme, item.county_id, item.fund, item.year, item.bearer)


def _legs(order: PaymentOrder, items: Iterable[PaymentItem], out: str, into: str) -> list[Leg]:
    legs = []
    for item in items:
        fund, to = _fund(order, item), item.line.organisation_id
        legs += [Leg(out, fund, item.fen, to, item.person), Leg(into, fund, -item.fen, to, item.person)]
    return legs
