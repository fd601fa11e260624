"""Personal accounts: balances, statements, sharing, inheritance, the end of a year."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.record.accounts import closing, commands, queries

router = Router(tags=["accounts"])


class StandingShown(Schema):
    """In fen."""

    insurance: str
    account: str
    fen: int


class MovementShown(Schema):
    day: date
    kind: str
    fen: int
    balance: int
    to: str
    cite: str
    source: str


class StatementShown(Schema):
    insurance: str
    account: str
    first: date
    through: date
    opening: int
    lines: list[MovementShown]
    closing: int


class SharingNew(Schema):
    owner: Id
    relative: Id
    relation: text(20)
    insurance: text(20)
    account: text(30)
    evidence: text(200)
    since: Day
    through: Day | None = None
    reason: Reason


class SharingShown(Schema):
    id: int
    owner_id: int
    relative_id: int
    relation: str
    insurance: str
    account: str


class SharingEnd(Schema):
    last: Day
    reason: Reason


class HeirGiven(Schema):
    person: Id
    share: Annotated[int, Field(ge=1, le=10**6)]


class Inheritance(Schema):
    heirs: Annotated[list[HeirGiven], Field(max_length=50)]
    reason: Reason


class EntryShown(Schema):
    id: int
    person_id: int
    insurance: str
    account: str
    day: date
    kind: str
    fen: int
    to: str
    cite: str


class PayOut(Schema):
    insurance: text(20)
    account: text(30)
    reason: Reason


class Resumed(PayOut):
    day: Day


class Year(Schema):
    insurance: text(20)
    year: Annotated[int, Field(ge=1990, le=2200)]


class YearEndShown(Schema):
    """Accounts closed and still open, and what was earned, lapsed and carried over, in fen."""

    insurance: str
    year: int
    closed: int
    open: int
    interest: int
    lapsed: int
    carried: int


class YearOf(Year):
    """`agency`: one's own when none is named."""

    agency: Id | None = None


class Closed(Schema):
    """How many accounts were closed; ask again until there are none."""

    closed: int


@router.get("/persons/{person}", response=list[StandingShown], summary="账户余额")
@as_asker
def standing(request: HttpRequest, person: Id, on: Day | None = None) -> object:
    return queries.standing(person_id=person, on=on)


@router.get("/persons/{person}/statement", response=StatementShown, summary="账户对账单")
@as_asker
def statement(
    request: HttpRequest, person: Id, insurance: text(20), account: text(30), first: Day, through: Day
) -> object:
    return queries.statement(person_id=person, insurance=insurance, account=account, first=first, through=through)


@router.get("/persons/{person}/sharings", response=list[SharingShown], summary="共济授权")
@as_asker
def sharings(request: HttpRequest, person: Id) -> object:
    return queries.sharings(person_id=person)


@router.post("/sharings", response={201: SharingShown}, summary="登记共济授权")
@as_asker
def share(request: HttpRequest, given: SharingNew) -> Status:
    return Status(201, commands.share(**given.dict()))


@router.post("/sharings/{sharing}/end", response=SharingShown, summary="终止共济授权")
@as_asker
def end_sharing(request: HttpRequest, sharing: Id, given: SharingEnd) -> object:
    return commands.end_sharing(sharing_id=sharing, **given.dict())


@router.post("/persons/{person}/inheritance", response={201: list[EntryShown]}, summary="继承")
@as_asker
def inherit(request: HttpRequest, person: Id, given: Inheritance) -> Status:
    heirs = [commands.Heir(one.person, one.share) for one in given.heirs]
    return Status(201, commands.inherit(person_id=person, heirs=heirs, reason=given.reason))


@router.post("/persons/{person}/resumed", response={201: list[EntryShown]}, summary="中断后再缴")
@as_asker
def resume(request: HttpRequest, person: Id, given: Resumed) -> Status:
    return Status(201, commands.resume_after_break(person_id=person, **given.dict()))


@router.post("/persons/{person}/pay-out", response={201: list[EntryShown]}, summary="一次性退还")
@as_asker
def pay_out(request: HttpRequest, person: Id, given: PayOut) -> Status:
    return Status(201, commands.pay_out(person_id=person, **given.dict()))


@router.post("/years", response=Closed, summary="年度结转")
@as_asker
def close_year(request: HttpRequest, given: Year) -> Closed:
    return Closed(closed=closing.close_year(**given.dict()))


@router.post("/year-ends", response={202: YearEndShown}, summary="申请年度结转")
@as_asker
def ask_close(request: HttpRequest, given: YearOf) -> Status:
    """All accounts of an agency's branch, closed beside everything else; the answer says how far it is."""
    return Status(202, closing.ask_close(**given.dict()))


@router.get("/year-ends", response=YearEndShown, summary="年度结转进度")
@as_asker
def year_end(
    request: HttpRequest, insurance: text(20), year: Annotated[int, Field(ge=1990, le=2200)], agency: Id | None = None
) -> object:
    return closing.year_end(insurance=insurance, year=year, agency=agency)
