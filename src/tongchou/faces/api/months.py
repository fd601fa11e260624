"""Months of contribution: what they come to, certificates of transfer, retirement."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Fen, Id, Reason, text
from tongchou.record.contributions import months, retiring, transferring

router = Router(tags=["months"])

Months = Annotated[int, Field(ge=0, le=1_200)]
Word = text(30)
Facts = dict[text(30), text(200, 0)]


class MonthsNew(Schema):
    insurance: text(20)
    kind: Literal["actual", "deemed"]
    months: Annotated[int, Field(ge=-1_200, le=1_200)]
    evidence: text(300)
    reason: Reason


class Conversion(Schema):
    """Months of `other` as months of `insurance`."""

    insurance: text(20)
    other: text(20)
    reason: Reason


class MonthsShown(Schema):
    actual: int
    deemed: int
    converted: int
    cumulative: int


class Leaving(Schema):
    insurance: text(20)
    region: text(60)
    number: text(60)
    until: Day
    reason: Reason
    account: text(30, 0) = ""


class Coming(Leaving):
    """With `since` the person is enrolled from that day on."""

    since: Day | None = None
    employer: Id | None = None
    facts: Facts | None = None
    actual: Months
    deemed: Months
    converted: Months
    fen: Fen


class TransferShown(Schema):
    id: int
    direction: str
    number: str
    region: str
    actual: int
    deemed: int
    converted: int
    fen: int
    until: date


class Retire(Schema):
    """Without a choice the relation ends. `facts` are what is others in the enrolment from today on."""

    facts: Facts | None = None
    insurance: text(20)
    requirement: Word
    pensioned: bool
    choice: text(30, 0) = ""
    reason: Reason


class RetirementShown(Schema):
    id: int
    actual: int
    cumulative: int
    missing: int
    make_up_id: int | None
    choice: str
    ends_on: date | None
    cite: str


class Prospects(Schema):
    offers: list[str]
    missing_actual: int
    missing: int
    make_up: int | None
    ends_on: date | None
    cites: list[str]


@router.get("/persons/{person}", response=MonthsShown, summary="缴费年限")
@as_asker
def months_of(request: HttpRequest, person: Id, insurance: text(20)) -> object:
    return months.look_at(person_id=person, insurance=insurance)


@router.post("/persons/{person}", response={204: None}, summary="登记缴费年限")
@as_asker
def add_months(request: HttpRequest, person: Id, given: MonthsNew) -> Status:
    months.add_months(person_id=person, **given.dict())
    return Status(204, None)


@router.post("/persons/{person}/conversions", response={204: None}, summary="折算年限")
@as_asker
def convert_months(request: HttpRequest, person: Id, given: Conversion) -> Status:
    months.convert_months(person_id=person, **given.dict())
    return Status(204, None)


@router.post("/persons/{person}/transfer-out", response={201: TransferShown}, summary="转出")
@as_asker
def transfer_out(request: HttpRequest, person: Id, given: Leaving) -> Status:
    return Status(201, transferring.send(person_id=person, **given.dict()))


@router.post("/persons/{person}/transfer-in", response={201: TransferShown}, summary="转入")
@as_asker
def transfer_in(request: HttpRequest, person: Id, given: Coming) -> Status:
    return Status(201, transferring.take(person_id=person, **given.dict()))


@router.get("/persons/{person}/retirement", response=Prospects, summary="退休测算")
@as_asker
def prospects(
    request: HttpRequest, person: Id, insurance: text(20), requirement: Word, pensioned: bool, willing: bool = True
) -> object:
    return retiring.prospects(
        person_id=person, insurance=insurance, requirement=requirement, pensioned=pensioned, willing=willing
    )


@router.post("/persons/{person}/retirement", response={201: RetirementShown}, summary="退休选择")
@as_asker
def retire(request: HttpRequest, person: Id, given: Retire) -> Status:
    return Status(201, retiring.retire(person_id=person, **given.dict()))
