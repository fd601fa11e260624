"""A death: recorded, or put right. What follows from it elsewhere, such as the end of enrolment, happens with it."""

from __future__ import annotations

from datetime import date

from django.dispatch import Signal

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.people.models import Person
from tongchou.record.people.queries import person

died = Signal()
"""Sent with `person` and `reason` within the command by which somebody's day of death became known."""
taken_back = Signal()
"""Likewise when the day that was recorded does not hold; a new one, if there is one, is told by `died` after it."""


@command("people.record_death", needs="people.write")
def record_death(*, person_id: int, on: date, reason: str) -> Person:
    """Record a death: spells end with that day. Raises P107 for a day before birth or to come, or a death that is
    recorded already."""
    lock(("person", person_id))
    found = person(person_id)
    if found.died is not None:
        raise fail("P107")
    _on(found, on, reason)
    return found


@command("people.correct_death", needs="people.write")
def correct_death(*, person_id: int, reason: str, on: date | None = None) -> Person:
    """The person died on another day than was recorded, or lives: what the death took away is put back first. Raises
    P107 where no death is recorded, or for a day that cannot be."""
    lock(("person", person_id))
    found = person(person_id)
    if found.died in (None, on):
        raise fail("P107")
    details = {"died": str(found.died)}
    trail.write("command", "people.correct_death before", reason=reason, persons=[found.pk], details=details)
    taken_back.send(Person, person=found, reason=reason)
    if on is None:
        found.died = None
        found.save()
    else:
        _on(found, on, reason)
    return found


def _on(found: Person, on: date, reason: str) -> None:
    if not found.born <= on <= clock.today():
        raise fail("P107")
    found.died = on
    found.save()
    died.send(Person, person=found, reason=reason)
