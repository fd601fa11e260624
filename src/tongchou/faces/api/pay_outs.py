"""Cash that is due, and paying it out."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.record.contributions import paying_out
from tongchou.record.contributions.models import PayOut

router = Router(tags=["pay-outs"])
After = Annotated[int, Field(ge=0, le=2**62)]
Of = Literal["entry", "cash"]


class DueShown(Schema):
    """In fen: of an account's entry, or of cash for who cannot be enrolled."""

    of: str
    number: int
    person: int
    what: str
    to: str
    since: date
    fen: int
    cite: str


class PayOutNew(Schema):
    of: Of
    number: Id
    payee: text(60)
    bank: text(100)
    account: text(60)
    reason: Reason


class PayOutDecision(Schema):
    approve: bool
    reason: Reason


class PayOutPaid(Schema):
    """The number of the bank, used once."""

    number: text(60)
    day: Day


class PayOutReturned(Schema):
    day: Day
    reason: Reason


class PayOutShown(Schema):
    """The account is shown by its last four digits."""

    id: int
    person_id: int
    entry_id: int | None
    cash_id: int | None
    fen: int
    payee: str
    bank: str
    account: str
    state: str
    why: str
    opinion: str
    number: str | None
    paid_on: date | None
    returned_on: date | None
    returned_why: str

    @staticmethod
    def resolve_account(found: PayOut) -> str:
        return "*" * max(0, len(found.account) - 4) + found.account[-4:]


@router.get("/due", response=list[DueShown], summary="应发现金")
@as_asker
def due(request: HttpRequest, of: Of, after: After = 0) -> object:
    return paying_out.due(of=of, after=after)


@router.get("", response=list[PayOutShown], summary="发放清单")
@as_asker
def pay_outs(
    request: HttpRequest,
    state: Literal["prepared", "approved", "refused", "paid", "returned"] = "prepared",
    after: After = 0,
) -> object:
    return paying_out.pay_outs(state=state, after=after)


@router.post("", response={201: PayOutShown}, summary="办理发放")
@as_asker
def prepare(request: HttpRequest, given: PayOutNew) -> Status:
    return Status(201, paying_out.prepare(**given.dict()))


@router.post("/{pay_out}/decision", response=PayOutShown, summary="审核发放")
@as_asker
def decide(request: HttpRequest, pay_out: Id, given: PayOutDecision) -> object:
    return paying_out.decide(pay_out=pay_out, **given.dict())


@router.post("/{pay_out}/payment", response=PayOutShown, summary="登记已付")
@as_asker
def paid(request: HttpRequest, pay_out: Id, given: PayOutPaid) -> object:
    return paying_out.paid(pay_out=pay_out, **given.dict())


@router.post("/{pay_out}/return", response=PayOutShown, summary="登记退回")
@as_asker
def returned(request: HttpRequest, pay_out: Id, given: PayOutReturned) -> object:
    return paying_out.returned(pay_out=pay_out, **given.dict())
