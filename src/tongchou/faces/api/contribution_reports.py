"""Reports on contributions: what is owed, what was paid too much, rates, bases made public, what fiscal funds owe."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, text
from tongchou.record.contributions import reports

router = Router(tags=["contributions"])


class ArrearShown(Schema):
    part: int
    person: int
    insurance: str
    levy: str
    payer: str
    first: date
    through: date
    due_on: date
    fen: int
    late_fee: int
    cite: str


class OverShown(Schema):
    """In fen."""

    part: int
    person: int
    insurance: str
    levy: str
    payer: str
    first: date
    since: date
    fen: int
    asked: bool


class Rate(Schema):
    """`collected` of `of`, in fen, by the named denominator; the rate itself is their quotient."""

    basis: str
    collected: int
    of: int


class BaseShown(Schema):
    name: str
    levy: str
    first: date
    through: date
    base: int


class ClaimShown(Schema):
    fund: str
    levy: str
    people: int
    fen: int


@router.get("/arrears", response=list[ArrearShown], summary="欠费")
@as_asker
def arrears(
    request: HttpRequest,
    on: Day,
    person: Id | None = None,
    employer: Id | None = None,
    after: Annotated[int, Field(ge=0, le=2**62)] = 0,
) -> object:
    return reports.arrears(on=on, person_id=person, employer=employer, after=after)


@router.get("/surpluses", response=list[OverShown], summary="多缴")
@as_asker
def surpluses(
    request: HttpRequest,
    person: Id | None = None,
    employer: Id | None = None,
    after: Annotated[int, Field(ge=0, le=2**62)] = 0,
) -> object:
    """What was paid too much and waits to be given back or set off."""
    return reports.surpluses(person_id=person, employer=employer, after=after)


@router.get("/collection-rate", response=Rate, summary="征缴率")
@as_asker
def collection_rate(
    request: HttpRequest,
    insurance: text(20),
    first: Day,
    through: Day,
    on: Day,
    basis: Literal["assessed", "due"],
    fiscal: bool = False,
    agency: Id | None = None,
) -> object:
    return reports.rate(
        insurance=insurance, first=first, through=through, on=on, basis=basis, fiscal=fiscal, agency=agency
    )


@router.get("/public-bases", response=list[BaseShown], summary="缴费基数公示")
@as_asker
def public_bases(request: HttpRequest, employer: Id, first: Day, through: Day) -> object:
    return reports.public_bases(employer=employer, first=first, through=through)


@router.get("/fiscal-claims", response=list[ClaimShown], summary="财政申领")
@as_asker
def claims(request: HttpRequest, insurance: text(20), first: Day, through: Day) -> object:
    return reports.claims(insurance=insurance, first=first, through=through)
