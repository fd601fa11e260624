"""Payment orders: prepare, review, approve, send, record what the bank answers, reissue; payees' accounts."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.faces.api.handed_in import handed_in
from tongchou.ground.errors import ProblemError
from tongchou.record.disbursement import answering, deciding, payees, preparing, queries, reissuing, sending
from tongchou.record.sheets import error_sheet

router = Router(tags=["payments"])

Payee = Literal["provider", "person", "employer"]
After = Annotated[int, Field(ge=0, le=2**62)]


class OrderNew(Schema):
    """What was owed at the end of a day to payees of a kind, for the people insured in an agency's branch."""

    payee: Payee
    agency: Id
    scheme: text(20)
    through: Day
    fund: text(30, 0) = ""


class PaymentOrderShown(Schema):
    """Amounts in fen."""

    id: int
    payee: str
    agency: int
    scheme: str
    through: date
    at: datetime
    state: str
    lines: int
    fen: int
    paid: int
    returned: int


class PaymentLineShown(Schema):
    """Of the account the last four digits; `code` is the bank's when it returned the line."""

    id: int
    order: int
    number: int
    organisation: int | None
    person: int | None
    bank: str
    tail: str
    fen: int
    state: str
    code: str


class StepShown(Schema):
    number: int
    act: str
    by: int | None
    at: datetime
    reason: str


class WaitingShown(Schema):
    payee: int
    fen: int
    ready: bool


class PaymentDecision(Schema):
    approve: bool
    reason: Reason


class PaymentWhy(Schema):
    reason: Reason


class AnswerShown(Schema):
    id: int
    name: str
    digest: str
    lines: int


class AccountNew(Schema):
    """Of an organisation or of a person."""

    holder: text(100)
    bank: text(100)
    number: text(40)
    organisation_id: Id | None = None
    person_id: Id | None = None
    reason: Reason


class AccountShown(Schema):
    id: int
    organisation_id: int | None
    person: int | None
    holder: str
    bank: str
    tail: str
    state: str
    opinion: str


@router.get("", response=list[PaymentOrderShown], summary="拨付单")
@as_asker
def orders(request: HttpRequest, state: text(8, 0) = "", after: After = 0) -> object:
    return queries.orders(state=state, after=after)


@router.post("", response={201: PaymentOrderShown}, summary="编制拨付单")
@as_asker
def prepare(request: HttpRequest, given: OrderNew) -> Status:
    return Status(201, queries.look_at(order_id=preparing.prepare(**given.dict()).pk))


@router.get("/waiting", response=list[WaitingShown], summary="待拨付款")
@as_asker
def waiting(request: HttpRequest, payee: Payee, agency: Id, scheme: text(20), through: Day) -> object:
    return queries.waiting(payee=payee, agency=agency, scheme=scheme, through=through)


@router.get("/mine", response=list[PaymentLineShown], summary="我的到账")
@as_asker
def mine(request: HttpRequest, after: After = 0) -> object:
    return queries.mine(after=after)


@router.get("/accounts", response=list[AccountShown], summary="收款账户")
@as_asker
def accounts(request: HttpRequest, organisation: Id | None = None, person: Id | None = None) -> object:
    """Of one payee, or those that wait to be confirmed."""
    return queries.accounts(organisation_id=organisation, person_id=person)


@router.post("/accounts", response={201: AccountShown}, summary="登记收款账户")
@as_asker
def register_account(request: HttpRequest, given: AccountNew) -> Status:
    return Status(201, payees.register_account(**given.dict()))


@router.post("/accounts/{payee_account}", response=AccountShown, summary="核实收款账户")
@as_asker
def decide_account(request: HttpRequest, payee_account: Id, given: PaymentDecision) -> object:
    return payees.decide_account(account_id=payee_account, **given.dict())


@router.get("/{payment}", response=PaymentOrderShown, summary="查看拨付单")
@as_asker
def look_at(request: HttpRequest, payment: Id) -> object:
    return queries.look_at(order_id=payment)


@router.get("/{payment}/lines", response=list[PaymentLineShown], summary="拨付明细")
@as_asker
def lines(request: HttpRequest, payment: Id, after: After = 0) -> object:
    return queries.lines(order_id=payment, after=after)


@router.get("/{payment}/steps", response=list[StepShown], summary="拨付经过")
@as_asker
def steps(request: HttpRequest, payment: Id) -> object:
    return queries.steps(order_id=payment)


@router.get("/{payment}/unanswered", response=list[PaymentLineShown], summary="未回盘明细")
@as_asker
def unanswered(request: HttpRequest, payment: Id) -> object:
    return queries.unanswered(order_id=payment)


@router.post("/{payment}/review", response=PaymentOrderShown, summary="复核拨付单")
@as_asker
def review(request: HttpRequest, payment: Id, given: PaymentDecision) -> object:
    return _shown(deciding.review(order_id=payment, **given.dict()).pk)


@router.post("/{payment}/approval", response=PaymentOrderShown, summary="审批拨付单")
@as_asker
def approve(request: HttpRequest, payment: Id, given: PaymentDecision) -> object:
    return _shown(deciding.approve(order_id=payment, **given.dict()).pk)


@router.post("/{payment}/bank-file", summary="出具银行盘")
@as_asker
def bank_file(request: HttpRequest, payment: Id) -> HttpResponse:
    """The file; its SHA-256 is in the header `Digest`. Asked for again, it is the same."""
    found = sending.bank_file(order_id=payment)
    answer = HttpResponse(found.content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer["Digest"] = f"sha-256={found.digest}"
    answer["Cache-Control"] = "no-store"
    return answer


@router.post("/{payment}/answers", response={201: AnswerShown}, summary="登记银行回盘")
@as_asker
def record_returns(request: HttpRequest, payment: Id, file: File[UploadedFile]) -> Status:
    return Status(201, answering.record_returns(order_id=payment, sheet=_sheet(payment, file)))


@router.post("/{payment}/answers/errors", response={204: None}, summary="下载回盘错误表")
@as_asker
def errors(request: HttpRequest, payment: Id, file: File[UploadedFile]) -> HttpResponse:
    """What is wrong with a file as an XLSX with row and column; no content when nothing is."""
    answering.awaited(payment)  # or the refusal would be in the sheet
    try:
        problems = answering.problems_of(payment, _sheet(payment, file))
    except ProblemError as error:
        problems = list(error.problems)
    if not problems:
        return HttpResponse(status=204)
    answer = HttpResponse(error_sheet(problems), content_type=_XLSX)
    answer["Content-Disposition"] = 'attachment; filename="errors.xlsx"'
    return answer


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/{payment}/reissue", response={201: PaymentOrderShown}, summary="退汇重发")
@as_asker
def reissue(request: HttpRequest, payment: Id, given: PaymentWhy) -> Status:
    return Status(201, _shown(reissuing.reissue(order_id=payment, reason=given.reason).pk))


def _shown(order: int) -> queries.Seen:
    return queries.look_at(order_id=order)


def _sheet(payment: int, file: UploadedFile) -> answering.Sheet:
    """Read for whoever may record it, and for nobody else."""
    answering.awaited(payment)
    with handed_in(file) as given:
        return answering.read_answer(given.name, given.path.read_bytes())
