"""Commands on institutions, their levels, campuses and departments."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.base.scope import system
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import words
from tongchou.record.providers.codes import code_of
from tongchou.record.providers.models import Campus, Department, Institution, Level
from tongchou.record.providers.queries import institution

M = TypeVar("M", bound=models.Model)


@command("providers.register", needs="providers.write")
def register(
    *, organisation_id: int, code: str, kind: str, ownership: str, credit_code: str, opened: date
) -> Institution:
    """Register an organisation of the kind provider as an institution.

    Raises H101 for a code that cannot be, H102 for an institution or a code that is registered, H103 for another kind
    of organisation, A114 for one out of scope.
    """
    national, credit = code_of("institution", code), code_of("credit", credit_code)
    lock(("institution", national), ("organisation", organisation_id))
    return registered(organisation(organisation_id), national, kind, ownership, credit, opened)


@command("providers.close", needs="providers.write")
def close(*, institution_id: int, last: date, reason: str) -> Institution:
    """Record that an institution closed after a day. Raises H201 when it has, H104 for a day before it opened."""
    lock(("institution", institution_id))
    found = institution(institution_id)
    if found.closed is not None:
        raise fail("H201", what=found.name)
    if last < found.opened:
        raise fail("H104", what=f"{found.opened} – {last}")
    found.closed = last
    found.save()
    return found


@command("providers.set_level", needs="providers.write")
def set_level(*, institution_id: int, level: str, grade: str, since: date, reason: str) -> Level:
    """The level from a day on, until the next. Raises H106 for a word that the region does not declare, H105 when a
    later one is recorded."""
    lock(("institution", institution_id))
    return levelled(institution(institution_id), level, grade, since)


def levelled(found: Institution, level: str, grade: str, since: date) -> Level:
    """The same with everything locked."""
    if grade not in dict(Level.GRADES) or level not in words("level"):
        raise fail("H106", level=level)
    before = found.levels.order_by("-during").first()
    if before is not None and before.during.lower >= since:
        raise fail("H105", what=f"{before.level} {before.during.lower}")
    if before is not None:
        before.during = DateRange(before.during.lower, since)
        before.save()
    return Level.objects.create(institution=found, level=level, grade=grade, during=DateRange(since, None))


def registered(where: Organisation, national: str, kind: str, ownership: str, credit: str, opened: date) -> Institution:
    """The same with its codes read and everything locked."""
    if where.kind != "provider" or kind not in dict(Institution.KINDS) or ownership not in dict(Institution.OWNERSHIPS):
        raise fail("H103", name=where.name)
    known = Institution.objects.within(system("a national code is one institution's in the whole region"))
    if known.filter(models.Q(code=national) | models.Q(organisation=where)).exists():
        raise fail("H102", what=national)
    return Institution.objects.create(
        organisation=where, code=national, kind=kind, ownership=ownership, credit_code=credit, opened=opened
    )


@command("providers.open_campus", needs="providers.write")
def open_campus(*, institution_id: int, name: str, address: str, since: date) -> Campus:
    """Another place where an institution works. Raises H105 for a name in use."""
    lock(("institution", institution_id))
    found = institution(institution_id)
    return kept(Campus(institution=found, name=name, address=address, during=DateRange(since, None)), name)


@command("providers.open_department", needs="providers.write")
def open_department(
    *,
    institution_id: int,
    code: str,
    national_code: str,
    name: str,
    since: date,
    beds: int = 0,
    campus_id: int | None = None,
) -> Department:
    """Open a department. Raises H101 for a national code that cannot be, H105 for a code of the hospital in use, A114
    for a campus of another institution."""
    national = code_of("department", national_code)
    lock(("institution", institution_id))
    found = institution(institution_id)
    campus = None if campus_id is None else found.campuses.filter(id=campus_id).first()
    if campus_id is not None and campus is None:
        raise fail("A114")
    made = Department(
        institution=found,
        campus=campus,
        code=code,
        national_code=national,
        name=name,
        beds=beds,
        during=DateRange(since, None),
    )
    return kept(made, code)


@command("providers.close_campus", needs="providers.write")
def close_campus(*, campus_id: int, last: date, reason: str) -> Campus:
    """End a campus after a day. Raises A114, H104."""
    return _ended(Campus, campus_id, last)


@command("providers.close_department", needs="providers.write")
def close_department(*, department_id: int, last: date, reason: str) -> Department:
    """End a department after a day. Raises A114, H104."""
    return _ended(Department, department_id, last)


def kept(row: M, what: str) -> M:
    """Save a row with a period. Raises H105 where the database says that there is one at that time."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise fail("H105", what=what) from error
    return row


def _ended(model: type[M], number: int, last: date) -> M:
    found = model.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    lock(("institution", found.institution_id))
    if last < found.during.lower:
        raise fail("H104", what=f"{found.during.lower} – {last}")
    found.during = days(found.during.lower, last)
    return kept(found, str(last))
