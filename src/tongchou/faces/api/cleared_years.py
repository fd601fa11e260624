"""What clearings of a year came to: their lines, how they balance, what differs between two, and what is published."""

from typing import Annotated, Self

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id
from tongchou.record.clearing import publishing, queries
from tongchou.record.clearing.models import ClearedLine

router = Router(tags=["clearing-years"])

Number = Annotated[int, Field(ge=1, le=32_767)]
"""Of a clearing of its year, from 1."""


class ClearingLineShown(Schema):
    """In fen, points in ten-thousandths; what each is stands on the page about clearing."""

    institution: int
    code: str
    setting: str
    method: str
    cases: int
    points: int
    charged: int
    standard: int
    surplus: int
    kept: int
    overrun: int
    shared: int
    compensated: int
    deducted: int
    payable: int
    deposit: int
    lost: int
    prepaid: int
    due_before: int
    returned: int
    due: int

    @classmethod
    def of(cls, one: ClearedLine) -> Self:
        names = set(cls.model_fields) - {"institution", "code"}
        return cls(
            institution=one.institution_id,
            code=one.institution.code,
            **{name: getattr(one, name) for name in names},
        )


class ClearingBalanceShown(Schema):
    setting: str
    budget: int
    paid: int
    deposits_kept: int
    reserve: int
    reserve_used: int
    retained: int


class ClearingDifferenceShown(Schema):
    """One cell of a table that is not the same; a row that is missing on a side has no column."""

    table: str
    row: str
    column: str
    before: str
    after: str


@router.get("/{int:clearing_year}/clearings/{int:clearing}/lines", response=list[ClearingLineShown], summary="清算单")
@as_asker
def lines(request: HttpRequest, clearing_year: Id, clearing: Id) -> list[ClearingLineShown]:
    return [ClearingLineShown.of(one) for one in queries.lines(year_id=clearing_year, number=clearing)]


@router.get(
    "/{int:clearing_year}/clearings/{int:clearing}/balances", response=list[ClearingBalanceShown], summary="清算平衡"
)
@as_asker
def balances(request: HttpRequest, clearing_year: Id, clearing: Id) -> object:
    return queries.balances(year_id=clearing_year, number=clearing)


@router.get(
    "/{int:clearing_year}/clearings/{int:clearing}/differences",
    response=list[ClearingDifferenceShown],
    summary="两版清算的差异",
)
@as_asker
def differences(request: HttpRequest, clearing_year: Id, clearing: Id, before: Number) -> object:
    """What became different since the clearing `before`."""
    return queries.differences(year_id=clearing_year, before=before, after=clearing)


@router.get(
    "/{int:clearing_year}/clearings/{int:clearing}/published/{institution}",
    response={200: None},
    summary="机构的公开清算",
)
@as_asker
def published(request: HttpRequest, clearing_year: Id, clearing: Id, institution: Id) -> HttpResponse:
    """A ZIP file with the folder that `tongchou clear verify` counts again; once the clearing is confirmed."""
    found = publishing.published(year_id=clearing_year, number=clearing, institution_id=institution)
    answer = HttpResponse(found.content, content_type="application/zip")
    name = f"clearing-{clearing_year}-{clearing}-{institution}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
