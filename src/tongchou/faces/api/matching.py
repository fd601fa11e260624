"""The daily three-way match: totals of institutions, and the differences that are work."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason
from tongchou.record.matching import queries, reporting, resolving

router = Router(tags=["matching"])

Signed = Annotated[int, Field(ge=-(10**12), le=10**12)]
"""Fen; a day of reversals is below nothing."""


class AmountsShown(Schema):
    total: int
    fund: int
    account: int


class ReportedLine(Schema):
    event: Id
    total: Signed
    fund: Signed
    account: Signed


class ReportNew(Schema):
    """Totals of a day, and its settlements and reversals, so that differences are found down to the line."""

    institution: Id
    day: Day
    count: Annotated[int, Field(ge=0, le=10**6)]
    total: Signed
    fund: Signed
    account: Signed
    lines: list[ReportedLine] = Field([], max_length=50_000)


class MatchedShown(Schema):
    """A day three ways, in fen."""

    institution: int
    day: date
    count: int
    settled: AmountsShown
    reported_count: int | None
    reported: AmountsShown | None
    posted: int
    open: int
    agrees: bool


class DifferenceShown(Schema):
    id: int
    institution_id: int
    day: date
    kind: str
    event: int | None
    here: AmountsShown | None
    there: AmountsShown | None
    posted: int | None
    state: str
    reason: str


class Again(Schema):
    institution: Id
    day: Day


class MatchWhy(Schema):
    reason: Reason


@router.post("/reports", response={201: MatchedShown}, summary="报送日结合计")
@as_asker
def report(request: HttpRequest, given: ReportNew) -> Status:
    said = given.dict()
    lines = reporting.Lines(reporting.Reported(**one) for one in said.pop("lines"))
    institution = said.pop("institution")
    reporting.report(institution_id=institution, lines=lines, **said)
    return Status(201, queries.matched(institution_id=institution, day=given.day))


@router.get("/days", response=MatchedShown, summary="日对账")
@as_asker
def matched(request: HttpRequest, institution: Id, day: Day) -> object:
    return queries.matched(institution_id=institution, day=day)


@router.post("/matches", response=list[DifferenceShown], summary="重新对账")
@as_asker
def match(request: HttpRequest, given: Again) -> object:
    return reporting.match(institution_id=given.institution, day=given.day)


@router.get("/differences", response=list[DifferenceShown], summary="对账差异")
@as_asker
def work(
    request: HttpRequest,
    state: Literal["open", "resolved", "gone"] = "open",
    after: Annotated[int, Field(ge=0, le=2**62)] = 0,
) -> object:
    return queries.work(state=state, after=after)


@router.post("/differences/{difference}", response=DifferenceShown, summary="处理差异")
@as_asker
def resolve(request: HttpRequest, difference: Id, given: MatchWhy) -> object:
    return resolving.resolve(difference_id=difference, reason=given.reason)
