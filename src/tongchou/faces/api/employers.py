"""What employers declare of themselves, their statement of a year, and what of it they may count as a cost."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Fen, Id, text
from tongchou.record.contributions import costs

router = Router(tags=["employers"])
Year = Annotated[int, Field(ge=1990, le=2200)]


class FigureNew(Schema):
    """A figure of an insurance year, in fen; `fact` is one that the region's rules ask for."""

    fact: text(30)
    year: Year
    fen: Fen


class CostShown(Schema):
    """In fen; both are null while figures are missing."""

    name: str
    within: int | None
    beyond: int | None
    missing: list[str]
    cite: str


class EmployerLine(Schema):
    """In fen; `late_fees` are those that are owed."""

    levy: str
    payer: str
    orders: int
    fen: int
    received: int
    late_fees: int


class EmployerStatement(Schema):
    insurance: str
    year: int
    lines: list[EmployerLine]
    costs: list[CostShown]


@router.post("/{employer}/figures", response={204: None}, summary="申报单位数据")
@as_asker
def declare(request: HttpRequest, employer: Id, given: FigureNew) -> Status:
    costs.declare_of_employer(employer=employer, **given.dict())
    return Status(204, None)


@router.get("/{employer}/costs", response=list[CostShown], summary="可列成本")
@as_asker
def cost(request: HttpRequest, employer: Id, insurance: text(20), year: Year) -> object:
    return costs.costs(employer=employer, insurance=insurance, year=year)


@router.get("/{employer}/statement", response=EmployerStatement, summary="单位缴费对账单")
@as_asker
def statement(request: HttpRequest, employer: Id, insurance: text(20), year: Year) -> object:
    return costs.statement(employer=employer, insurance=insurance, year=year)
