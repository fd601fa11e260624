"""Enrolment: a person's spells, files of them, and reports."""

from datetime import timedelta
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.faces.api.handed_in import handed_in
from tongchou.ground.errors import ProblemError
from tongchou.record.base.actor import actor
from tongchou.record.enrolment import commands, households, queries, reports, staff
from tongchou.record.enrolment.files.feed import read_feed
from tongchou.record.enrolment.files.importing import import_file, preview
from tongchou.record.enrolment.models import Spell
from tongchou.record.sheets import error_sheet
from tongchou.record.sheets.streamed import MOST_TEXT

router = Router(tags=["enrolment"])
Facts = dict[text(30), text(200, 0)]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SpellShown(Schema):
    """`through` is the last day, null while the enrolment goes on."""

    id: int
    insurance: str
    since: Day
    through: Day | None
    suspended: bool
    employer: int | None
    facts: dict[str, object]


class SpellNew(Schema):
    insurance: text(20)
    since: Day
    through: Day | None = None
    employer: Id | None = None
    facts: Facts = Field(default_factory=dict)


class From(Schema):
    insurance: text(20)
    since: Day
    reason: Reason


class Until(Schema):
    insurance: text(20)
    last: Day
    reason: Reason


class Transfer(Schema):
    """Without an employer the person goes on alone; without `facts` they stay what they are."""

    insurance: text(20)
    since: Day
    employer: Id | None = None
    facts: Facts | None = None
    reason: Reason


class Past(Schema):
    insurance: text(20)
    since: Day
    through: Day | None = None
    held: Literal["enrolled", "suspended", "none"]
    employer: Id | None = None
    facts: Facts = Field(default_factory=dict)
    reason: Reason


class EligibilityAsked(Schema):
    insurance: text(20)
    since: Day
    facts: Facts = Field(default_factory=dict)


class EligibilityShown(Schema):
    """`group` lets them in ("" where the region names none); else `held` are insurances in the way, and `joins` is the
    one they belong in."""

    eligible: bool
    group: str
    held: list[str]
    joins: str
    cite: str


class HouseholdEnrolment(Schema):
    """`facts` hold for all members, `own` for one, by number."""

    insurance: text(20)
    since: Day
    facts: Facts = Field(default_factory=dict)
    own: dict[Id, Facts] = Field(default_factory=dict, max_length=100)


class MemberLeftOut(Schema):
    person: int
    code: str
    says: str


class HouseholdEnrolled(Schema):
    """Who was enrolled, and who was left out and why."""

    household: int
    insurance: str
    persons: list[int]
    left_out: list[MemberLeftOut]


class Hiring(Schema):
    """Birthday and sex where the certificate does not tell them."""

    kind: text(2) = "01"
    number: text(60)
    name: text(60)
    since: Day
    insurances: list[text(20)] = Field(max_length=20)
    facts: Facts = Field(default_factory=dict)
    born: Day | None = None
    sex: Literal["男", "女", "未知"] | None = None
    phone: text(30) | None = None
    reason: Reason


class Dismissal(Schema):
    last: Day
    reason: Reason


class StaffedShown(Schema):
    """Spells through this employer."""

    person: int
    spells: list[SpellShown]


class Looked(Schema):
    rows: int
    new: int
    known: int
    spells: dict[str, int]
    doubles: int
    problems: list[dict[str, object]]


class Taken(Schema):
    rows: int
    registered: int
    doubles: int


class Days(Schema):
    first: Day
    last: Day
    insurance: text(20, 0) = ""


class GapShown(Schema):
    person: int
    insurance: str
    first: Day
    last: Day


class DoubleShown(Schema):
    """`counts` is the insurance whose benefits count on these days."""

    person: int
    counts: str
    other: str
    first: Day
    last: Day | None


class Feed(Schema):
    """`name` says whose people the feed counts."""

    name: text(100)
    on: Day


class MissingShown(Schema):
    """Rows of the feed, counted from 1 below its head: of people nobody knows, and of people in no scheme."""

    people: int
    unknown: list[int]
    not_enrolled: list[int]


class Figure(Schema):
    name: text(100)
    figure: int = Field(ge=1, le=10**10)
    on: Day


class RateShown(Schema):
    """The rate is `enrolled` / `of`; `basis` names what is counted there."""

    basis: str
    enrolled: int
    of: int


def _spell(one: Spell) -> SpellShown:
    through = None if one.during.upper is None else one.during.upper - timedelta(days=1)
    return SpellShown(
        id=one.pk,
        insurance=one.insurance,
        since=one.during.lower,
        through=through,
        suspended=one.suspended,
        employer=one.employer_id,
        facts=one.facts,
    )


def _changed(done: commands.Changed) -> list[SpellShown]:
    return [_spell(one) for one in done.spells]


def _staffed(done: staff.Staffed) -> StaffedShown:
    return StaffedShown(person=done.person, spells=[_spell(one) for one in done.spells])


def _command(given: Schema) -> dict[str, object]:
    found = given.dict()
    return {"insurance_name": found.pop("insurance"), **found}


@router.get("/insurances", response=dict[str, str], summary="险种")
@as_asker
def insurances(request: HttpRequest) -> dict[str, str]:
    return queries.names()


@router.get("/persons/{person}", response=list[SpellShown], summary="参保关系")
@as_asker
def spells(request: HttpRequest, person: Id) -> list[SpellShown]:
    return [_spell(one) for one in queries.spells(person_id=person)]


@router.post("/persons/{person}", response={201: list[SpellShown]}, summary="参保")
@as_asker
def enrol(request: HttpRequest, person: Id, given: SpellNew) -> Status:
    return Status(201, _changed(commands.enrol(person_id=person, **_command(given))))


@router.post("/persons/{person}/eligibility", response=EligibilityShown, summary="参保资格")
@as_asker
def eligibility(request: HttpRequest, person: Id, given: EligibilityAsked) -> object:
    """Whether they could be enrolled from a day on; nothing is changed."""
    return queries.eligibility_of(person_id=person, **_command(given))


@router.post("/persons/{person}/suspension", response=list[SpellShown], summary="暂停")
@as_asker
def suspend(request: HttpRequest, person: Id, given: From) -> list[SpellShown]:
    return _changed(commands.suspend(person_id=person, **_command(given)))


@router.post("/persons/{person}/resumption", response=list[SpellShown], summary="恢复")
@as_asker
def resume(request: HttpRequest, person: Id, given: From) -> list[SpellShown]:
    return _changed(commands.resume(person_id=person, **_command(given)))


@router.post("/persons/{person}/end", response=list[SpellShown], summary="停保")
@as_asker
def end(request: HttpRequest, person: Id, given: Until) -> list[SpellShown]:
    return _changed(commands.end(person_id=person, **_command(given)))


@router.post("/persons/{person}/transfer", response=list[SpellShown], summary="变更单位")
@as_asker
def transfer(request: HttpRequest, person: Id, given: Transfer) -> list[SpellShown]:
    return _changed(commands.transfer(person_id=person, **_command(given)))


@router.post("/persons/{person}/past", response=list[SpellShown], summary="更改既往")
@as_asker
def change_past(request: HttpRequest, person: Id, given: Past) -> list[SpellShown]:
    return _changed(commands.change_past(person_id=person, **_command(given)))


@router.post("/households/{household}", response={201: HouseholdEnrolled}, summary="全家参保")
@as_asker
def enrol_household(request: HttpRequest, household: Id, given: HouseholdEnrolment) -> Status:
    """All members whom the insurance is for, at once; the others are named with the reason."""
    return Status(201, households.enrol_household(household=household, **_command(given)))


@router.post("/employers/{employer}/employees", response={201: StaffedShown}, summary="增员")
@as_asker
def join(request: HttpRequest, employer: Id, given: Hiring) -> Status:
    """The answer is the same whether the person was known before or not."""
    return Status(201, _staffed(staff.join(employer=employer, **given.dict())))


@router.post("/employers/{employer}/employees/{person}/end", response=StaffedShown, summary="减员")
@as_asker
def leave(request: HttpRequest, employer: Id, person: Id, given: Dismissal) -> StaffedShown:
    return _staffed(staff.leave(employer=employer, person_id=person, **given.dict()))


@router.post("/imports/preview", response=Looked, summary="预览参保文件")
@as_asker
def look(request: HttpRequest, agency: Id, file: File[UploadedFile]) -> Looked:
    """The file is CSV (UTF-8) or XLSX; whoever is new would be registered under the agency. Nothing is changed."""
    actor().needs("enrolment.write")
    with handed_in(file, MOST_TEXT) as handed:
        found = preview(upload=handed, agency=agency)
    told = [one.as_dict() for one in found.problems]
    return Looked(**{**vars(found), "spells": dict(found.spells), "problems": told})


@router.post("/imports/errors", response={204: None}, summary="参保文件的错误表")
@as_asker
def errors(request: HttpRequest, agency: Id, file: File[UploadedFile]) -> HttpResponse:
    """What is wrong with a file as an XLSX that names row and column; no content when nothing is."""
    actor().needs("enrolment.write")
    with handed_in(file, MOST_TEXT) as handed:
        try:
            problems = list(preview(upload=handed, agency=agency).problems)
        except ProblemError as error:
            if any(one.place.row is None for one in error.problems):
                raise
            problems = error.problems
    if not problems:
        return HttpResponse(status=204)
    answer = HttpResponse(error_sheet(problems), content_type=_XLSX)
    answer["Content-Disposition"] = 'attachment; filename="errors.xlsx"'
    return answer


@router.post("/imports", response={201: Taken}, summary="导入参保文件")
@as_asker
def take(request: HttpRequest, agency: Id, file: File[UploadedFile]) -> Status:
    """All of the file is taken, or nothing."""
    actor().needs("enrolment.write")
    with handed_in(file, MOST_TEXT) as handed:
        done = import_file(upload=handed, agency=agency)
    return Status(201, Taken(rows=done.rows, registered=done.registered, doubles=done.doubles))


@router.post("/gaps", response=list[GapShown], summary="断保")
@as_asker
def gaps(request: HttpRequest, given: Days) -> list[reports.Gap]:
    return reports.gaps(first=given.first, last=given.last, insurance_name=given.insurance)


@router.post("/duplicates", response=list[DoubleShown], summary="重复参保")
@as_asker
def duplicates(request: HttpRequest, given: Days) -> list[reports.Double]:
    return reports.duplicates(first=given.first, last=given.last)


@router.post("/never-enrolled", response=MissingShown, summary="漏保")
@as_asker
def never_enrolled(request: HttpRequest, given: Query[Feed], file: File[UploadedFile]) -> reports.Missing:
    """The file has the column 证件号码, and 证件类型 where they are not resident cards."""
    actor().needs("enrolment.read")
    with handed_in(file, MOST_TEXT) as handed:
        return reports.never_enrolled(feed=read_feed(handed), on=given.on)


@router.post("/rate/of-feed", response=RateShown, summary="参保率(按人口库)")
@as_asker
def rate_of_feed(request: HttpRequest, given: Query[Feed], file: File[UploadedFile]) -> reports.Rate:
    """The file is as for `never-enrolled`."""
    actor().needs("enrolment.read")
    with handed_in(file, MOST_TEXT) as handed:
        return reports.rate_of_feed(feed=read_feed(handed), name=given.name, on=given.on)


@router.post("/rate/of-figure", response=RateShown, summary="参保率(按公布的人数)")
@as_asker
def rate_of_figure(request: HttpRequest, given: Figure) -> reports.Rate:
    return reports.rate_of_figure(**given.dict())
