"""Departments as hospitals report them: recorded, changed, withdrawn (HOS-02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.providers.institutions import kept
from tongchou.record.providers.models import Department, Practice
from tongchou.record.providers.queries import institution


@dataclass(frozen=True)
class Reported:
    """A department as it is reported; `national_code` is empty where the hospital says none."""

    code: str
    name: str
    since: date
    last: date | None = None
    national_code: str = ""
    beds: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@command("providers.report_departments", needs="departments.write")
def report(*, institution_id: int, departments: Sequence[Reported]) -> list[Department]:
    """Record departments, all of them or none; one that is recorded so already stays. Raises A114, H104 for dates that
    cannot be, H105 for a code of the hospital in use."""
    lock(("institution", institution_id))
    where = institution(institution_id)
    found = []
    for one in departments:
        during = _days(one.since, one.last)
        row = where.departments.filter(code=one.code, during=during).first()
        if row is None or _told(row) != _said(one):
            row = Department(institution=where, code=one.code, during=during, **_said(one))
            kept(row, one.code)
        found.append(row)
    return found


@command("providers.change_department", needs="departments.write")
def change(*, institution_id: int, department: Reported) -> Department:
    """Say otherwise what a department is, or with which day it ends; it began when it began. Raises A114, N322 for one
    that there is not, H104."""
    lock(("institution", institution_id))
    found = _standing(institution_id, department.code)
    for name, value in _said(department).items():
        setattr(found, name, value)
    found.during = _days(found.during.lower, department.last)
    return kept(found, department.code)


@command("providers.withdraw_department", needs="departments.write")
def withdraw(*, institution_id: int, code: str) -> bool:
    """End a department with yesterday; one that began no earlier and where nobody practises never was. Whether a row
    is left. Raises A114, N322, H105 where somebody practises in one that began today."""
    lock(("institution", institution_id))
    found = _standing(institution_id, code)
    yesterday = clock.today() - timedelta(days=1)
    if found.during.lower <= yesterday:
        found.during = days(found.during.lower, yesterday)
        kept(found, code)
        return True
    if Practice.objects.filter(department=found).exists():
        raise fail("H105", what=code)
    found.delete()
    return False


def _standing(institution_id: int, code: str) -> Department:
    """The department of a code that has not ended."""
    rows = Department.objects.filter(institution=institution(institution_id), code=code).order_by("-during")
    today = clock.today()
    found = next((one for one in rows if one.during.upper is None or one.during.upper > today), None)
    if found is None:
        raise fail("N322", item=code)
    return found


def _days(first: date, last: date | None) -> Any:
    if last is not None and last < first:
        raise fail("H104", what=f"{first} – {last}")
    return days(first, last)


def _said(one: Reported) -> dict[str, Any]:
    return {
        "name": one.name,
        "national_code": one.national_code,
        "beds": one.beds,
        "details": dict(one.details),
    }


def _told(row: Department) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name", "national_code", "beds", "details")}
