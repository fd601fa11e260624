"""What every command on a visit does: find it, lock whom it is about, see what of it is settled."""

from __future__ import annotations

from datetime import date, datetime

from tongchou.ground.errors import fail
from tongchou.record.base.lock import lock
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.visits.models import Visit


def locked(number: int) -> Visit:
    """A visit in scope that was not cancelled, nothing of its person being settled or filed meanwhile. Raises A114,
    V109, V231 for one that the agency keeps."""
    found = _PERSON.first(id=number)
    if found is None:
        raise fail("A114")
    (person,) = found
    (rows,) = lock(("person", person), ("settling", person), then=[_VISIT.asking(id=number)])
    (visit,) = _VISIT.found(rows)
    if visit.state == "cancelled":
        raise fail("V109", visit=visit.number)
    check_keeper(visit)
    return visit


_PERSON: Remembered[tuple[int]] = Remembered(
    lambda scope: Visit.objects.within(scope).filter(id=Parameter("id")).values_list("person_id")
)
_VISIT: Remembered[Visit] = Remembered(
    lambda scope: (
        Visit.objects.within(scope).filter(id=Parameter("id")).select_related("person", "institution", "filing")
    )
)


def check_keeper(visit: Visit) -> None:
    """Raises V231 for a visit of a manual claim, which no institution changes, settles or reverses."""
    if visit.by_hand:
        raise fail("V231", visit=visit.number)


def standing_settlement(visit: Visit, since: datetime | None = None) -> int | None:
    """A settlement of the visit that is not reversed, made since a moment when one is given."""
    made = visit.events.filter(kind="settle", reversed_by=None)
    found: int | None = (made if since is None else made.filter(at__gte=since)).values_list("id", flat=True).first()
    return found


def check_day(visit: str, day: date, first: date, last: date) -> None:
    """Raises V208 for a day outside."""
    if not first <= day <= last:
        raise fail("V208", visit=visit, day=day, first=first, last=last)
