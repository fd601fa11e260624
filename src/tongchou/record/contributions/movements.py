"""Money in and out of parts, and all that follows: late fees, what is paid in full, what accounts are credited.

One way for all of it, one receipt or a file of them: nothing is written unless everything is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import IntegrityError, transaction

from tongchou.engines.contributions import Order as Owed
from tongchou.engines.contributions import Receipt as Moved
from tongchou.engines.contributions import late_fee, paid_periods, refuses_surplus
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.money import yuan
from tongchou.ground.region.pack import Pack
from tongchou.record.accounts import entries
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.contributions.models import (
    Cancellation,
    Credit,
    LateFee,
    Order,
    Paid,
    Part,
    Receipt,
    ReceiptFile,
    Surplus,
)
from tongchou.record.contributions.postings import RECEIVED, Due, due_of, for_the_books, post_receipts
from tongchou.record.contributions.retiring import MAKE_UP, made_up
from tongchou.record.ledger.banks import bank_key
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import known_as

R = TypeVar("R", Receipt, LateFee)
_STRIPES = 512  # locks are taken on so many groups of orders, so that a file of a million needs no more
_ALL = system("all that moved on an order whose part is in scope")


@dataclass(frozen=True)
class Movement:
    """Money in (positive) or out of a part, in fen; `late_fee` came in beside it, or by itself where `fen` is 0."""

    number: str
    part: int
    day: date
    fen: int
    late_fee: int = 0
    reverses: int | None = None
    refund: int | None = None


def _signed(moved: Moved) -> int:
    return -moved.fen if moved.refund else moved.fen


Where = Callable[[int], Place]
"""Where the n-th movement stands, for whoever reads a complaint about it."""


def nowhere(index: int) -> Place:
    return Place()


def lock_keys(orders: Iterable[int]) -> set[tuple[str, object]]:
    return {("order", order % _STRIPES) for order in orders}


def take_in(
    movements: Sequence[Movement],
    *,
    where: Where = nowhere,
    file: ReceiptFile | None = None,
    accounts: Iterable[int] = (),
    first: Callable[[], None] = lambda: None,
    through: str = RECEIVED,
) -> list[Receipt]:
    """Record movements with all that follows. `accounts` are persons whose accounts the caller moves too, and `first`
    is what it does once everything is locked. `through`: the account of the business book that the money came through.

    Raises every problem found: J103 for a cancelled order, J105 for a number that is known, J106 for a part that is
    none or out of scope, J107 for a day to come, J108 for too much late fee, J124 for more than is owed where the rules
    refuse that; P004 where more would go out than came in.
    """
    orders = _orders_of(movements, where)
    books = _Books(pack_in_force(), set(orders.values()))
    leaves = {bank_key(books.insurance[orders[moved.part]]) for moved in movements if moved.fen < 0 or moved.reverses}
    persons = (("person", person) for person in books.retiring)
    lock(*lock_keys(books.orders), *entries.lock_keys({*books.credited, *accounts}), *leaves, *persons)
    first()
    books.open()
    if problems := [one for at, moved in enumerate(movements) for one in books.wrong(moved, where(at))]:
        raise ProblemError(*problems)
    receipts = _write(movements, file)
    books.add(receipts)
    books.note_surplus(receipts)
    fees = books.charge_late_fees(movements, receipts, where)
    post_receipts(file, books.dues(receipts), books.dues(fees), through)
    books.settle(min(moved.day for moved in movements))
    return receipts


def _orders_of(movements: Sequence[Movement], where: Where) -> dict[int, int]:
    """Part → order. Raises J106 for each part out of scope."""
    parts = {moved.part for moved in movements}
    found = dict(Part.objects.filter(id__in=parts).values_list("id", "order_id"))
    missing = [(at, moved.part) for at, moved in enumerate(movements) if moved.part not in found]
    if missing:
        raise ProblemError(*(Problem("J106", where(at), {"part": part}) for at, part in missing))
    return found


def _write(movements: Sequence[Movement], file: ReceiptFile | None) -> list[Receipt]:
    rows = [
        Receipt(
            number=moved.number,
            part_id=moved.part,
            day=moved.day,
            fen=moved.fen,
            reverses_id=moved.reverses,
            refund_id=moved.refund,
            file=file,
            at=clock.now(),
        )
        for moved in movements
    ]
    try:
        with transaction.atomic():
            return Receipt.objects.bulk_create(rows, batch_size=2_000)
    except IntegrityError as error:
        raise fail("J105", number=rows[0].number if len(rows) == 1 else "…") from error


class _Books:
    """Everything that is known about some orders."""

    def __init__(self, pack: Pack, orders: Collection[int]) -> None:
        self.pack, self.orders = pack, set(orders)
        rows = Order.objects.within(_ALL).filter(id__in=orders).values_list("id", "person_id", "insurance", "levy")
        self.whose = {order: person for order, person, _, _ in rows}
        self.insurance = {order: insurance for order, _, insurance, _ in rows}
        self.known = known_as(self.whose.values())
        self.retiring = {self.known[person] for _, person, _, levy in rows if levy == MAKE_UP}
        self.credits: defaultdict[int, list[Credit]] = defaultdict(list)
        for credit in Credit.objects.within(_ALL).filter(order_id__in=orders).select_related("terms"):
            self.credits[credit.order_id].append(credit)
        self.credited = {self.known[self.whose[order]] for order in self.credits}

    def open(self) -> None:
        """Read what may have changed until the locks were held."""
        mine = {"order_id__in": self.orders}
        self.cancelled = set(Cancellation.objects.within(_ALL).filter(**mine).values_list("order_id", flat=True))
        self.owed: dict[int, Owed] = {}
        self.due: dict[int, Due] = {}
        self.parts: defaultdict[int, list[int]] = defaultdict(list)
        self.of: dict[int, Order] = {}
        for part in for_the_books(Part.objects.within(_ALL).filter(**mine)).order_by("id"):
            order = self.of.setdefault(part.order_id, part.order)
            self.parts[order.pk].append(part.pk)
            # The order stands for the person: two orders for one month, left by a merge, are paid each by itself.
            self.owed[part.pk] = Owed(
                order_id=str(part.pk),
                person_id=str(order.pk),
                scheme=order.insurance,
                levy=order.levy,
                payer=part.share.payer,
                from_date=order.first,
                through_date=order.through,
                fen=part.fen,
                due_on=part.share.due_on,
                state=part.share.state,
            )
            self.due[part.pk] = due_of(part)
        self.moved: defaultdict[int, list[Moved]] = defaultdict(list)
        self.add(Receipt.objects.within(_ALL).filter(part_id__in=self.owed).order_by("id"))
        self.held = defaultdict(int, {part: sum(_signed(one) for one in own) for part, own in self.moved.items()})
        self.fees: defaultdict[int, int] = defaultdict(int)
        self.charged: defaultdict[int, int] = defaultdict(int)
        for fee in LateFee.objects.within(_ALL).filter(part_id__in=self.owed):
            self.fees[fee.part_id] += fee.fen
            self.charged[fee.part_id] += fee.fen if fee.kind == "charged" else 0
        self.paid: defaultdict[int, list[Paid]] = defaultdict(list)
        for row in Paid.objects.within(_ALL).filter(**mine).order_by("known_on", "id"):
            self.paid[row.order_id].append(row)

    def add(self, receipts: Iterable[Receipt]) -> None:
        for one in receipts:
            self.moved[one.part_id].append(
                Moved(str(one.pk), str(one.part_id), one.day, abs(one.fen), refund=one.fen < 0)
            )

    def wrong(self, moved: Movement, place: Place) -> Iterable[Problem]:
        """What is wrong with a movement by itself."""
        order = int(self.owed[moved.part].person_id)
        if order in self.cancelled and (moved.fen > 0 or moved.late_fee > 0):
            yield Problem("J103", place, {"order": order})
        if moved.day > clock.today():
            yield Problem("J107", place, {"day": moved.day})
        left = self.owed[moved.part].fen - self.held[moved.part]
        self.held[moved.part] += moved.fen
        if moved.fen > max(0, left) and (cite := refuses_surplus(self.pack, self.owed[moved.part])) is not None:
            details = {"part": moved.part, "left": yuan(max(0, left)), "amount": yuan(moved.fen), "cite": cite}
            yield Problem("J124", place, details)

    def note_surplus(self, receipts: Sequence[Receipt]) -> None:
        """What now lies on parts beyond what is owed; a row where that is another amount than before."""
        before = {
            one.part_id: one.fen
            for one in Surplus.objects.within(_ALL).filter(part__in={one.part_id for one in receipts}).order_by("id")
        }
        rows = []
        for part, last in {one.part_id: one for one in receipts}.items():
            over = max(0, self.held[part] - self.owed[part].fen)
            if over != before.get(part, 0):
                rows.append(Surplus(part_id=part, receipt=last, fen=over))
        Surplus.objects.bulk_create(rows, batch_size=2_000)

    def charge_late_fees(
        self, movements: Sequence[Movement], receipts: Sequence[Receipt], where: Where
    ) -> list[LateFee]:
        """By the engine, on everything that came in up to now; what was charged before is taken off."""
        rows, problems = [], []
        for at, (moved, receipt) in enumerate(zip(movements, receipts, strict=True)):
            part = moved.part
            last = max(one.day for one in self.moved[part])
            total, cite = late_fee(self.pack, self.owed[part], self.moved[part], last)
            more = total - self.charged[part]
            if more:
                rows.append(LateFee(part_id=part, receipt=receipt, kind="charged", day=last, fen=more, cite=cite))
                self.charged[part] += more
                self.fees[part] += more
            if moved.late_fee > max(0, self.fees[part]):
                details = {"amount": yuan(moved.late_fee), "room": yuan(max(0, self.fees[part]))}
                problems.append(Problem("J108", where(at), details))
            elif moved.late_fee:
                rows.append(LateFee(part_id=part, receipt=receipt, kind="paid", day=moved.day, fen=-moved.late_fee))
                self.fees[part] -= moved.late_fee
        if problems:
            raise ProblemError(*problems)
        return LateFee.objects.bulk_create(rows, batch_size=2_000)

    def dues(self, rows: Iterable[R]) -> list[tuple[R, str, Due]]:
        """Each of these rows with the insurance and what its part is in the books."""
        return [(row, self.owed[row.part_id].scheme, self.due[row.part_id]) for row in rows]

    def settle(self, since: date) -> None:
        """Derive again, for every day from `since` on which something moved, what is paid in full; and credit, or take
        back, what follows from it."""
        fresh, credited = [], []
        for order in sorted(self.orders):
            owed = [self.owed[part] for part in self.parts[order]]
            moved = [one for part in self.parts[order] for one in self.moved[part]]
            was = self._state(order, date.max)
            for day in sorted({one.day for one in moved if one.day >= since}):
                # A cancelled order is paid for nothing, whatever comes back of it.
                found = [] if order in self.cancelled else paid_periods(owed, moved, day)
                paid_on = found[0].paid_on if found else None
                if paid_on != self._state(order, day):
                    row = self._row(order, day, paid_on)
                    fresh.append(row)
                    self.paid[order].append(row)
                    self.paid[order].sort(key=lambda one: one.known_on)
            now = self._state(order, date.max)
            if (was is None) != (now is None):
                credited += self._credits(order, now, max(one.day for one in moved))
                if self.of[order].levy == MAKE_UP:
                    made_up(self.of[order], paid=now is not None)
        Paid.objects.bulk_create(fresh, batch_size=2_000)
        entries.enter(credited, later=True)

    def _state(self, order: int, on: date) -> date | None:
        known = [one for one in self.paid[order] if one.known_on <= on]
        return known[-1].paid_on if known else None

    def _row(self, order: int, day: date, paid_on: date | None) -> Paid:
        of = self.of[order]
        return Paid(
            order=of,
            person_id=of.person_id,
            insurance=of.insurance,
            levy=of.levy,
            first=of.first,
            through=of.through,
            known_on=day,
            paid_on=paid_on,
        )

    def _credits(self, order: int, paid_on: date | None, last: date) -> Iterable[entries.Movement]:
        """What the payment of an order brings to accounts, or its undoing takes back."""
        turn = len(self.paid[order])
        for credit in self.credits.get(order, ()):
            yield entries.Movement(
                person=self.known[self.whose[order]],
                insurance=self.of[order].insurance,
                account=credit.terms.account,
                day=paid_on or last,
                kind="credit" if paid_on else "taken_back",
                fen=credit.fen if paid_on else -credit.fen,
                source=f"order {order} {credit.terms.name} {turn}",
                cite=credit.terms.cite,
            )
