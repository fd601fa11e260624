"""3401, 3401A 科室信息上传, 3402 变更, 3403 撤销; 5101 科室查询, 5102 医执人员查询."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from typing import Any

from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.fields import codes
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.base import clock
from tongchou.record.providers import departments
from tongchou.record.providers.clinicians import ACTIVE, status_on
from tongchou.record.providers.codes import code_of
from tongchou.record.providers.departments import Reported
from tongchou.record.providers.models import Department, Practice
from tongchou.record.providers.queries import departments_on
from tongchou.record.providers.staff import staff

_OWN = ("hosp_dept_codg", "hosp_dept_name", "begntime", "endtime", "aprv_bed_cnt")
"""What a department has columns for; the rest is kept as it was said."""
_LONGEST = 500
_FOR_EVER = 2099
"""A year that software says for no end."""
STAFF = {"1": "doctor", "2": "nurse", "3": "pharmacist", "4": "technician"}


@handles("3401", "3401A")
def report(call: Call) -> Said:
    rows = call.rows("deptinfo") if call.transaction.infno == "3401A" else [call.section("deptinfo")]
    departments.report(institution_id=call.institution.pk, departments=[_reported(one) for one in rows])
    return None


@handles("3402")
def change(call: Call) -> Said:
    departments.change(institution_id=call.institution.pk, department=_reported(call.section("deptinfo")))
    return None


@handles("3403")
def withdraw(call: Call) -> Said:
    departments.withdraw(institution_id=call.institution.pk, code=call.section().short("hosp_dept_codg", 20))
    return None


def _reported(one: Section) -> Reported:
    """A department as it was sent: `caty` is a code or, as many send it, a name."""
    since, ends = one.day("begntime"), one.day("endtime")
    if since is None:
        raise fail("N105", label=one.label("begntime"), field="begntime")
    return Reported(
        code=one.short("hosp_dept_codg", 20),
        name=one.short("hosp_dept_name", 100),
        since=since,
        last=None if ends is None or ends.year >= _FOR_EVER else ends,
        national_code=_national(one.text("caty")),
        beds=one.count("aprv_bed_cnt"),
        details={name: value[:_LONGEST] for name, value in one.kept(*_OWN).items() if isinstance(value, str)},
    )


def _national(said: str) -> str:
    """The national code; empty where what was said is neither code nor name of one."""
    try:
        return code_of("department", _by_name().get(said, said))
    except ProblemError:
        return ""


@cache
def _by_name() -> dict[str, str]:
    """The codes of departments by name; of several of one name the first, which is the department itself."""
    found: dict[str, str] = {}
    for code, label in codes()["dept"].items():
        found.setdefault(label, code)
    return found


@handles("5101")
def query_departments(call: Call) -> Said:
    """The departments of the institution today."""
    return {"feedetail": [_told(one) for one in departments_on(call.institution.pk, clock.today())]}


def _told(one: Department) -> dict[str, Any]:
    return {
        **one.details,
        "hosp_dept_codg": one.code,
        "hosp_dept_name": one.name,
        "caty": one.national_code or one.details.get("caty", ""),
        "begntime": _midnight(one.during.lower),
        "endtime": None if one.during.upper is None else datetime.combine(_before(one.during.upper), time(23, 59, 59)),
        "aprv_bed_cnt": one.beds,
    }


@handles("5102")
def query_staff(call: Call) -> Said:
    """Who practises at the institution today; all kinds where none is said. Raises N112 for a kind that is none."""
    given = call.section()
    kind = given.text("prac_psn_type")
    if kind and kind not in STAFF:
        label, known = given.label("prac_psn_type"), "、".join(STAFF)
        raise fail("N112", label=label, field="prac_psn_type", value=kind, known=known)
    found = staff(
        call.institution.pk,
        clock.today(),
        kind=STAFF.get(kind, ""),
        code=given.text("prac_psn_code"),
        name=given.text("prac_psn_name"),
        certificate=given.text("certno"),
    )
    return {"feedetail": [_practises(one) for one in found]}


def _practises(one: Practice) -> dict[str, Any]:
    who = one.clinician
    return {
        "psn_cert_type": who.certificate_kind,
        "certno": who.certificate,
        "prac_psn_no": who.code,
        "prac_psn_code": who.code,
        "prac_psn_name": who.name,
        "prac_psn_type": next(code for code, kind in STAFF.items() if kind == who.kind),
        "hi_dr_flag": "1" if status_on(who, clock.today()) == ACTIVE else "0",
        "begntime": _midnight(one.during.lower),
        "endtime": None if one.during.upper is None else _midnight(_before(one.during.upper)),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
