"""Settlements: what was paid for a visit, why, and taking it back."""

import json
from datetime import date, datetime
from typing import Any, Self

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tongchou.engines.benefits.explain import to_json, to_text
from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Id, Reason, text
from tongchou.record.settlement import queries
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.models import Event, LineResult
from tongchou.record.settlement.returning import settle_returns
from tongchou.record.settlement.reversing import reverse as reverse_event
from tongchou.record.settlement.reversing import reverse_message

router = Router(tags=["settlements"])


class SettlementShown(Schema):
    """In fen; a reversal has the amounts that it takes back, with a minus. `paid` by layer, `fields` by the national
    field. `reversed_by` is the reversal of a settlement that does not stand any more."""

    id: int
    kind: str
    visit: int
    visit_number: str
    institution: int
    person: int
    payee: int | None
    scheme: str
    year: int
    day: date
    at: datetime
    total: int
    paid: dict[str, int]
    hospital: int
    cash: int
    fields: dict[str, Any]
    reverses: int | None
    reversed_by: int | None
    because: int | None

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls(
            **{
                **{name: getattr(event, name) for name in cls.model_fields if hasattr(event, name)},
                "visit": event.visit_id,
                "visit_number": event.visit.number,
                "institution": event.institution_id,
                "person": event.person_id,
                "reverses": event.reverses_id,
                "reversed_by": next((one.pk for one in event.reversed_by.all()), None),
                "because": event.because_id,
            }
        )


class SettledLineShown(Schema):
    """In fen: the four parts of a line, what each layer paid of it, and what is left to the person."""

    number: str
    item: str
    fen: int
    full_self_pay: int
    over_limit: int
    first_self_pay: int
    in_scope: int
    paid: dict[str, int]
    hospital: int
    cash: int

    @staticmethod
    def resolve_number(found: LineResult) -> str:
        return str(found.charge.number)

    @staticmethod
    def resolve_item(found: LineResult) -> str:
        return str(found.charge.item)

    @staticmethod
    def resolve_fen(found: LineResult) -> int:
        return int(found.charge.fen)


class SettlementsWanted(Schema):
    """`before`: older than this one; the last one's id is the next `before`."""

    institution: Id | None = None
    person: Id | None = None
    before: Id | None = None
    limit: int = Field(50, ge=1, le=200)


class SettledLinesWanted(Schema):
    after: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(1_000, ge=1, le=5_000)


class SettlementReversal(Schema):
    msgid: text(60)
    reason: Reason


class MessageReversal(SettlementReversal):
    """`of`: the id of the message that settled."""

    institution: Id
    of: text(60)


class ExplanationShown(Schema):
    """The same thing in words, and as `explanation` for programs (schema `tongchou.explanation/1`)."""

    zh: str
    en: str
    explanation: dict[str, Any]


@router.get("", response=list[SettlementShown], summary="结算清单")
@as_asker
def settlements(request: HttpRequest, wanted: Query[SettlementsWanted]) -> list[SettlementShown]:
    found = queries.settlements(
        institution_id=wanted.institution, person_id=wanted.person, before=wanted.before, limit=wanted.limit
    )
    return [SettlementShown.of(one) for one in found]


@router.post("/reversals", response={201: list[SettlementShown]}, summary="冲正")
@as_asker
def reverse_by_message(request: HttpRequest, given: MessageReversal) -> Status:
    """Reverses what a message settled. Where it has not come yet, it may not settle any more when it comes."""
    asked = Asked(given.msgid, {"of": given.of, "reason": given.reason})
    made = reverse_message(institution_id=given.institution, msgid=given.of, reason=given.reason, asked=asked)
    return Status(201, [SettlementShown.of(queries.settlement(event_id=one.pk)) for one in made])


@router.get("/{settlement}", response=SettlementShown, summary="查看结算")
@as_asker
def look_at(request: HttpRequest, settlement: Id) -> SettlementShown:
    return SettlementShown.of(queries.settlement(event_id=settlement))


@router.get("/{settlement}/lines", response=list[SettledLineShown], summary="结算明细")
@as_asker
def lines(request: HttpRequest, settlement: Id, page: Query[SettledLinesWanted]) -> list[LineResult]:
    return queries.lines(event_id=settlement, **page.dict())


@router.get("/{settlement}/trace", response=list[dict[str, Any]], summary="计算过程")
@as_asker
def trace(request: HttpRequest, settlement: Id) -> list[dict[str, Any]]:
    """As it was kept when it was settled: one row a layer, the columns of the table `traces`."""
    return queries.settlement(event_id=settlement).trace


@router.get("/{settlement}/explanation", response=ExplanationShown, summary="结算说明")
@as_asker
def explanation(request: HttpRequest, settlement: Id) -> dict[str, Any]:
    """Every fen with its article, settled again on what came before it."""
    found = queries.explanation(event_id=settlement)
    return {"zh": to_text(found), "en": to_text(found, "en"), "explanation": json.loads(to_json(found))}


@router.post("/{settlement}/reversal", response={201: list[SettlementShown]}, summary="撤销结算")
@as_asker
def reverse(request: HttpRequest, settlement: Id, given: SettlementReversal) -> Status:
    """The events that did it: the reversals, then what the region's policy had settled again."""
    asked = Asked(given.msgid, {"settlement": settlement, "reason": given.reason})
    made = reverse_event(event_id=settlement, reason=given.reason, asked=asked)
    return Status(201, [SettlementShown.of(queries.settlement(event_id=one.pk)) for one in made])


@router.post("/{settlement}/returns", response={201: list[SettlementShown]}, summary="退费重结")
@as_asker
def settle_what_was_returned(request: HttpRequest, settlement: Id, given: SettlementReversal) -> Status:
    """For lines that were given back with nothing charged for them: the settlement is reversed, and what is left of its
    lines settled anew; the last of the events answered."""
    asked = Asked(given.msgid, {"settlement": settlement, "reason": given.reason})
    made = settle_returns(event_id=settlement, reason=given.reason, asked=asked)
    return Status(201, [SettlementShown.of(queries.settlement(event_id=one.pk)) for one in made])
