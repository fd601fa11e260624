"""A household pays at once: one bill of what its members owe, one payment of all of it (ENR-04, CON-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Sum
from django.db.models.functions import Coalesce

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base.actor import actor
from tongchou.record.contributions.models import Part, Receipt
from tongchou.record.contributions.movements import Movement, take_in
from tongchou.record.people.queries import household_on, known_as


@dataclass(frozen=True)
class Line:
    """What is left to pay of a part, in fen."""

    part: int
    person: int
    levy: str
    first: date
    through: date
    due_on: date | None
    left: int
    cite: str


@dataclass(frozen=True)
class Bill:
    """家庭缴费单: what the members of a household themselves owe of an insurance, in fen."""

    household: int
    insurance: str
    lines: tuple[Line, ...]

    @property
    def left(self) -> int:
        return sum(one.left for one in self.lines)


def bill(*, household: int, insurance: str, on: date) -> Bill:
    """What whoever lives in a household on a day owes of an insurance, unpaid up to now, by person; what employers or
    fiscal funds owe for them is not in it. Raises A114 for no household in scope."""
    actor().needs("contributions.read")
    found = _bill(household, insurance, on)
    trail.seen("contributions.household_bill", {one.person for one in found.lines})
    return found


@command("contributions.receive_for_household", needs="contributions.receive")
def receive_for_household(*, household: int, insurance: str, number: str, day: date, fen: int) -> list[Receipt]:
    """Record that a household paid its bill, all of it at once; the receipts of its parts are numbered `number-1`,
    `number-2` …. Raises A114, J123 for another sum than the bill's, and what `take_in` refuses."""
    owed = _bill(household, insurance, day)
    if fen != owed.left or not owed.lines:
        raise fail("J123", left=yuan(owed.left), amount=yuan(fen))

    def still_owed() -> None:
        left = _bill(household, insurance, day)
        if left != owed:
            raise fail("J123", left=yuan(left.left), amount=yuan(fen))

    moved = [Movement(f"{number}-{at}", one.part, day, one.left) for at, one in enumerate(owed.lines, 1)]
    return take_in(moved, first=still_owed)


def _bill(household: int, insurance: str, on: date) -> Bill:
    names = known_as([one.pk for one in household_on(household, on)])
    parts = _unpaid(insurance).filter(order__person_id__in=names).select_related("order", "share")
    rows: list[Any] = list(parts.order_by("order__first", "order__person_id", "id"))
    lines = [
        Line(
            part=row.pk,
            person=names[row.order.person_id],
            levy=row.order.levy,
            first=row.order.first,
            through=row.order.through,
            due_on=row.share.due_on,
            left=row.fen - row.paid,
            cite=row.share.cite,
        )
        for row in rows
    ]
    return Bill(household, insurance, tuple(lines))


def _unpaid(insurance: str) -> QuerySet[Part]:
    """Parts that persons owe themselves and that are not paid in full, of orders that hold."""
    owed = Part.objects.filter(order__insurance=insurance, order__cancelled=None, share__kind="person")
    paid = Coalesce(Sum("receipts__fen"), 0, output_field=BigIntegerField())
    return owed.filter(share__state="due").annotate(paid=paid).filter(paid__lt=F("fen"))
