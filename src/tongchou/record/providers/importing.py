"""Institutions and clinicians from a file: looked at first, then registered whole or not at all.

An institution's organisation is there already, by its code; a level and a place of practice may stand in the same row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.ground.errors import ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import KINDS as CERTIFICATES
from tongchou.record.people.identity import certificate
from tongchou.record.providers.clinicians import new_clinician, practising_at
from tongchou.record.providers.codes import code_of
from tongchou.record.providers.institutions import levelled, registered
from tongchou.record.providers.models import Clinician, Institution, Level
from tongchou.record.providers.queries import institution_by_code
from tongchou.record.sheets import Choice, Code, Column, Day, Line, Sheet, Text, read
from tongchou.record.uploads.by_row import done, tried
from tongchou.record.uploads.commands import peek, use
from tongchou.record.uploads.purposes import Preview, Purpose

MOST = 1_000
"""Rows of a file: each of them is locked by itself."""


def _either(choices: Sequence[tuple[str, str]]) -> Choice:
    """A word or its code."""
    return Choice({text: code for code, word in choices for text in (code, word)})


_INSTITUTION = (
    Column("organisation", "机构编码", "organisation", Code(30), required=True),
    Column("code", "国家编码", "national code", Code(40), required=True, also=("定点医药机构编号", "fixmedins_code")),
    Column("kind", "类型", "kind", _either(Institution.KINDS), required=True),
    Column("ownership", "所有制", "ownership", _either(Institution.OWNERSHIPS), required=True),
    Column("credit", "统一社会信用代码", "credit code", Code(40), required=True, also=("uscc",)),
    Column("opened", "开业日期", "opened", Day(), required=True),
    Column("level", "等级", "level", Text(30)),
    Column("grade", "国家等级", "grade", _either(Level.GRADES), also=("hosp_lv",)),
    Column("since", "等级起", "level since", Day()),
)
_CLINICIAN = (
    Column("code", "国家编码", "national code", Code(40), required=True, also=("医保医师编码", "dr_codg")),
    Column("kind", "类别", "kind", _either(Clinician.KINDS), required=True),
    Column("name", "姓名", "name", Text(60), required=True, also=("dr_name",)),
    Column("certificate_kind", "证件类型", "kind of certificate", _either(sorted(CERTIFICATES.items())), blank="01"),
    Column("number", "证件号码", "certificate", Code(60, r"[0-9A-Za-z()（）\-]+"), required=True, also=("certno",)),
    Column("title", "职称", "title", Text(50), blank=""),
    Column("registered", "登记日期", "registered", Day(), required=True),
    Column("institution", "执业机构国家编码", "institution", Code(40)),
    Column("department", "科室院内编码", "department", Code(20)),
    Column("since", "执业起", "practises since", Day()),
    Column("main", "主执业机构", "main", Choice({"是": True, "否": False, "yes": True, "no": False}), blank=True),
)  # fmt: skip


@dataclass(frozen=True)
class _Import:
    """How rows of a kind are locked and done; where a problem stands, by its code."""

    name: str
    columns: Sequence[Column]
    keys: Callable[[Mapping[str, Any]], Iterator[tuple[str, object]]]
    do: Callable[[Line], Any]
    column_of: Mapping[str, str]

    def look(self, content: bytes, options: Mapping[str, str]) -> Preview:
        """Do it, see what it came to, and take it all back."""
        if options:
            raise fail("K203")
        sheet, made = self.read(content), []
        if not sheet.problems:
            made, sheet.problems = tried(sheet.lines, self.do, self.column_of)
        samples = [{"code": one.code} for one in made[:15]]
        return Preview({"registered": len(made)}, samples, sheet.problems, sheet.unknown)

    def read(self, content: bytes) -> Sheet:
        sheet = read(content, self.columns, key=("code",))
        if len(sheet.lines) > MOST:
            raise fail("F111", most=MOST)
        return sheet

    def register(self, upload: int) -> list[Any]:
        _, content = peek(upload, self.name)
        sheet = self.read(content)
        if sheet.problems:
            raise ProblemError(*sheet.problems)
        lock(("upload", upload), *{key for line in sheet.lines for key in self.keys(line.values)})
        use(upload, self.name)
        return done(sheet.lines, self.do, self.column_of)


@command("providers.register_file", needs="providers.write")
def register_file(*, upload: int, reason: str) -> list[Institution]:
    """Register every institution of an uploaded file, or none. Raises A114, U301, U302 for the upload, and every
    problem of its rows when things have changed since it was looked at."""
    return _INSTITUTIONS.register(upload)


@command("providers.register_clinicians_file", needs="providers.write")
def register_clinicians_file(*, upload: int, reason: str) -> list[Clinician]:
    """Register every clinician of an uploaded file, with the places of practice that it names, or none. Raises as
    `register_file` does."""
    return _CLINICIANS.register(upload)


def _institution_keys(given: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield ("institution", given["code"].upper())
    found = Organisation.objects.filter(code=given["organisation"]).first()
    if found is not None:
        yield ("organisation", found.pk)


def _institution(line: Line) -> Institution:
    given = line.values
    national, credit = code_of("institution", given["code"]), code_of("credit", given["credit"])
    where = Organisation.objects.filter(code=given["organisation"], active=True).first()
    if where is None:
        raise fail("H203", what=given["organisation"])
    made = registered(where, national, given["kind"], given["ownership"], credit, given["opened"])
    if given["level"] is not None:
        if given["grade"] is None:
            raise fail("H106", level=given["level"])
        levelled(made, given["level"], given["grade"], given["since"] or given["opened"])
    return made


def _clinician_keys(given: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield ("clinician", given["code"].upper())
    yield ("clinician certificate", f"{given['certificate_kind']}:{given['number'].upper()}")


def _clinician(line: Line) -> Clinician:
    given = line.values
    card = certificate(given["certificate_kind"], given["number"])
    national = code_of("clinician", given["code"])
    agency = organisation(actor().organisation or 0)
    made = new_clinician(agency, national, given["kind"], given["name"], card, given["title"], given["registered"])
    if given["institution"] is not None:
        where = institution_by_code(code_of("institution", given["institution"]))
        since, code = given["since"] or given["registered"], given["department"]
        department = None if code is None else where.departments.filter(code=code, during__contains=since).first()
        if code is not None and department is None:
            raise fail("H203", what=code)
        practising_at(made, where, since, given["main"], department)
    return made


_INSTITUTIONS = _Import(
    "providers.institution", _INSTITUTION, _institution_keys, _institution,
    {"H203": "机构编码", "H103": "机构编码", "H102": "国家编码", "H101": "国家编码", "H106": "等级", "H105": "等级起"},
)  # fmt: skip
_CLINICIANS = _Import(
    "providers.clinician", _CLINICIAN, _clinician_keys, _clinician,
    {"H102": "国家编码", "H101": "国家编码", "P101": "证件号码", "P102": "证件号码", "P106": "姓名",
     "A114": "执业机构国家编码", "H203": "科室院内编码", "H105": "执业起", "H201": "执业起"},
)  # fmt: skip
PURPOSES = (
    Purpose(_INSTITUTIONS.name, "医药机构", "institutions", "providers.write", _INSTITUTIONS.look, _INSTITUTION),
    Purpose(_CLINICIANS.name, "医务人员", "clinicians", "providers.write", _CLINICIANS.look, _CLINICIAN),
)
