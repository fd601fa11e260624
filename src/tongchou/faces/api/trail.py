"""The trail: who did what, who looked at whom."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id, Moment, text
from tongchou.record.audit import queries

router = Router(tags=["trail"])


class TrailEntryShown(Schema):
    id: int
    at: datetime
    kind: str
    name: str
    who: str
    organisation: int | None
    elevated: int | None
    reason: str
    persons: list[int]


class TrailWanted(Schema):
    person: Id | None = None
    who: text(100, 0) = ""
    since: Moment | None = None
    before: Id | None = None


@router.get("", response=list[TrailEntryShown], summary="审计记录")
@as_asker
def entries(request: HttpRequest, wanted: Query[TrailWanted]) -> list[queries.Shown]:
    return queries.entries(**wanted.dict())
