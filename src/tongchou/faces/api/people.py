"""Persons."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id, Reason, text
from tongchou.record.people import commands, dying, merging, queries

router = Router(tags=["persons"])


class CertificateShown(Schema):
    kind: str
    number: str


class PersonShown(Schema):
    """Certificates and telephone are masked unless asked for in full, with permission and reason."""

    id: int
    name: str
    born: date
    sex: str
    phone: str | None
    died: date | None
    provisional: bool
    household: Id | None
    categories: list[str]
    certificates: list[CertificateShown]


class PersonNew(Schema):
    agency: Id
    kind: text(2)
    number: text(60)
    name: text(60)
    born: date
    sex: Literal["男", "女", "未知"]
    phone: text(30) | None = None
    household: Id | None = None


class Wanted(Schema):
    """A certificate, or a name and a birthday. Sent in the body: an address would be logged on its way."""

    kind: text(2, 0) = "01"
    number: text(60, 0) = ""
    name: text(60, 0) = ""
    born: date | None = None


class InFull(Schema):
    reason: Reason


class CategoryNew(Schema):
    name: text(30)
    issuer: text(100)
    evidence: text(200)
    since: date
    through: date | None = None
    reason: Reason


class CertificateNew(Schema):
    kind: text(2)
    number: text(60)
    reason: Reason


class Correction(Schema):
    """What was written down wrong; what is left out stays as it is."""

    name: text(60) | None = None
    phone: text(30, 0) | None = None
    sex: Literal["男", "女", "未知"] | None = None
    reason: Reason


class Death(Schema):
    on: date
    reason: Reason


class DeathCorrected(Schema):
    on: date | None = None
    reason: Reason


class Move(Schema):
    """To a household, or to one of their own when none is named."""

    since: date
    household: Id | None = None
    head: bool = False
    reason: Reason


class CategoryEnd(Schema):
    last: date
    reason: Reason


class EmploymentNew(Schema):
    employer: Id
    since: date


class EmploymentEnd(Schema):
    last: date


class Pair(Schema):
    keep: int
    drop: int


class MergeNew(Schema):
    keep: Id
    drop: Id
    reason: Reason


class MergeDecision(Schema):
    same: bool
    reason: Reason


class CaseShown(Schema):
    id: int
    keep_id: int
    drop_id: int
    state: str
    why: str
    opinion: str


def _shown(seen: queries.Seen) -> PersonShown:
    cards = [CertificateShown(kind=kind, number=number) for kind, number in seen.certificates]
    return PersonShown(**{**vars(seen), "certificates": cards, "categories": list(seen.categories)})


@router.post("", response={201: PersonShown}, summary="登记参保人")
@as_asker
def register(request: HttpRequest, given: PersonNew) -> Status:
    person = commands.register(**given.dict())
    return Status(201, _shown(queries.look_at(number=person.pk)))


@router.post("/search", response=list[PersonShown], summary="查找")
@as_asker
def find(request: HttpRequest, given: Wanted) -> list[PersonShown]:
    return [_shown(seen) for seen in queries.find(**given.dict())]


@router.get("/{int:person}", response=PersonShown, summary="查看")
@as_asker
def look_at(request: HttpRequest, person: Id) -> PersonShown:
    return _shown(queries.look_at(number=person))


@router.post("/{int:person}/in-full", response=PersonShown, summary="查看完整证件号")
@as_asker
def look_at_in_full(request: HttpRequest, person: Id, given: InFull) -> PersonShown:
    return _shown(queries.look_at(number=person, reason=given.reason, in_full=True))


@router.post("/{int:person}/categories", response={201: PersonShown}, summary="认定类别")
@as_asker
def categorise(request: HttpRequest, person: Id, given: CategoryNew) -> Status:
    commands.categorise(person_id=person, **given.dict())
    return Status(201, _shown(queries.look_at(number=person)))


@router.post("/{int:person}/certificates", response={201: PersonShown}, summary="增加证件")
@as_asker
def add_certificate(request: HttpRequest, person: Id, given: CertificateNew) -> Status:
    commands.add_certificate(person_id=person, **given.dict())
    return Status(201, _shown(queries.look_at(number=person)))


@router.patch("/{int:person}", response=PersonShown, summary="更正")
@as_asker
def correct(request: HttpRequest, person: Id, given: Correction) -> PersonShown:
    commands.correct(person_id=person, **given.dict())
    return _shown(queries.look_at(number=person))


@router.post("/{int:person}/death", response=PersonShown, summary="登记死亡")
@as_asker
def record_death(request: HttpRequest, person: Id, given: Death) -> PersonShown:
    dying.record_death(person_id=person, **given.dict())
    return _shown(queries.look_at(number=person))


@router.patch("/{int:person}/death", response=PersonShown, summary="更正死亡")
@as_asker
def correct_death(request: HttpRequest, person: Id, given: DeathCorrected) -> PersonShown:
    """Without a day the person lives. Spells that ended with the death go on, or end with the new day."""
    dying.correct_death(person_id=person, **given.dict())
    return _shown(queries.look_at(number=person))


@router.post("/{int:person}/moves", response=PersonShown, summary="变更家庭")
@as_asker
def move(request: HttpRequest, person: Id, given: Move) -> PersonShown:
    commands.move(person_id=person, **given.dict())
    return _shown(queries.look_at(number=person))


@router.post("/categories/{int:category}/end", response={204: None}, summary="终止类别")
@as_asker
def end_category(request: HttpRequest, category: Id, given: CategoryEnd) -> Status:
    commands.end_category(category_id=category, **given.dict())
    return Status(204, None)


@router.post("/{int:person}/employments", response={204: None}, summary="登记用工")
@as_asker
def employ(request: HttpRequest, person: Id, given: EmploymentNew) -> Status:
    commands.employ(person_id=person, **given.dict())
    return Status(204, None)


@router.post("/{int:person}/employments/{int:employer}/end", response={204: None}, summary="终止用工")
@as_asker
def dismiss(request: HttpRequest, person: Id, employer: Id, given: EmploymentEnd) -> Status:
    commands.dismiss(person_id=person, employer=employer, **given.dict())
    return Status(204, None)


@router.get("/employers/{int:employer}", response=list[PersonShown], summary="在职职工")
@as_asker
def employees(
    request: HttpRequest, employer: Id, after: Annotated[int, Field(ge=0, le=2**62)] = 0
) -> list[PersonShown]:
    """Fifty at most; the next are those after the last number."""
    return [_shown(seen) for seen in queries.employees(employer=employer, after=after)]


@router.get("/alike", response=list[Pair], summary="疑似重复")
@as_asker
def alike(request: HttpRequest) -> list[Pair]:
    return [Pair(keep=keep, drop=drop) for keep, drop in queries.alike()]


@router.post("/merges", response={201: CaseShown}, summary="提出合并")
@as_asker
def open_merge(request: HttpRequest, given: MergeNew) -> Status:
    return Status(201, merging.open_merge(**given.dict()))


@router.post("/merges/{int:case}", response=CaseShown, summary="审核合并")
@as_asker
def decide_merge(request: HttpRequest, case: Id, given: MergeDecision) -> object:
    return merging.decide_merge(case_id=case, **given.dict())
