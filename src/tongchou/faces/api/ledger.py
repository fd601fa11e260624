"""The books: trial balances, vouchers, months, the bridge between the two."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.record.disbursement import bridge as bridging
from tongchou.record.ledger import fund_office, months, queries

router = Router(tags=["ledger"])

Year = Annotated[int, Field(ge=1990, le=2200)]
After = Annotated[int, Field(ge=0, le=2**62)]
Dimension = Literal["account", "scheme", "county", "fund", "bearer", "year", "organisation", "person"]
Book = Literal["business", "cash"]


class Asked(Schema):
    """Of one account, scheme or organisation where it is named."""

    book: Book
    first: Day
    last: Day
    by: list[Dimension] = Field(["account"], min_length=1, max_length=8)
    account: text(20) | None = None
    scheme: text(20) | None = None
    organisation: Id | None = None


class BalanceLineShown(Schema):
    """In fen; a debit is positive."""

    of: dict[str, Any]
    before: int
    debited: int
    credited: int
    after: int


class SpanShown(Schema):
    scheme: str
    fund: str
    year: int
    accrued: int
    paid: int
    outstanding: int
    free: int
    withheld: int
    advanced: int
    ordered: int
    returned: int
    timing: int
    unexplained: int


class VoucherNew(Schema):
    """`fen` is below zero only for an opening that lowers a debit; `agency` is the county of insurance."""

    kind: text(20)
    agency: Id
    scheme: text(20)
    fund: text(30)
    year: Year
    fen: Annotated[int, Field(ge=-(10**12), le=10**12)]
    day: Day
    document: text(60)
    bearer: text(20, 0) = ""
    account: text(20, 0) = ""
    organisation_id: Id | None = None
    person: Id | None = None
    note: text(200, 0) = ""


class VoucherShown(Schema):
    id: int
    kind: str
    account: str
    agency_id: int
    scheme: str
    fund: str
    bearer: str
    year: int
    fen: int
    day: date
    document: str
    note: str
    state: str
    opinion: str


class VoucherDecision(Schema):
    approve: bool
    reason: Reason


class MonthGiven(Schema):
    """A month by any of its days."""

    book: Book
    month: Day


class Reopening(MonthGiven):
    reason: Reason


class MonthShown(Schema):
    book: str
    month: date
    act: str
    number: int
    reason: str
    at: datetime


@router.get("/trial-balance", response=list[BalanceLineShown], summary="试算平衡")
@as_asker
def trial_balance(request: HttpRequest, asked: Query[Asked]) -> list[BalanceLineShown]:
    """Payables, account liabilities and every other statement: one account by whatever it is about."""
    only = {
        name: value for name in ("account", "scheme", "organisation") if (value := getattr(asked, name)) is not None
    }
    lines = queries.trial_balance(book=asked.book, first=asked.first, last=asked.last, by=tuple(asked.by), only=only)
    return [
        BalanceLineShown(
            of=dict(zip(asked.by, one.of, strict=True)),
            before=one.before,
            debited=one.debited,
            credited=one.credited,
            after=one.after,
        )
        for one in lines
    ]


@router.get("/bridge", response=list[SpanShown], summary="两账核对")
@as_asker
def bridge(request: HttpRequest, on: Day, form: Literal["json", "markdown", "csv"] = "json") -> object:
    """In fen; as a page of Markdown or CSV in yuan."""
    spans = bridging.bridge(on=on)
    if form == "csv":
        return HttpResponse(bridging.as_csv(spans), content_type="text/csv; charset=utf-8")
    if form == "markdown":
        return HttpResponse(bridging.as_markdown(spans), content_type="text/markdown; charset=utf-8")
    return spans


@router.get("/vouchers", response=list[VoucherShown], summary="手工凭证")
@as_asker
def vouchers(request: HttpRequest, state: Literal["open", "approved", "refused"] = "open", after: After = 0) -> object:
    return queries.vouchers(state=state, after=after)


@router.post("/vouchers", response={201: VoucherShown}, summary="录入凭证")
@as_asker
def enter_voucher(request: HttpRequest, given: VoucherNew) -> Status:
    return Status(201, fund_office.enter_voucher(**given.dict()))


@router.post("/vouchers/{voucher}", response=VoucherShown, summary="复核凭证")
@as_asker
def decide_voucher(request: HttpRequest, voucher: Id, given: VoucherDecision) -> object:
    return fund_office.decide_voucher(voucher_id=voucher, **given.dict())


@router.get("/months", response=list[MonthShown], summary="月结情况")
@as_asker
def of_months(request: HttpRequest, book: text(8)) -> object:
    return queries.months_of(book=book)


@router.post("/months/closing", response={201: MonthShown}, summary="月结")
@as_asker
def close_month(request: HttpRequest, given: MonthGiven) -> Status:
    return Status(201, months.close_month(**given.dict()))


@router.post("/months/reopening", response={201: MonthShown}, summary="反结账")
@as_asker
def reopen_month(request: HttpRequest, given: Reopening) -> Status:
    return Status(201, months.reopen_month(**given.dict()))
