"""Service agreements: apply, propose a step, decide on it, ask whether one is in force."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.pagination import paginate
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Fen, Id, Reason, text
from tongchou.record.providers import agreements, queries
from tongchou.record.providers.budgets import BudgetLine, budgets_of
from tongchou.record.providers.models import Agreement, Budget, Step

router = Router(tags=["agreements"])
Verb = Literal["evaluate", "negotiate", "sign", "refuse", "suspend", "resume", "end", "budget"]


class AgreementTerms(Schema):
    """What an agreement says: name → text or whole number. Budgets have lines of their own."""

    items: dict[text(60), text(2000) | int]


class AgreementNew(Schema):
    institution_id: Id
    kind: text(30)
    reason: Reason
    terms: AgreementTerms | None = None


class AgreementShown(Schema):
    id: int
    institution_id: int
    institution: str
    kind: str
    number: str | None
    state: str
    terms: dict[str, Any]
    applied_on: Day
    first: Day | None
    last: Day | None

    @staticmethod
    def resolve_institution(found: Agreement) -> str:
        return found.institution.name

    @staticmethod
    def resolve_first(found: Agreement) -> date | None:
        return None if found.during is None else found.during.lower

    @staticmethod
    def resolve_last(found: Agreement) -> date | None:
        ends = None if found.during is None else found.during.upper
        return None if ends is None else date.fromordinal(ends.toordinal() - 1)


class BudgetLineNew(Schema):
    """In fen."""

    year: Annotated[int, Field(ge=1990, le=2200)]
    insurance: text(20)
    kind: text(30)
    fen: Fen


class BudgetShown(Schema):
    """In fen; `step` is where it was agreed on."""

    year: int
    insurance: str
    kind: str
    fen: int
    step_id: int


class AgreementStepNew(Schema):
    verb: Verb
    reason: Reason
    terms: AgreementTerms | None = None
    number: text(60, 0) = ""
    first: Day | None = None
    last: Day | None = None
    basis: text(200, 0) = ""
    budgets: Annotated[list[BudgetLineNew], Field(max_length=200, default_factory=list)]


class AgreementStepShown(Schema):
    id: int
    agreement_id: int
    verb: str
    terms: dict[str, Any] | None
    number: str | None
    first: Day | None
    last: Day | None
    basis: str
    reason: str
    state: str
    opinion: str
    proposed_at: datetime
    decided_at: datetime | None


class AgreementStepDecision(Schema):
    approve: bool
    reason: Reason


@router.get("", response=list[AgreementShown], summary="服务协议")
@paginate
@as_asker
def all_agreements(request: HttpRequest, institution: Id | None = None, state: text(10, 0) = "") -> list[Agreement]:
    return list(queries.agreements(institution, state))


@router.post("", response={201: AgreementShown}, summary="申请")
@as_asker
def apply(request: HttpRequest, given: AgreementNew) -> Status:
    return Status(201, agreements.apply(**{**given.dict(), "terms": _items(given.terms)}))


@router.get("/waiting", response=list[AgreementStepShown], summary="待审事项")
@paginate
@as_asker
def waiting(request: HttpRequest) -> list[Step]:
    return list(queries.open_steps())


@router.get("/{int:agreement}/steps", response=list[AgreementStepShown], summary="经过")
@as_asker
def steps(request: HttpRequest, agreement: Id) -> list[Step]:
    return list(queries.steps(agreement))


@router.post("/{int:agreement}/steps", response={201: AgreementStepShown}, summary="提出事项")
@as_asker
def propose(request: HttpRequest, agreement: Id, given: AgreementStepNew) -> Status:
    lines = [BudgetLine(**one.dict()) for one in given.budgets]
    changes = {"terms": _items(given.terms), "budgets": lines}
    return Status(201, agreements.propose_step(agreement_id=agreement, **{**given.dict(), **changes}))


@router.get("/{int:agreement}/budgets", response=list[BudgetShown], summary="一年的预算")
@as_asker
def budgets(request: HttpRequest, agreement: Id, year: Annotated[int, Field(ge=1990, le=2200)]) -> list[Budget]:
    return budgets_of(agreement, year)


@router.post("/steps/{int:step}", response=AgreementStepShown, summary="审核事项")
@as_asker
def decide(request: HttpRequest, step: Id, given: AgreementStepDecision) -> Step:
    return agreements.decide_step(step_id=step, **given.dict())


def _items(terms: AgreementTerms | None) -> dict[str, Any] | None:
    return None if terms is None else terms.items
