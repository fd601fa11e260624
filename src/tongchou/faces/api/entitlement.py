"""Entitlement: what a person is entitled to, fund by fund, and why."""

from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from tongchou.engines.contributions import Period
from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id
from tongchou.record.entitlement import queries

router = Router(tags=["entitlement"])


class PeriodShown(Schema):
    """Days on which one thing holds of a fund, both inclusive; open without `through_date`. `cite` is the article."""

    scheme: str
    fund: str
    from_date: Day
    through_date: Day | None
    level: Literal["full", "none"]
    reason: str
    cite: str


@router.get("/persons/{person}", response=list[PeriodShown], summary="某日待遇")
@as_asker
def on(request: HttpRequest, person: Id, on: Day) -> list[Period]:
    """What holds on a day; nothing of a scheme in which the person is not enrolled then."""
    return queries.entitlement_of(person_id=person, on=on)


@router.get("/persons/{person}/periods", response=list[PeriodShown], summary="待遇享受期")
@as_asker
def periods(request: HttpRequest, person: Id) -> list[Period]:
    return queries.periods_of(person_id=person)
