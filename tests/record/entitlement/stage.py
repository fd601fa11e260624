"""Payments for tests: a period that was paid in full, as the contributions keep it."""

from datetime import date

from tongchou.record.base import clock
from tongchou.record.contributions.models import Assessment, Order, Paid
from tongchou.record.people.models import Person


def pay(person: Person, insurance: str, levy: str, first: date, through: date, paid_on: date | None) -> Paid:
    """An order of that period with what is known of it today: paid on a day, or not any more (None)."""
    held = {"person": person, "insurance": insurance, "levy": levy, "first": first, "through": through}
    order = Order.objects.filter(**held).first()
    if order is None:
        run = Assessment.objects.create(agency=person.agency, insurance=insurance, day=first, pack="", at=clock.now())
        order = Order.objects.create(assessment=run, whole=100, **held)
    return Paid.objects.create(order=order, known_on=clock.today(), paid_on=paid_on, **held)
