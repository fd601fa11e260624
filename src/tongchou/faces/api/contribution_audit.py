"""Auditing of contributions: bases of employers, people who were not declared, orders that enrolment does not bear."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, text
from tongchou.record.contributions import auditing

router = Router(tags=["contribution audit"])
After = Annotated[int, Field(ge=0, le=2**62)]


class EmployerBasesShown(Schema):
    """In fen: `fen` is the sum of the `bases`, `short` what it lacks to what the employer declared for the year."""

    employer: int
    name: str
    people: int
    bases: int
    fen: int
    declared: int | None
    short: int | None


class NotEnrolledShown(Schema):
    employer: int
    person: int
    since: date


class UnborneShown(Schema):
    """In fen."""

    order: int
    person: int
    insurance: str
    levy: str
    first: date
    through: date
    whole: int
    paid: int


@router.get("/employer-bases", response=list[EmployerBasesShown], summary="单位缴费基数通报")
@as_asker
def employer_bases(
    request: HttpRequest,
    insurance: text(20),
    levy: text(30),
    first: Day,
    through: Day,
    fact: text(30, 0) = "",
    year: Annotated[int, Field(ge=1990, le=2200)] | None = None,
    after: After = 0,
) -> object:
    """By employer, for periods that begin within these days: a quarter's list to be made public; with `fact` and `year`
    what was declared too little."""
    return auditing.employer_bases(
        insurance=insurance, levy=levy, first=first, through=through, fact=fact, year=year, after=after
    )


@router.get("/not-enrolled", response=list[NotEnrolledShown], summary="漏报")
@as_asker
def not_enrolled(
    request: HttpRequest, insurance: text(20), on: Day, employer: Id | None = None, after: After = 0
) -> object:
    """Who works for an employer and is not enrolled through it."""
    return auditing.not_enrolled(insurance=insurance, on=on, employer=employer, after=after)


@router.get("/unborne-orders", response=list[UnborneShown], summary="应缴与参保不符")
@as_asker
def unborne(request: HttpRequest, after: After = 0) -> object:
    """Orders that hold though nobody is enrolled on their days: to be refunded and cancelled."""
    return auditing.unborne(after=after)
