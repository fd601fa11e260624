"""Institutions, what of them holds on a day, and their clinicians."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.pagination import paginate
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.record.base import clock
from tongchou.record.providers import clinicians, importing, institutions, points_cases, queries
from tongchou.record.providers.models import Deduction, Department, Institution, Level, PointsCase

router = Router(tags=["providers"])
Kind = Literal["hospital", "community", "clinic", "village", "pharmacy", "rehabilitation", "device", "other"]
Year = Annotated[int, Field(ge=1900, le=2999)]


class InstitutionShown(Schema):
    id: int
    organisation_id: int
    code: str
    name: str
    kind: str
    ownership: str
    credit_code: str
    opened: Day
    closed: Day | None


class InstitutionNew(Schema):
    organisation_id: Id
    code: text(40)
    kind: Kind
    ownership: Literal["public", "private"]
    credit_code: text(40)
    opened: Day


class ProvidersFromFile(Schema):
    """An upload that is ready, and why it is registered."""

    upload: Id
    reason: Reason


class InstitutionClosing(Schema):
    last: Day
    reason: Reason


class LevelNew(Schema):
    level: text(30)
    grade: text(2)
    since: Day
    reason: Reason


class LevelShown(Schema):
    level: str
    grade: str
    since: Day

    @staticmethod
    def resolve_since(found: Level) -> date:
        return found.during.lower


class CampusNew(Schema):
    name: text(100)
    address: text(200)
    since: Day


class DepartmentNew(Schema):
    code: text(20)
    national_code: text(20)
    name: text(100)
    since: Day
    beds: Annotated[int, Field(ge=0, le=100_000)] = 0
    campus_id: Id | None = None


class InstitutionPart(Schema):
    id: int


class DepartmentShown(Schema):
    id: int
    code: str
    national_code: str
    name: str
    beds: int
    campus_id: int | None


class ClinicianNew(Schema):
    agency: Id
    code: text(40)
    kind: Literal["doctor", "pharmacist", "nurse", "technician"]
    name: text(60)
    certificate_kind: text(2)
    number: text(60)
    title: text(50)
    registered: Day


class PracticeNew(Schema):
    clinician_id: Id
    since: Day
    main: bool = True
    department_id: Id | None = None


class PractisingShown(Schema):
    id: int
    code: str
    kind: str
    name: str
    title: str
    status: str
    department: int | None
    main: bool
    since: Day
    points: int


class ClinicianStopNew(Schema):
    first: Day
    last: Day | None = None
    reason: Reason


class DeductionNew(Schema):
    institution_id: Id
    on: Day
    points: Annotated[int, Field(ge=1, le=100)]
    clause: text(100)
    reason: Reason


class DeductionShown(Schema):
    id: int
    clinician_id: int
    on: Day
    year: int
    points: int
    clause: str
    reason: str
    recorded_at: datetime
    takes_back_id: int | None


class PointsCaseShown(Schema):
    """What is to follow from the points of a year: warned, suspended or ended."""

    id: int
    clinician_id: int
    clinician: str
    year: int
    points: int
    at_least: int
    then: str
    cite: str
    state: str
    opened_at: datetime
    opinion: str

    @staticmethod
    def resolve_clinician(found: PointsCase) -> str:
        return found.clinician.code


class PointsCaseDecision(Schema):
    """Both days of a suspension; the first day without registration of an end; neither for a warning."""

    approve: bool
    reason: Reason
    first: Day | None = None
    last: Day | None = None


class AgreementStanding(Schema):
    """in force, suspended (and why), or none."""

    status: str
    agreement: int | None
    number: str
    why: str


class DeductionTakenBack(Schema):
    reason: Reason


@router.get("", response=list[InstitutionShown], summary="医药机构")
@paginate
@as_asker
def all_institutions(request: HttpRequest, kind: text(14, 0) = "") -> list[Institution]:
    return list(queries.institutions(kind))


@router.post("", response={201: InstitutionShown}, summary="登记医药机构")
@as_asker
def register(request: HttpRequest, given: InstitutionNew) -> Status:
    return Status(201, institutions.register(**given.dict()))


@router.post("/from-file", response={201: list[InstitutionShown]}, summary="批量登记医药机构")
@as_asker
def register_file(request: HttpRequest, given: ProvidersFromFile) -> Status:
    """All that an upload for `providers.institution` names, or nothing."""
    return Status(201, importing.register_file(**given.dict()))


@router.get("/{int:institution}", response=InstitutionShown, summary="查看医药机构")
@as_asker
def look_at(request: HttpRequest, institution: Id) -> Institution:
    return queries.look_at(institution)


@router.post("/{int:institution}/closing", response=InstitutionShown, summary="停业")
@as_asker
def close(request: HttpRequest, institution: Id, given: InstitutionClosing) -> Institution:
    return institutions.close(institution_id=institution, **given.dict())


@router.get("/{int:institution}/level", response=LevelShown | None, summary="某日的等级")
@as_asker
def level(request: HttpRequest, institution: Id, day: Day | None = None) -> Level | None:
    queries.look_at(institution)
    return queries.level_on(institution, day or clock.today())


@router.post("/{int:institution}/level", response={201: LevelShown}, summary="定等级")
@as_asker
def set_level(request: HttpRequest, institution: Id, given: LevelNew) -> Status:
    return Status(201, institutions.set_level(institution_id=institution, **given.dict()))


@router.get("/{int:institution}/standing", response=AgreementStanding, summary="某日协议是否有效")
@as_asker
def standing(request: HttpRequest, institution: Id, kind: text(30), day: Day | None = None) -> queries.Standing:
    queries.look_at(institution)
    return queries.agreement_on(institution, kind, day or clock.today())


@router.post("/{int:institution}/campuses", response={201: InstitutionPart}, summary="增加院区")
@as_asker
def open_campus(request: HttpRequest, institution: Id, given: CampusNew) -> Status:
    return Status(201, institutions.open_campus(institution_id=institution, **given.dict()))


@router.post("/campuses/{int:campus}/closing", response={204: None}, summary="停用院区")
@as_asker
def close_campus(request: HttpRequest, campus: Id, given: InstitutionClosing) -> Status:
    institutions.close_campus(campus_id=campus, **given.dict())
    return Status(204, None)


@router.get("/{int:institution}/departments", response=list[DepartmentShown], summary="某日的科室")
@paginate
@as_asker
def departments(request: HttpRequest, institution: Id, day: Day | None = None) -> list[Department]:
    queries.look_at(institution)
    return list(queries.departments_on(institution, day or clock.today()))


@router.post("/{int:institution}/departments", response={201: DepartmentShown}, summary="增加科室")
@as_asker
def open_department(request: HttpRequest, institution: Id, given: DepartmentNew) -> Status:
    return Status(201, institutions.open_department(institution_id=institution, **given.dict()))


@router.post("/departments/{int:department}/closing", response={204: None}, summary="停用科室")
@as_asker
def close_department(request: HttpRequest, department: Id, given: InstitutionClosing) -> Status:
    institutions.close_department(department_id=department, **given.dict())
    return Status(204, None)


@router.get("/{int:institution}/clinicians", response=list[PractisingShown], summary="某日执业的医务人员")
@as_asker
def practising(request: HttpRequest, institution: Id, day: Day | None = None) -> list[clinicians.Practising]:
    return clinicians.practising(institution, day or clock.today())


@router.post("/{int:institution}/clinicians", response={201: InstitutionPart}, summary="登记执业")
@as_asker
def practise(request: HttpRequest, institution: Id, given: PracticeNew) -> Status:
    return Status(201, clinicians.practise(institution_id=institution, **given.dict()))


@router.post("/{int:institution}/clinicians/{int:clinician}/leaving", response={204: None}, summary="结束执业")
@as_asker
def leave(request: HttpRequest, institution: Id, clinician: Id, given: InstitutionClosing) -> Status:
    clinicians.leave(clinician_id=clinician, institution_id=institution, last=given.last)
    return Status(204, None)


@router.get("/{int:institution}/deductions", response=list[DeductionShown], summary="一年的记分")
@paginate
@as_asker
def deductions(request: HttpRequest, institution: Id, year: Year) -> list[Deduction]:
    return list(clinicians.deductions(institution, year))


@router.post("/clinicians", response={201: InstitutionPart}, summary="登记医务人员")
@as_asker
def register_clinician(request: HttpRequest, given: ClinicianNew) -> Status:
    return Status(201, clinicians.register_clinician(**given.dict()))


@router.post("/clinicians/from-file", response={201: list[InstitutionPart]}, summary="批量登记医务人员")
@as_asker
def register_clinicians_file(request: HttpRequest, given: ProvidersFromFile) -> Status:
    """All that an upload for `providers.clinician` names, or nothing."""
    return Status(201, importing.register_clinicians_file(**given.dict()))


@router.post("/clinicians/{int:clinician}/stops", response={201: InstitutionPart}, summary="暂停支付资格")
@as_asker
def stop(request: HttpRequest, clinician: Id, given: ClinicianStopNew) -> Status:
    return Status(201, clinicians.stop_clinician(clinician_id=clinician, **given.dict()))


@router.post("/clinicians/{int:clinician}/ending", response={204: None}, summary="终止登记")
@as_asker
def end(request: HttpRequest, clinician: Id, given: InstitutionClosing) -> Status:
    clinicians.end_clinician(clinician_id=clinician, **given.dict())
    return Status(204, None)


@router.post("/clinicians/{int:clinician}/deductions", response={201: DeductionShown}, summary="记分")
@as_asker
def deduct(request: HttpRequest, clinician: Id, given: DeductionNew) -> Status:
    return Status(201, clinicians.deduct(clinician_id=clinician, **given.dict()))


@router.post("/deductions/{int:deduction}/taking-back", response={201: DeductionShown}, summary="撤销记分")
@as_asker
def take_back(request: HttpRequest, deduction: Id, given: DeductionTakenBack) -> Status:
    return Status(201, clinicians.take_back_points(deduction_id=deduction, reason=given.reason))


@router.get("/points-cases", response=list[PointsCaseShown], summary="记分案件")
@paginate
@as_asker
def all_points_cases(
    request: HttpRequest, state: Literal["", "open", "approved", "refused", "lapsed"] = ""
) -> list[PointsCase]:
    return list(points_cases.points_cases(state=state))


@router.post("/points-cases/{int:points_case}", response=PointsCaseShown, summary="审核记分案件")
@as_asker
def decide_points_case(request: HttpRequest, points_case: Id, given: PointsCaseDecision) -> PointsCase:
    return points_cases.decide_points_case(case_id=points_case, **given.dict())
