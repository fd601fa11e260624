"""Orders, what was received and given back on them, arrears, late fees, the collection rate. Rules CON-13, CON-16."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tongchou.engines.contributions.due import due_rule
from tongchou.engines.contributions.histories import Payment
from tongchou.engines.contributions.split import Ints
from tongchou.ground.errors import fail
from tongchou.ground.money import UNITS, round_fraction, yuan
from tongchou.ground.region.contribution_kinds import Due
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.values import finite, ratio, value_of

DEFERRED, CLAIMED = "deferred", "claimed"


@dataclass(frozen=True)
class Order:
    """应缴: what one payer owes of a levy for a period, in fen; `state` is `due`, `deferred` until `due_on`,
    or `claimed` where it is had from a fiscal fund in one sum and not asked of anybody."""

    order_id: str
    person_id: str
    scheme: str
    levy: str
    payer: str
    from_date: date
    through_date: date
    fen: int
    due_on: date | None
    state: Literal["due", "deferred", "claimed"] = "due"


@dataclass(frozen=True)
class Receipt:
    """Money in for an order, in fen; a refund is money out of it."""

    receipt_id: str
    order_id: str
    day: date
    fen: int
    refund: bool = False


@dataclass(frozen=True)
class Balance:
    """An order on a day. `arrears` is what is unpaid after the due date, `open` what is unpaid and not yet due;
    `over` was paid too much and may be given back. All in fen."""

    order: Order
    paid: int
    open: int
    arrears: int
    over: int
    late_fee: int
    cite: str


def balances(
    pack: Pack, orders: Iterable[Order], receipts: Iterable[Receipt], on: date, facts: Mapping[str, Any] | None = None
) -> list[Balance]:
    """Every order on a day, in the given order. What happened later than `on` is not looked at.

    Raises:
        ProblemError: a receipt names no order (P003), more is given back than came in (P004), an amount is negative
            (P010).
    """
    orders = list(orders)
    movements = _movements(orders, receipts)
    found = []
    for order in orders:
        own = [r for r in movements[order.order_id] if r.day <= on]
        paid = sum(-r.fen if r.refund else r.fen for r in own)
        unpaid, due = max(0, order.fen - paid), order.due_on is not None and order.due_on < on
        fee, cite = late_fee(pack, order, own, on, facts)
        arrears = unpaid if due else 0
        found.append(Balance(order, paid, unpaid - arrears, arrears, max(0, paid - order.fen), fee, cite))
    return found


def _movements(orders: list[Order], receipts: Iterable[Receipt]) -> Mapping[str, list[Receipt]]:
    """The receipts and refunds of each order by day; on one day money comes in before it goes out."""
    known = {order.order_id for order in orders}
    found: defaultdict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if receipt.order_id not in known:
            raise fail("P003", receipt=receipt.receipt_id, order=receipt.order_id)
        found[receipt.order_id].append(receipt)
    for amount in (*(o.fen for o in orders), *(r.fen for own in found.values() for r in own)):
        if amount < 0:
            raise fail("P010", value=yuan(amount))
    for own in found.values():
        own.sort(key=lambda r: (r.day, r.refund))
        held = 0
        for receipt in own:
            if receipt.refund and receipt.fen > held:
                raise fail("P004", order=receipt.order_id, day=receipt.day, amount=yuan(receipt.fen), paid=yuan(held))
            held += -receipt.fen if receipt.refund else receipt.fen
    return found


def late_fee(
    pack: Pack, order: Order, movements: Iterable[Receipt], on: date, facts: Mapping[str, Any] | None = None
) -> tuple[int, str]:
    """滞纳金 on a day in fen, with its article: a rate × what was unpaid on each day, rounded once, within its cap.

    The rule is the one in force on the first day of the order's period. The day of payment is charged no more; the
    cap is a share of what was unpaid at the end of the due date. (0, "") when nothing is declared or nothing is late.
    """
    in_force = [f for f in pack.facts if f.scheme == order.scheme and f.covers(order.from_date)]
    declared = due_rule(in_force, order.levy)
    fee = value_of(declared, Due).late_fee if declared is not None else None
    if declared is None or fee is None or order.due_on is None:
        return 0, ""
    day = order.from_date
    known = Facts(pack, {"scheme": order.scheme, **(facts or {})}, str(pack.year.label_of(day)), day)
    starts = 1 if fee.starts is None else int(finite(declared.address, fee.starts, known))
    unpaid = order.fen
    at = order.due_on + timedelta(days=starts)
    owed_days = Fraction(0)
    late = False
    for moved in [*sorted(movements, key=lambda r: (r.day, r.refund)), None]:
        day = on if moved is None else min(moved.day, on)
        if day > at:
            owed_days += max(0, unpaid) * (day - at).days
            at = day
        if moved is not None:
            if moved.day > order.due_on and not late:
                at_due, late = unpaid, True
            unpaid += moved.fen if moved.refund else -moved.fen
    if not late:
        at_due = unpaid
    exact = owed_days * ratio(declared.address, fee.per_day, known)
    if fee.at_most is not None:
        exact = min(exact, max(0, at_due) * ratio(declared.address, fee.at_most, known))
    fen = round_fraction(exact, UNITS[fee.rounding.unit], fee.rounding.mode)
    return fen, declared.citation() if fen else ""


def refuses_surplus(pack: Pack, order: Order) -> str | None:
    """The article by which more than what is owed is not taken; None where it is kept until it is given back."""
    in_force = [f for f in pack.facts if f.scheme == order.scheme and f.covers(order.from_date)]
    declared = due_rule(in_force, order.levy)
    if declared is None or value_of(declared, Due).over == "kept":
        return None
    return declared.citation()


def paid_periods(orders: Iterable[Order], receipts: Iterable[Receipt], on: date) -> list[Payment]:
    """The periods that were paid in full by a day: all payers' orders of a person, levy and period together.

    The day of payment is the day on which the last of them was; a deferred or claimed part does not hold the period
    back (its day is the first of the period). A period whose money was given back is not paid.

    Raises:
        ProblemError: as `balances`.
    """
    orders = list(orders)
    movements = _movements(orders, receipts)
    together: defaultdict[tuple[str, str, str, date, date], list[Order]] = defaultdict(list)
    for order in orders:
        together[order.person_id, order.scheme, order.levy, order.from_date, order.through_date].append(order)
    found = []
    for (person, scheme, levy, first, through), parts in together.items():
        days = [_settled_on(order, movements[order.order_id], on) for order in parts]
        known = [day for day in days if day is not None]
        if len(known) == len(days):
            found.append(Payment(person, scheme, levy, first, through, max(known)))
    return found


def _settled_on(order: Order, movements: Iterable[Receipt], on: date) -> date | None:
    """The day from which an order was paid in full and stayed so; None when it is not."""
    if order.state in (DEFERRED, CLAIMED) or order.fen == 0:
        return order.from_date
    paid, since = 0, None
    for moved in movements:
        if moved.day > on:
            break
        before, paid = paid, paid - moved.fen if moved.refund else paid + moved.fen
        if paid < order.fen:
            since = None
        elif before < order.fen:
            since = moved.day
    return since


@dataclass(frozen=True)
class CollectionRate:
    """征缴率: what was collected of a named denominator, in fen. `rate` is exact."""

    basis: str
    collected: int
    of: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.collected, self.of)


def collection_rate(
    orders: Iterable[Order], receipts: Iterable[Receipt], on: date, basis: Literal["assessed", "due"]
) -> CollectionRate:
    """What was collected on orders by a day, of what was `assessed` (应征: all of it) or of what is `due` (应收: has
    fallen due by then; deferred parts left out until they do). What was paid too much does not count.

    Raises:
        ProblemError: as `balances`; the denominator is zero (P009).
    """
    orders = list(orders)
    movements = _movements(orders, receipts)
    paid = [sum(-r.fen if r.refund else r.fen for r in movements[o.order_id] if r.day <= on) for o in orders]
    fen, owed_by = [o.fen for o in orders], [o.due_on for o in orders]
    return collected(np.array(fen, np.int64), np.array(paid, np.int64), np.array(owed_by, "datetime64[D]"), on, basis)


def collected(
    fen: Ints, paid: Ints, due_on: NDArray[np.datetime64], on: date, basis: Literal["assessed", "due"]
) -> CollectionRate:
    """The same of whole columns: what is owed, what was paid on it by `on`, and when it is due (NaT where never)."""
    counted = np.isnat(due_on) | (due_on <= np.datetime64(on)) if basis == "due" else np.ones(len(fen), np.bool_)
    total = int(fen[counted].sum())
    if total == 0:
        raise fail("P009", basis=basis)
    return CollectionRate(basis, int(np.minimum(fen, paid)[counted].sum()), total)
