"""Supplementary calculation: one opens a case and sees what differs, another decides, and the books follow."""

from datetime import date, datetime
from typing import Any, Literal, Self

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason
from tongchou.record.settlement.cases import Case, case, cases
from tongchou.record.settlement.models import Supplement
from tongchou.record.settlement.supplementing import approve_supplement, open_supplement, refuse_supplement

router = Router(tags=["supplementary calculation"])


class SupplementNew(Schema):
    """For a person's household, from a day on: because of facts or payments that became known later, a policy that
    reaches back, or an error."""

    person: Id
    why: Literal[tuple(word for word, _ in Supplement.WHYS)]
    since: Day
    reason: Reason


class SupplementDecision(Schema):
    approve: bool
    reason: Reason


class SupplementsWanted(Schema):
    state: Literal[tuple(word for word, _ in Supplement.STATES)] | None = None
    person: Id | None = None
    after: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(50, ge=1, le=200)


class SupplementShown(Schema):
    id: int
    person: int
    why: str
    since: date
    reason: str
    state: str
    opened_at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, one: Supplement) -> Self:
        return cls(**{**{name: getattr(one, name) for name in SupplementShown.model_fields}, "person": one.person_id})


class PayerDifference(Schema):
    """Of one settlement: what a layer, the hospital or the person (`cash`) paid, and should have paid, in fen."""

    settlement: int
    person: int
    institution: int
    payer: str
    old: int
    new: int


class SupplementCase(Schema):
    """A case with what differs. The sums are what would be paid more, in fen: by payer, and of what the funds pay, by
    person and by institution."""

    supplement: SupplementShown
    differences: list[PayerDifference]
    by_payer: dict[str, int]
    by_person: dict[int, int]
    by_institution: dict[int, int]

    @classmethod
    def of(cls, found: Case) -> dict[str, Any]:
        return {
            "supplement": SupplementShown.of(found.supplement),
            "differences": [
                {
                    "settlement": one.event_id,
                    "person": one.event.person_id,
                    "institution": one.event.institution_id,
                    "payer": one.payer,
                    "old": one.old,
                    "new": one.new,
                }
                for one in found.differences
            ],
            **{f"by_{side}": found.by(side) for side in ("payer", "person", "institution")},
        }


@router.get("", response=list[SupplementShown], summary="重算补差清单")
@as_asker
def supplements(request: HttpRequest, wanted: Query[SupplementsWanted]) -> list[SupplementShown]:
    found = cases(state=wanted.state or "", person_id=wanted.person, after=wanted.after, limit=wanted.limit)
    return [SupplementShown.of(one) for one in found]


@router.post("", response={201: SupplementCase}, summary="提出重算补差")
@as_asker
def open_case(request: HttpRequest, given: SupplementNew) -> Status:
    """Nothing is settled yet: what differs is shown, and waits for another."""
    made = open_supplement(person_id=given.person, why=given.why, since=given.since, reason=given.reason)
    return Status(201, SupplementCase.of(case(supplement_id=made.pk)))


@router.get("/{supplement}", response=SupplementCase, summary="查看重算补差")
@as_asker
def look_at(request: HttpRequest, supplement: Id) -> dict[str, Any]:
    return SupplementCase.of(case(supplement_id=supplement))


@router.post("/{supplement}/decision", response=SupplementCase, summary="审核重算补差")
@as_asker
def decide(request: HttpRequest, supplement: Id, given: SupplementDecision) -> dict[str, Any]:
    """Approved, everything from the first settlement that differs is reversed and settled again."""
    command = approve_supplement if given.approve else refuse_supplement
    command(supplement_id=supplement, reason=given.reason)
    return SupplementCase.of(case(supplement_id=supplement))
