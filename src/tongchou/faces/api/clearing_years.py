"""The clearing of years: opened, grouped, told, objected to, cleared, confirmed, opened again."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tongchou.faces.api import cleared_years
from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.cleared_years import Number
from tongchou.faces.api.fields import Day, Fen, Id, Reason, text
from tongchou.faces.api.handed_in import handed_in
from tongchou.record.base.actor import actor
from tongchou.record.clearing import (
    clearing,
    confirming,
    finishing,
    giving,
    grouping,
    objecting,
    opening,
    queries,
    schemes,
    sources,
    special,
)
from tongchou.record.clearing.models import Objection, SpecialCase

router = Router(tags=["clearing-years"])
router.add_router("", cleared_years.router)

After = Annotated[int, Field(ge=0, le=2**62)]
Kind = Literal["dip", "drg"]
Schemes = dict[Kind, text(64)]


class ClearingYearNew(Schema):
    """`agency`: in whose branch the institutions are."""

    agency: Id
    scheme: text(20)
    year: Annotated[int, Field(ge=2000, le=2200)]
    reason: Reason


class ClearingYearShown(Schema):
    """`state`: opened, grouped, published, final, cleared, confirmed, reopened; `until`: the last day of feedback while
    it lasts; `version`: of the last clearing; `rules`: the hash of what was declared when it was opened."""

    id: int
    agency: int
    scheme: str
    year: int
    pack: str
    rules: str
    lists_by: date
    state: str
    until: date | None
    version: int | None
    at: datetime


class ClearingStepShown(Schema):
    number: int
    act: str
    until: date | None
    by: int | None
    at: datetime
    reason: str


class ClearingWhy(Schema):
    reason: Reason


class GroupSchemeShown(Schema):
    kind: str
    hash: str
    at: datetime


class GivenNew(Schema):
    """Rows of one of the tables `budget`, `institutions`, `assessments`, `signed`, `quotas`, `communities`, by the
    columns of the engine; or of `scores`: `settlement_id`, `record_score` (points)."""

    rows: Annotated[list[dict[text(40), str | int | None]], Field(max_length=20_000)]
    reason: Reason


class ClearingSourceShown(Schema):
    """Where a table or a scheme (`dip`, `drg`) comes from: `published` (`of`: the negotiations), the `pack` or `kept`
    (`of`: its hash), or `given` (`of`: the number of the table)."""

    name: str
    origin: str
    of: str
    rows: int | None
    fen: int | None


class GroupingNew(Schema):
    """By which kept schemes, by their hashes."""

    schemes: Schemes = Field(default_factory=dict)
    reason: Reason


class FinalNew(Schema):
    """Without schemes, those by which the year was grouped before."""

    schemes: Schemes | None = None
    reason: Reason


class ClearingCaseShown(Schema):
    """A settlement: why it is out (nothing: it is in), how it is paid, its group, and how it came to it."""

    settlement_id: str
    admitted_on: Day | None
    discharged_on: Day
    list_on: Day | None
    total_fee: int
    fund: int
    reason: str
    method: str
    group: str
    status: str
    base_points: Decimal
    reference_mean: int
    evidence: str


class ObjectionNew(Schema):
    """`list`: the number of that version of the settlement's list which is to count."""

    settlement: Id
    reason: Reason
    list: Number | None = None


class ClearingDecision(Schema):
    accept: bool
    reason: Reason


class ObjectionShown(Schema):
    id: int
    settlement: int
    institution: int
    list: int | None
    state: str
    reason: str
    opinion: str
    at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, one: Objection) -> Self:
        plain = ("id", "state", "reason", "opinion", "at", "decided_at")
        return cls(
            settlement=one.event_id,
            institution=one.institution_id,
            list=None if one.list is None else one.list.number,
            **{name: getattr(one, name) for name in plain},
        )


class SpecialCaseNew(Schema):
    settlement: Id
    reason: Reason


class SpecialRuling(Schema):
    """`fen`: what the fund pays for the case; without it, what it was charged."""

    approve: bool
    fen: Fen | None = None
    reason: Reason


class SpecialCaseShown(Schema):
    id: int
    settlement: int
    institution: int
    state: str
    reason: str
    fen: int | None
    opinion: str
    at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, one: SpecialCase) -> Self:
        plain = ("id", "state", "reason", "fen", "opinion", "at", "decided_at")
        return cls(
            settlement=one.event_id,
            institution=one.institution_id,
            **{name: getattr(one, name) for name in plain},
        )


class Confirmation(Schema):
    """`number`: of the clearing that is confirmed."""

    number: Number
    reason: Reason


@router.get("", response=list[ClearingYearShown], summary="清算年度")
@as_asker
def years(request: HttpRequest, scheme: text(20, 0) = "", after: After = 0) -> object:
    return queries.years(scheme=scheme, after=after)


@router.post("", response={201: ClearingYearShown}, summary="开启清算年度")
@as_asker
def open_year(request: HttpRequest, given: ClearingYearNew) -> Status:
    return Status(201, _shown(opening.open_year(**given.dict()).pk))


@router.post("/group-schemes", response={201: GroupSchemeShown}, summary="保存分组方案")
@as_asker
def keep_scheme(request: HttpRequest, kind: Kind, reason: Reason, file: File[UploadedFile]) -> Status:
    """A catalogue's or a grouper's folder as a ZIP file. What is kept already is answered as it is."""
    actor().needs("clearing.work")
    with handed_in(file) as sent:
        files = schemes.files_in(sent.path.read_bytes())
    return Status(201, schemes.keep_scheme(kind=kind, files=files, reason=reason))


@router.post("/objections/{clearing_objection}/decision", response=ObjectionShown, summary="审核分组反馈")
@as_asker
def decide_objection(request: HttpRequest, clearing_objection: Id, given: ClearingDecision) -> object:
    return ObjectionShown.of(objecting.decide_objection(objection_id=clearing_objection, **given.dict()))


@router.post("/special-cases/{special_case}/decision", response=SpecialCaseShown, summary="评审特例单议")
@as_asker
def decide_special(request: HttpRequest, special_case: Id, given: SpecialRuling) -> object:
    return SpecialCaseShown.of(special.decide_special(special_id=special_case, **given.dict()))


@router.get("/{int:clearing_year}", response=ClearingYearShown, summary="查看清算年度")
@as_asker
def look_at(request: HttpRequest, clearing_year: Id) -> object:
    return _shown(clearing_year)


@router.get("/{int:clearing_year}/steps", response=list[ClearingStepShown], summary="清算经过")
@as_asker
def steps(request: HttpRequest, clearing_year: Id) -> object:
    return queries.steps(year_id=clearing_year)


@router.get("/{int:clearing_year}/sources", response=list[ClearingSourceShown], summary="清算依据的来源")
@as_asker
def where_from(request: HttpRequest, clearing_year: Id) -> object:
    """Of each table and each scheme of the year that there is."""
    return sources.sources(year_id=clearing_year)


@router.put("/{int:clearing_year}/tables/{name}", response={204: None}, summary="给定清算参数表")
@as_asker
def give(request: HttpRequest, clearing_year: Id, name: text(20), given: GivenNew) -> Status:
    """In place of the table that was given before."""
    giving.give(year_id=clearing_year, name=name, **given.dict())
    return Status(204, None)


@router.post("/{int:clearing_year}/grouping", response=ClearingYearShown, summary="预分组")
@as_asker
def group(request: HttpRequest, clearing_year: Id, given: GroupingNew) -> object:
    grouping.group(year_id=clearing_year, **given.dict())
    return _shown(clearing_year)


@router.post("/{int:clearing_year}/publication", response=ClearingYearShown, summary="下发预分组")
@as_asker
def publish_groups(request: HttpRequest, clearing_year: Id, given: ClearingWhy) -> object:
    """From the next day institutions have the declared working days for feedback."""
    grouping.publish_groups(year_id=clearing_year, **given.dict())
    return _shown(clearing_year)


@router.get("/{int:clearing_year}/cases/{institution}", response=list[ClearingCaseShown], summary="机构的清算病例")
@as_asker
def cases(request: HttpRequest, clearing_year: Id, institution: Id, after: text(20, 0) = "") -> object:
    """As they were grouped last; an institution sees its own once it was told."""
    return queries.cases(year_id=clearing_year, institution_id=institution, after=after)


@router.get("/{int:clearing_year}/objections", response=list[ObjectionShown], summary="分组反馈")
@as_asker
def objections(
    request: HttpRequest, clearing_year: Id, state: text(8, 0) = "", after: After = 0
) -> list[ObjectionShown]:
    return [ObjectionShown.of(one) for one in queries.objections(year_id=clearing_year, state=state, after=after)]


@router.post("/{int:clearing_year}/objections", response={201: ObjectionShown}, summary="反馈分组")
@as_asker
def object_(request: HttpRequest, clearing_year: Id, given: ObjectionNew) -> Status:
    made = objecting.object_(
        year_id=clearing_year, event_id=given.settlement, reason=given.reason, with_list=given.list
    )
    return Status(201, ObjectionShown.of(made))


@router.get("/{int:clearing_year}/special-cases", response=list[SpecialCaseShown], summary="特例单议")
@as_asker
def special_cases(
    request: HttpRequest, clearing_year: Id, state: text(8, 0) = "", after: After = 0
) -> list[SpecialCaseShown]:
    found = queries.special_cases(year_id=clearing_year, state=state, after=after)
    return [SpecialCaseShown.of(one) for one in found]


@router.post("/{int:clearing_year}/special-cases", response={201: SpecialCaseShown}, summary="申请特例单议")
@as_asker
def apply_special(request: HttpRequest, clearing_year: Id, given: SpecialCaseNew) -> Status:
    made = special.apply_special(year_id=clearing_year, event_id=given.settlement, reason=given.reason)
    return Status(201, SpecialCaseShown.of(made))


@router.post("/{int:clearing_year}/finalisation", response=ClearingYearShown, summary="终分组")
@as_asker
def finalise(request: HttpRequest, clearing_year: Id, given: FinalNew) -> object:
    finishing.finalise(year_id=clearing_year, **given.dict())
    return _shown(clearing_year)


@router.post("/{int:clearing_year}/clearing", response=ClearingYearShown, summary="清算")
@as_asker
def clear(request: HttpRequest, clearing_year: Id, given: ClearingWhy) -> object:
    """Nothing is entered in the books before another person confirms."""
    clearing.clear_year(year_id=clearing_year, **given.dict())
    return _shown(clearing_year)


@router.post("/{int:clearing_year}/confirmation", response=ClearingYearShown, summary="确认清算入账")
@as_asker
def confirm(request: HttpRequest, clearing_year: Id, given: Confirmation) -> object:
    confirming.confirm(year_id=clearing_year, **given.dict())
    return _shown(clearing_year)


@router.post("/{int:clearing_year}/reopening", response=ClearingYearShown, summary="重开清算年度")
@as_asker
def reopen(request: HttpRequest, clearing_year: Id, given: ClearingWhy) -> object:
    """What was cleared stays readable; the next clearing is entered by its differences."""
    confirming.reopen(year_id=clearing_year, **given.dict())
    return _shown(clearing_year)


def _shown(number: int) -> queries.Seen:
    return queries.look_at(year_id=number)
