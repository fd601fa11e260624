"""特病单议: applications that a case leave payment by DRG or DIP, and what the agency says to them."""

from datetime import datetime
from typing import Any, Literal, Self

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id, Reason
from tongchou.record.lists import leaving
from tongchou.record.lists.models import ExitApplication

router = Router(tags=["settlement lists"])


class ExitsWanted(Schema):
    state: Literal[tuple(word for word, _ in ExitApplication.STATES)] | None = None
    after: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(50, ge=1, le=200)


class ExitShown(Schema):
    """`said`: what the institution named by the fields of the interface (3602), its `items` among it."""

    id: int
    settlement_list: int
    settlement: int
    institution: int
    person: int
    kind: str
    reason: str
    state: str
    applied_at: datetime
    changed_at: datetime
    decided_at: datetime | None
    opinion: str
    said: dict[str, Any]

    @classmethod
    def of(cls, one: ExitApplication) -> Self:
        plain = ("id", "kind", "reason", "state", "applied_at", "changed_at", "decided_at", "opinion")
        event = one.of.event
        return cls(
            settlement_list=one.of_id,
            settlement=event.pk,
            institution=event.institution_id,
            person=event.person_id,
            said=leaving.said_of(one),
            **{name: getattr(one, name) for name in plain},
        )


class ExitDecision(Schema):
    approve: bool
    reason: Reason


@router.get("", response=list[ExitShown], summary="特病单议申请")
@as_asker
def applications(request: HttpRequest, wanted: Query[ExitsWanted]) -> list[ExitShown]:
    rows = leaving.applications(state=wanted.state or "")
    found = list(rows[wanted.after : wanted.after + wanted.limit])
    leaving.looked_at("lists.applications", found)
    return [ExitShown.of(one) for one in found]


@router.get("/{application}", response=ExitShown, summary="查看特病单议申请")
@as_asker
def look_at(request: HttpRequest, application: Id) -> ExitShown:
    return ExitShown.of(leaving.application(application_id=application))


@router.post("/{application}/decision", response=ExitShown, summary="审核特病单议申请")
@as_asker
def decide(request: HttpRequest, application: Id, given: ExitDecision) -> ExitShown:
    leaving.decide_exit(application_id=application, approve=given.approve, reason=given.reason)
    return ExitShown.of(leaving.application(application_id=application))
