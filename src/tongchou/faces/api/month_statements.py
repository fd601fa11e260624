"""The months of institutions: statements, deductions and appeals, prepayment, advances."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Fen, Id, Reason, text
from tongchou.record.payment import (
    advancing,
    appealing,
    declaring,
    deducting,
    finishing,
    opening,
    prepaying,
    queries,
    table,
)

router = Router(tags=["month-statements"])

After = Annotated[int, Field(ge=0, le=2**62)]
Signed = Annotated[int, Field(ge=-(10**12), le=10**12)]
"""Fen; a month of reversals is below nothing."""


class MonthNew(Schema):
    """`month` by any day of it."""

    institution: Id
    month: Day
    scheme: text(20)


class MonthTotals(Schema):
    """The institution's own, in fen: what the fund, personal accounts and others (insurer, relief) bear."""

    fund: Signed
    account: Signed
    others: Signed


class MonthStatementShown(Schema):
    """Amounts in fen. `deducted`: what stands or may still stand; `deposit`, `deferred`, `withheld`, `payable` once it
    is prepaid; `until`: the last day for appeals."""

    id: int
    institution: int
    month: date
    scheme: str
    round: int
    state: str
    fund: int
    account: int
    others: int
    deducted: int
    until: date | None
    quota: int | None
    deposit: int | None
    deferred: int | None
    withheld: int | None
    payable: int | None
    at: datetime


class MonthLineShown(Schema):
    county_id: int
    fund: str
    bearer: str
    year: int
    fen: int


class MonthStepShown(Schema):
    number: int
    act: str
    until: date | None
    by: int | None
    at: datetime
    reason: str


class MonthWhy(Schema):
    reason: Reason


class MonthDeductionNew(Schema):
    """Of a settlement, or of one of its lines, in fen; `evidence` says where it lies."""

    settlement: Id
    line: text(40, 0) = ""
    fen: Annotated[int, Field(ge=1, le=10**12)]
    kind: Literal["review", "supervision"] = "review"
    article: text(200)
    why: text(500)
    evidence: text(200, 0) = ""


class MonthDeductionShown(Schema):
    """`state`: open, withdrawn, accepted, appealed, decided, unopposed, lapsed; `stands` in fen once it ended."""

    id: int
    statement: int
    event: int
    line: str
    fen: int
    kind: str
    article: str
    why: str
    evidence: str
    state: str
    stands: int | None
    reason: str


class MonthTable(Schema):
    upload: Id
    reason: Reason


class MonthEntered(Schema):
    entered: int


class MonthRuling(Schema):
    """So many fen of the deduction stand."""

    stands: Fen
    reason: Reason


class AdvanceNew(Schema):
    """Out of a fund of an agency's people, for an institution's insurance year."""

    institution: Id
    agency: Id
    scheme: text(20)
    fund: text(30)
    year: Annotated[int, Field(ge=2000, le=2200)]
    reason: Reason


class AdvanceShown(Schema):
    id: int
    institution_id: int
    county_id: int
    scheme: str
    fund: str
    year: int
    quota: int
    fen: int
    at: datetime
    recovered: bool

    @staticmethod
    def resolve_recovered(one: object) -> bool:
        return hasattr(one, "recovery")


@router.get("", response=list[MonthStatementShown], summary="月结算单")
@as_asker
def statements(
    request: HttpRequest, month: Day | None = None, scheme: text(20, 0) = "", state: text(8, 0) = "", after: After = 0
) -> object:
    return queries.statements(month=month, scheme=scheme, state=state, after=after)


@router.post("", response={201: MonthStatementShown}, summary="生成月结算单")
@as_asker
def open_statement(request: HttpRequest, given: MonthNew) -> Status:
    made = opening.open_statement(institution_id=given.institution, month=given.month, scheme=given.scheme)
    return Status(201, _shown(made.pk))


@router.post("/deductions", response={201: MonthDeductionShown}, summary="录入扣款")
@as_asker
def deduct(request: HttpRequest, given: MonthDeductionNew) -> Status:
    said = given.dict()
    made = deducting.deduct(entered=deducting.Entered(event=said.pop("settlement"), **said))
    return Status(201, queries.look_at_deduction(deduction_id=made.pk))


@router.post("/deductions/from-table", response={201: MonthEntered}, summary="导入扣款表")
@as_asker
def deduct_from_table(request: HttpRequest, given: MonthTable) -> Status:
    """Of an upload with the purpose `deductions`: all of its rows or none."""
    return Status(201, {"entered": len(table.deduct_from_table(**given.dict()))})


@router.get("/deductions/{month_deduction}", response=MonthDeductionShown, summary="查看扣款")
@as_asker
def look_at_deduction(request: HttpRequest, month_deduction: Id) -> object:
    return queries.look_at_deduction(deduction_id=month_deduction)


@router.post("/deductions/{month_deduction}/withdrawal", response=MonthDeductionShown, summary="撤回扣款")
@as_asker
def withdraw(request: HttpRequest, month_deduction: Id, given: MonthWhy) -> object:
    return _deduction(deducting.withdraw(deduction_id=month_deduction, **given.dict()).pk)


@router.post("/deductions/{month_deduction}/acceptance", response=MonthDeductionShown, summary="认可扣款")
@as_asker
def accept(request: HttpRequest, month_deduction: Id) -> object:
    return _deduction(appealing.accept(deduction_id=month_deduction).pk)


@router.post("/deductions/{month_deduction}/appeal", response=MonthDeductionShown, summary="申诉")
@as_asker
def appeal(request: HttpRequest, month_deduction: Id, given: MonthWhy) -> object:
    return _deduction(appealing.appeal(deduction_id=month_deduction, **given.dict()).pk)


@router.post("/deductions/{month_deduction}/decision", response=MonthDeductionShown, summary="裁定申诉")
@as_asker
def decide_appeal(request: HttpRequest, month_deduction: Id, given: MonthRuling) -> object:
    return _deduction(appealing.decide_appeal(deduction_id=month_deduction, **given.dict()).pk)


@router.get("/advances", response=list[AdvanceShown], summary="周转金")
@as_asker
def advances(request: HttpRequest, after: After = 0) -> object:
    return queries.advances(after=after)


@router.post("/advances", response={201: AdvanceShown}, summary="预拨周转金")
@as_asker
def advance(request: HttpRequest, given: AdvanceNew) -> Status:
    said = given.dict()
    return Status(201, advancing.advance(institution_id=said.pop("institution"), **said))


@router.post("/advances/{provider_advance}/recovery", response=AdvanceShown, summary="收回周转金")
@as_asker
def recover(request: HttpRequest, provider_advance: Id, given: MonthWhy) -> object:
    return advancing.recover(advance_id=provider_advance, reason=given.reason).advance


@router.get("/{int:month_statement}", response=MonthStatementShown, summary="查看月结算单")
@as_asker
def look_at(request: HttpRequest, month_statement: Id) -> object:
    return _shown(month_statement)


@router.get("/{int:month_statement}/lines", response=list[MonthLineShown], summary="月结算明细")
@as_asker
def lines(request: HttpRequest, month_statement: Id) -> object:
    return queries.lines(statement_id=month_statement)


@router.get("/{int:month_statement}/steps", response=list[MonthStepShown], summary="月结算经过")
@as_asker
def steps(request: HttpRequest, month_statement: Id) -> object:
    return queries.steps(statement_id=month_statement)


@router.get("/{int:month_statement}/deductions", response=list[MonthDeductionShown], summary="月结算扣款")
@as_asker
def deductions(request: HttpRequest, month_statement: Id, after: After = 0) -> object:
    """An institution sees them once the review is closed."""
    return queries.deductions(statement_id=month_statement, after=after)


@router.post("/{int:month_statement}/declaration", response=MonthStatementShown, summary="申报月结算")
@as_asker
def declare(request: HttpRequest, month_statement: Id, given: MonthTotals) -> object:
    return _shown(declaring.declare(statement_id=month_statement, **given.dict()).pk)


@router.post("/{int:month_statement}/review", response=MonthStatementShown, summary="审核完毕")
@as_asker
def close_review(request: HttpRequest, month_statement: Id, given: MonthWhy) -> object:
    return _shown(finishing.close_review(statement_id=month_statement, **given.dict()).pk)


@router.post("/{int:month_statement}/finalisation", response=MonthStatementShown, summary="终审")
@as_asker
def finalise(request: HttpRequest, month_statement: Id, given: MonthWhy) -> object:
    return _shown(finishing.finalise(statement_id=month_statement, **given.dict()).pk)


@router.post("/{int:month_statement}/prepayment", response=MonthStatementShown, summary="月预付")
@as_asker
def prepay(request: HttpRequest, month_statement: Id) -> object:
    return _shown(prepaying.prepay(statement_id=month_statement).statement_id)


@router.post("/{int:month_statement}/reopening", response={201: MonthStatementShown}, summary="重开月结算单")
@as_asker
def reopen(request: HttpRequest, month_statement: Id, given: MonthWhy) -> Status:
    """The next round, opened from the books as they are now."""
    return Status(201, _shown(opening.reopen(statement_id=month_statement, **given.dict()).pk))


def _shown(number: int) -> queries.Seen:
    return queries.look_at(statement_id=number)


def _deduction(number: int) -> queries.DeductionSeen:
    return queries.look_at_deduction(deduction_id=number)
