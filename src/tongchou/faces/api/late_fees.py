"""Late fees: what is owed of them, and waiving them."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Fen, Id, Reason, text
from tongchou.record.contributions import waiving

router = Router(tags=["late fees"])
After = Annotated[int, Field(ge=0, le=2**62)]


class LateFeeShown(Schema):
    """In fen."""

    part: int
    person: int
    levy: str
    payer: str
    charged: int
    paid: int
    waived: int
    left: int


class WaiverNew(Schema):
    """`ground` names the law that allows it."""

    part: Id
    fen: Fen
    ground: text(300)
    reason: Reason


class WaiverDecision(Schema):
    approve: bool
    reason: Reason


class WaiverShown(Schema):
    id: int
    part_id: int
    fen: int
    ground: str
    why: str
    state: str
    asked_at: datetime
    opinion: str


@router.get("", response=list[LateFeeShown], summary="应收滞纳金")
@as_asker
def late_fees(request: HttpRequest, person: Id | None = None, employer: Id | None = None, after: After = 0) -> object:
    return waiving.late_fees(person_id=person, employer=employer, after=after)


@router.get("/waivers", response=list[WaiverShown], summary="滞纳金减免清单")
@as_asker
def waivers(request: HttpRequest, state: Literal["open", "approved", "refused"] = "open", after: After = 0) -> object:
    return waiving.waivers(state=state, after=after)


@router.post("/waivers", response={201: WaiverShown}, summary="申请减免滞纳金")
@as_asker
def ask(request: HttpRequest, given: WaiverNew) -> Status:
    return Status(201, waiving.ask_waiver(**given.dict()))


@router.post("/waivers/{waiver}", response=WaiverShown, summary="审核减免")
@as_asker
def decide(request: HttpRequest, waiver: Id, given: WaiverDecision) -> object:
    return waiving.decide_waiver(case_id=waiver, **given.dict())
