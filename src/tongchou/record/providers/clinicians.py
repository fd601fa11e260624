"""Commands and queries on clinicians: registration, practice, stops, and points (HOS-07, HOS-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum
from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.fields import finder
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.base.scope import system
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import Certificate, certificate
from tongchou.record.providers.codes import code_of
from tongchou.record.providers.institutions import kept
from tongchou.record.providers.models import Clinician, Deduction, Department, Institution, Practice, Stop
from tongchou.record.providers.points_cases import lapse, open_case
from tongchou.record.providers.queries import institution

ACTIVE, STOPPED, ENDED = "active", "stopped", "ended"


@dataclass(frozen=True)
class Practising:
    """A clinician as an institution sees them on a day."""

    id: int
    code: str
    kind: str
    name: str
    title: str
    status: str
    department: int | None
    main: bool
    since: date
    points: int


@command("providers.register_clinician", needs="providers.write")
def register_clinician(
    *, agency: int, code: str, kind: str, name: str, certificate_kind: str, number: str, title: str, registered: date
) -> Clinician:
    """Register a clinician. Raises H101 for a code or kind that cannot be, H102 when code or certificate are
    registered, P101/P102 for the certificate, P106 for no name."""
    national, card = code_of("clinician", code), certificate(certificate_kind, number)
    lock(("clinician", national), ("clinician certificate", f"{card.kind}:{card.number}"))
    return new_clinician(organisation(agency), national, kind, name, card, title, registered)


def new_clinician(
    where: Organisation, national: str, kind: str, name: str, card: Certificate, title: str, since: date
) -> Clinician:
    """The same with code and certificate read and locked."""
    if kind not in dict(Clinician.KINDS):
        raise fail("H101", value=kind, what="医务人员类别", what_en="kind of clinician")
    if not name.strip():
        raise fail("P106")
    known = Clinician.objects.within(system("a clinician is registered once in the whole region"))
    same = known.filter(certificate_kind=card.kind, certificate_finder=finder(card.number, "certificate"))
    if same.exists() or known.filter(code=national).exists():
        raise fail("H102", what=national)
    found = Clinician(agency=where, code=national, kind=kind, title=title, registered=since)
    found.identify(name.strip(), card.kind, card.number)
    return kept(found, national)


@command("providers.practise", needs="providers.write")
def practise(
    *, clinician_id: int, institution_id: int, since: date, main: bool = True, department_id: int | None = None
) -> Practice:
    """Record that a clinician practises at an institution from a day on. Raises H105 when they do already, or have
    another main place; A114 for a department of another institution."""
    lock(("clinician", clinician_id))
    where = institution(institution_id)
    department = None if department_id is None else where.departments.filter(id=department_id).first()
    if department_id is not None and department is None:
        raise fail("A114")
    return practising_at(clinician(clinician_id), where, since, main, department)


def practising_at(
    who: Clinician, where: Institution, since: date, main: bool, department: Department | None
) -> Practice:
    """The same with the clinician locked."""
    if who.ended is not None and who.ended < since:
        raise fail("H201", what=who.code)
    made = Practice(clinician=who, institution=where, department=department, main=main, during=DateRange(since, None))
    return kept(made, f"{who.code} {where.code}")


@command("providers.leave", needs="providers.write")
def leave(*, clinician_id: int, institution_id: int, last: date) -> Practice:
    """End a practice after a day. Raises A114 when there is none on that day."""
    lock(("clinician", clinician_id))
    found = Practice.objects.filter(
        clinician_id=clinician_id, institution_id=institution_id, during__contains=last
    ).first()
    if found is None:
        raise fail("A114")
    found.during = days(found.during.lower, last)
    return kept(found, str(last))


@command("providers.stop_clinician", needs="providers.decide")
def stop_clinician(*, clinician_id: int, first: date, last: date | None, reason: str) -> Stop:
    """The fund stops paying for what a clinician orders. Raises H104 for dates that cannot be, H105 when
    they are stopped then."""
    lock(("clinician", clinician_id))
    if last is not None and last < first:
        raise fail("H104", what=f"{first} – {last}")
    return kept(Stop(clinician=clinician(clinician_id), why=reason, during=days(first, last)), str(first))


@command("providers.end_clinician", needs="providers.decide")
def end_clinician(*, clinician_id: int, last: date, reason: str) -> Clinician:
    """End a registration after a day. Raises H201 when it has ended, H104 for a day before it began."""
    lock(("clinician", clinician_id))
    found = clinician(clinician_id)
    if found.ended is not None:
        raise fail("H201", what=found.code)
    if last < found.registered:
        raise fail("H104", what=f"{found.registered} – {last}")
    found.ended = last
    found.save()
    return found


@command("providers.deduct", needs="providers.decide")
def deduct(*, clinician_id: int, institution_id: int, on: date, points: int, clause: str, reason: str) -> Deduction:
    """Take points from a clinician for something they did; where the points of the year reach a number for which the
    region declares what follows, a case is opened for another to decide. Raises H104 for a day to come or on which they
    did not practise there, H101 for no points."""
    lock(("clinician", clinician_id))
    who, where = clinician(clinician_id), institution(institution_id)
    if not 0 < points <= 100:
        raise fail("H101", value=str(points), what="分值", what_en="number of points")
    practised = Practice.objects.filter(clinician=who, institution=where, during__contains=on)
    if on > clock.today() or not practised.exists():
        raise fail("H104", what=str(on))
    before = points_of(who.pk, on.year)
    made = Deduction.objects.create(
        clinician=who,
        institution=where,
        on=on,
        year=on.year,
        points=points,
        clause=clause,
        reason=reason,
        recorded_at=clock.now(),
        recorded_by=actor().user,
    )
    open_case(who, on, before, before + points)
    return made


@command("providers.take_back_points", needs="providers.decide")
def take_back_points(*, deduction_id: int, reason: str) -> Deduction:
    """Take a deduction back that was found wrong: a row of its own says so, and open cases for which the points are too
    few then lapse. Raises A114, H202 when it is taken back."""
    found = Deduction.objects.filter(id=deduction_id).first()
    if found is None:
        raise fail("A114")
    lock(("clinician", found.clinician_id))
    if found.takes_back_id is not None or Deduction.objects.filter(takes_back=found).exists():
        raise fail("H202")
    made = Deduction.objects.create(
        clinician=found.clinician,
        institution=found.institution,
        on=found.on,
        year=found.year,
        points=found.points,
        clause=found.clause,
        reason=reason,
        recorded_at=clock.now(),
        recorded_by=actor().user,
        takes_back=found,
    )
    lapse(found.clinician, found.year, points_of(found.clinician_id, found.year))
    return made


def clinician(number: int) -> Clinician:
    """A clinician in scope. Raises A114."""
    found = Clinician.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def points_of(clinician_id: int, year: int) -> int:
    """Points that a clinician lost in a calendar year, without those that were taken back; over all institutions."""
    rows = Deduction.objects.within(system("the points of a year count wherever they were lost"))
    standing = rows.filter(clinician_id=clinician_id, year=year, takes_back=None, taken_back=None)
    return int(standing.aggregate(total=Sum("points"))["total"] or 0)


def deductions(institution_id: int, year: int) -> QuerySet[Deduction]:
    """The rows of an institution in scope in a year, in order."""
    actor().needs("providers.read")
    return Deduction.objects.filter(institution=institution(institution_id), year=year).order_by("id")


def status_on(found: Clinician, day: date) -> str:
    """Whether what a clinician orders on a day is paid for: active, stopped, ended (or not registered yet)."""
    if day < found.registered or (found.ended is not None and found.ended < day):
        return ENDED
    stops = Stop.objects.within(system("who orders is paid for or not, wherever it is asked"))
    return STOPPED if stops.filter(clinician=found, during__contains=day).exists() else ACTIVE


def practising(institution_id: int, day: date) -> list[Practising]:
    """Who practises at an institution in scope on a day. The look is in the trail."""
    actor().needs("providers.read")
    rows = Practice.objects.filter(institution=institution(institution_id), during__contains=day)
    found = [
        Practising(
            id=one.clinician_id,
            code=one.clinician.code,
            kind=one.clinician.kind,
            name=one.clinician.name,
            title=one.clinician.title,
            status=status_on(one.clinician, day),
            department=one.department_id,
            main=one.main,
            since=one.during.lower,
            points=points_of(one.clinician_id, day.year),
        )
        for one in rows.select_related("clinician").order_by("clinician__code")
    ]
    if found:
        trail.write("read", "providers.practising", details={"clinicians": [one.id for one in found]})
    return found
