"""What follows when a clinician's points reach a number that the region declares: a case for another to decide. HOS-09.

Points count by calendar year, so every year begins at nothing by itself.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from tongchou.engines.filings import reached, thresholds_on
from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.base.scope import system
from tongchou.record.packs.commands import in_force_at
from tongchou.record.packs.queries import pack_of
from tongchou.record.providers.institutions import kept
from tongchou.record.providers.models import Clinician, PointsCase, Stop

_LIVE = ("open", "approved")
_ALL = system("the points of a year count wherever they were lost")


def open_case(who: Clinician, on: date, before: int, after: int) -> PointsCase | None:
    """Open a case for the gravest of what is declared on a day that the points reach now; none where nothing is, or
    where a case of it is open or approved. The caller holds the clinician's lock."""
    stored = in_force_at(clock.now())
    if stored is None:
        return None  # a region without a pack declares nothing
    found = reached(thresholds_on(pack_of(stored.hash), on), before, after)
    cases = PointsCase.objects.within(_ALL).filter(clinician=who, year=on.year)
    if found is None or cases.filter(name=found.name, state__in=_LIVE).exists():
        return None
    return PointsCase.objects.create(
        clinician=who,
        year=on.year,
        points=after,
        name=found.name,
        at_least=found.at_least,
        then=found.then,
        months=found.months,
        most=found.most,
        pack=stored.hash,
        cite=found.cite,
        opened_by=actor().user,
        opened_at=clock.now(),
    )


def lapse(who: Clinician, year: int, points: int) -> None:
    """Close the open cases of a year for which the points that are left are too few."""
    for case in PointsCase.objects.within(_ALL).filter(clinician=who, year=year, state="open", at_least__gt=points):
        case.state, case.opinion, case.decided_at = "lapsed", f"撤销记分后 {points} 分", clock.now()
        case.save()


@command("providers.decide_points_case", needs="providers.decide")
def decide_points_case(
    *, case_id: int, approve: bool, reason: str, first: date | None = None, last: date | None = None
) -> PointsCase:
    """Decide what follows from a clinician's points. Approved, a suspension stops what the fund pays from `first`
    through `last`, and an end ends the registration with the day before `first`; a warning changes nothing else.

    Raises A114, H303 when it is decided, A112 for whoever took the points, H308 for days that the rule does not allow,
    H105 while they are stopped already, H201 when the registration has ended.
    """
    case = PointsCase.objects.select_related("clinician").filter(id=case_id).first()
    if case is None:
        raise fail("A114")
    lock(("clinician", case.clinician_id))
    case.refresh_from_db()
    if case.state != "open":
        raise fail("H303")
    if case.opened_by is not None and case.opened_by == actor().user:
        raise fail("A112")
    if approve:
        _follow(case, case.clinician, first, last, reason)
    case.state, case.opinion = "approved" if approve else "refused", reason
    case.decided_by, case.decided_at = actor().user, clock.now()
    case.save()
    return case


def _follow(case: PointsCase, who: Clinician, first: date | None, last: date | None, why: str) -> None:
    if case.then == "suspended":
        _check_length(case, first, last)
        assert first is not None
        case.stop = kept(Stop(clinician=who, why=f"{case.cite}：{why}"[:500], during=days(first, last)), str(first))
    elif case.then == "ended":
        if who.ended is not None:
            raise fail("H201", what=who.code)
        if first is None or last is not None or first <= who.registered:
            raise fail("H308", what=case.cite)
        who.ended = first - timedelta(days=1)
        who.save()
    elif first is not None or last is not None:
        raise fail("H308", what=case.cite)


def _check_length(case: PointsCase, first: date | None, last: date | None) -> None:
    """Raises H308 for a suspension shorter or longer than the rule of the case allows."""
    if first is None or last is None:
        raise fail("H308", what=case.cite)
    after = last + timedelta(days=1)
    longer = case.most is not None and after > add_months(first, case.most, "clamp")
    if longer or after < add_months(first, case.months, "clamp"):
        raise fail("H308", what=case.cite)


def points_cases(*, state: str = "") -> QuerySet[PointsCase]:
    """The cases in scope, of a state when one is named, the oldest first. The look is in the trail."""
    actor().needs("providers.read")
    found = PointsCase.objects.select_related("clinician").order_by("id")
    trail.write("read", "providers.points_cases", details={"state": state})
    return found.filter(state=state) if state else found
