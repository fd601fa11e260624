"""Settlement lists: what institutions submitted, and whether it is approved."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id, Reason
from tongchou.ground.errors import Problem
from tongchou.record.lists import queries
from tongchou.record.lists.models import SettlementList
from tongchou.record.lists.queries import Held
from tongchou.record.lists.states import decide

router = Router(tags=["settlement lists"])


class ListsWanted(Schema):
    """`state`: 0 not submitted, 1 submitted, 2 approved, 3 refused; `before`: older than this list."""

    state: Literal[tuple(code for code, _ in SettlementList.STATES)] | None = None
    institution: Id | None = None
    before: Id | None = None
    limit: int = Field(50, ge=1, le=200)


class ListFinding(Schema):
    """What a check found: where, and what it says."""

    code: str
    section: str
    row: int | None
    field: str
    value: str
    message: str


class ListShown(Schema):
    id: int
    settlement: int
    institution: int
    person: int
    state: str
    version: int
    form: str
    main_diagnosis: str
    main_diagnosis_name: str
    admitted_at: datetime | None
    discharged_at: datetime | None
    total: int
    uploaded_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    opinion: str
    findings: list[ListFinding]

    @classmethod
    def of(cls, found: Held) -> dict[str, Any]:
        one, version = found.list, found.version
        return {
            **{name: getattr(one, name) for name in ("id", "state", "version", "uploaded_at", "submitted_at")},
            "settlement": one.event_id,
            "institution": one.event.institution_id,
            "person": one.event.person_id,
            "total": one.event.total,
            "decided_at": one.decided_at,
            "opinion": one.opinion,
            "form": version.form,
            "main_diagnosis": version.main_code,
            "main_diagnosis_name": version.main_name,
            "admitted_at": version.admitted_at,
            "discharged_at": version.discharged_at,
            "findings": [
                {
                    **{name: getattr(each, name) for name in ("code", "section", "row", "field", "value")},
                    "message": Problem(each.code, details=each.details).message("zh"),
                }
                for each in version.findings.all()
            ],
        }


class ListDecision(Schema):
    approve: bool
    reason: Reason


@router.get("", response=list[ListShown], summary="结算清单")
@as_asker
def lists(request: HttpRequest, wanted: Query[ListsWanted]) -> list[dict[str, Any]]:
    found = queries.lists(
        state=wanted.state or "", institution_id=wanted.institution, before=wanted.before, limit=wanted.limit
    )
    return [ListShown.of(one) for one in found]


@router.get("/{settlement_list}", response=ListShown, summary="查看结算清单")
@as_asker
def look_at(request: HttpRequest, settlement_list: Id) -> dict[str, Any]:
    return ListShown.of(queries.one_list(list_id=settlement_list))


@router.post("/{settlement_list}/decision", response=ListShown, summary="审核结算清单")
@as_asker
def decide_list(request: HttpRequest, settlement_list: Id, given: ListDecision) -> dict[str, Any]:
    """What is refused goes back to the institution, which reads the reason."""
    decide(list_id=settlement_list, approve=given.approve, reason=given.reason)
    return ListShown.of(queries.one_list(list_id=settlement_list))
