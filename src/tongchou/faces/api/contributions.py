"""Contributions: declare, assess, receive, give back."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from tongchou.faces.api import contribution_reports
from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Fen, Id, Reason, text
from tongchou.faces.api.handed_in import handed_in
from tongchou.ground.errors import ProblemError
from tongchou.record.base.actor import actor
from tongchou.record.contributions import (
    assessing,
    declaring,
    files,
    households,
    paying,
    payroll,
    receiving,
    refunding,
    reports,
    sheets,
)
from tongchou.record.sheets import error_sheet

router = Router(tags=["contributions"])
router.add_router("", contribution_reports.router)

Word = text(30)


class Declared(Schema):
    person: Id
    fact: Word
    fen: Fen
    since: Day
    employer: Id | None = None


class PayrollFromFile(Schema):
    """An upload that is ready, and why it is declared."""

    upload: Id
    reason: Reason


class PayrollDeclared(Schema):
    figures: int


class Assess(Schema):
    """A month by any of its days; an employer's people, an agency's branch, or all in scope."""

    insurance: text(20)
    month: Day
    employer: Id | None = None
    agency: Id | None = None


class Assessed(Schema):
    assessment: int | None
    people: int
    ordered: int
    left_out: int
    refused: int


class PartShown(Schema):
    id: int
    payer: str
    fen: int
    state: str
    due_on: date | None
    claims: str
    via: str
    cite: str


class OrderShown(Schema):
    id: int
    insurance: str
    levy: str
    first: date
    through: date
    base: int | None
    whole: int
    cancelled: bool
    parts: list[PartShown]


class ReceiptNew(Schema):
    number: text(60)
    part: Id
    day: Day
    fen: Fen
    late_fee: Fen = 0


class ReceiptShown(Schema):
    id: int
    number: str
    part_id: int
    day: date
    fen: int


class BillLine(Schema):
    """In fen."""

    part: int
    person: int
    levy: str
    first: date
    through: date
    due_on: date | None
    left: int
    cite: str


class BillShown(Schema):
    """What the members of a household themselves owe, in fen."""

    household: int
    insurance: str
    lines: list[BillLine]
    left: int


class HouseholdReceipt(Schema):
    """The whole sum of the bill; the receipts are numbered after `number`."""

    number: text(40)
    insurance: text(20)
    day: Day
    fen: Fen


class Reversal(Schema):
    number: text(60)
    day: Day
    reason: Reason


class Previewed(Schema):
    """`problems` say what is wrong, with row and column; taking the file would refuse them all. `over` is what comes
    beyond what is owed, in fen, in the rows `over_rows`: taken and kept unless the region refuses it."""

    rows: int
    fen: int
    first: date
    last: date
    orders: int
    persons: int
    taken_before: int | None
    over: int
    over_rows: list[int]
    problems: list[dict[str, Any]]


class FileShown(Schema):
    id: int
    name: str
    digest: str
    rows: int
    fen: int


class RefundNew(Schema):
    """With `to` what was paid too much is set off on that part."""

    part: Id
    to: Id | None = None
    fen: Fen
    reason: Reason


class RefundDecision(Schema):
    approve: bool
    number: text(60)
    day: Day
    reason: Reason


class RefundShown(Schema):
    id: int
    part_id: int
    to_id: int | None
    fen: int
    state: str
    why: str
    opinion: str


class FromAccount(Schema):
    part: Id
    fen: Fen
    purpose: Word


class ReversalWhy(Schema):
    reason: Reason


@router.post("/declarations", response={204: None}, summary="申报基数")
@as_asker
def declare(request: HttpRequest, given: Declared) -> Status:
    said = given.dict()
    declaring.declare(person_id=said.pop("person"), **said)
    return Status(204, None)


@router.post("/declarations/from-file", response={201: PayrollDeclared}, summary="批量申报基数")
@as_asker
def declare_file(request: HttpRequest, given: PayrollFromFile) -> Status:
    """All that an upload for `payroll` declares, or nothing."""
    return Status(201, payroll.declare_file(**given.dict()))


@router.post("/assessments", response={201: Assessed}, summary="核定")
@as_asker
def assess(request: HttpRequest, given: Assess) -> Status:
    return Status(201, vars(assessing.assess_month(**given.dict())))


@router.get("/persons/{person}/orders", response=list[OrderShown], summary="应缴单")
@as_asker
def orders(request: HttpRequest, person: Id) -> list[OrderShown]:
    return [_order(order, parts) for order, parts in reports.orders_of(person_id=person)]


@router.post("/orders/{order}/cancel", response={204: None}, summary="作废应缴单")
@as_asker
def cancel(request: HttpRequest, order: Id, given: ReversalWhy) -> Status:
    receiving.cancel(order_id=order, reason=given.reason)
    return Status(204, None)


@router.get("/households/{household}/bill", response=BillShown, summary="家庭缴费单")
@as_asker
def bill(request: HttpRequest, household: Id, insurance: text(20), on: Day) -> object:
    return households.bill(household=household, insurance=insurance, on=on)


@router.post("/households/{household}/receipts", response={201: list[ReceiptShown]}, summary="家庭一次缴清")
@as_asker
def receive_for_household(request: HttpRequest, household: Id, given: HouseholdReceipt) -> Status:
    return Status(201, households.receive_for_household(household=household, **given.dict()))


@router.post("/receipts", response={201: ReceiptShown}, summary="登记到账")
@as_asker
def receive(request: HttpRequest, given: ReceiptNew) -> Status:
    return Status(201, receiving.receive(**given.dict()))


@router.post("/receipts/{receipt}/reverse", response={201: ReceiptShown}, summary="冲正")
@as_asker
def reverse(request: HttpRequest, receipt: Id, given: Reversal) -> Status:
    return Status(201, receiving.reverse(receipt_id=receipt, **given.dict()))


@router.post("/receipt-files/preview", response=Previewed, summary="预览到账文件")
@as_asker
def preview(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    seen = files.preview(_sheet(file))
    return {**vars(seen), "problems": [one.as_dict() for one in seen.problems]}


@router.post("/receipt-files", response={201: FileShown}, summary="导入到账文件")
@as_asker
def take_file(request: HttpRequest, file: File[UploadedFile]) -> Status:
    return Status(201, files.take_file(sheet=_sheet(file)))


@router.post("/receipt-files/errors", response={204: None}, summary="下载错误表")
@as_asker
def errors(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """What is wrong with a file as an XLSX with row and column; no content when nothing is."""
    actor().needs("contributions.receive")  # or the refusal would be in the sheet
    try:
        problems = files.preview(_sheet(file)).problems
    except ProblemError as error:
        problems = tuple(error.problems)
    if not problems:
        return HttpResponse(status=204)
    answer = HttpResponse(error_sheet(problems), content_type=_XLSX)
    answer["Content-Disposition"] = 'attachment; filename="errors.xlsx"'
    return answer


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/refunds", response={201: RefundShown}, summary="申请退费")
@as_asker
def ask_refund(request: HttpRequest, given: RefundNew) -> Status:
    return Status(201, refunding.ask_refund(**given.dict()))


@router.post("/refunds/{refund}", response=RefundShown, summary="审核退费")
@as_asker
def decide_refund(request: HttpRequest, refund: Id, given: RefundDecision) -> object:
    return refunding.decide_refund(case_id=refund, **given.dict())


@router.post("/payments-from-account", response={201: ReceiptShown}, summary="共济代缴")
@as_asker
def pay_from_account(request: HttpRequest, given: FromAccount) -> Status:
    return Status(201, paying.pay_from_account(**given.dict()))


def _sheet(file: UploadedFile) -> sheets.Sheet:
    """Read for whoever may take it, and for nobody else. Raises A101."""
    actor().needs("contributions.receive")
    with handed_in(file) as given:
        return sheets.read(given)


def _order(order: Any, parts: Any) -> OrderShown:
    shown = [
        PartShown(
            id=one.pk,
            payer=one.share.payer,
            fen=one.fen,
            state=one.share.state,
            due_on=one.share.due_on,
            claims=one.share.claims,
            via=one.share.via,
            cite=one.share.cite,
        )
        for one in parts
    ]
    fields = {name: getattr(order, name) for name in ("id", "insurance", "levy", "first", "through", "base", "whole")}
    return OrderShown(**fields, cancelled=hasattr(order, "cancelled"), parts=shown)
