"""Visits: registered, charged, discharged, settled."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tongchou.engines.benefits.national import national_fields
from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Fen, Id, Moment, Reason, text
from tongchou.faces.api.settlement import SettlementShown
from tongchou.record.settlement import queries as settlements
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.settling import settle as settle_visit
from tongchou.record.settlement.settling import trial as try_visit
from tongchou.record.visits import charging, queries, registering
from tongchou.record.visits.lines import Line
from tongchou.record.visits.models import Visit

router = Router(tags=["visits"])
Facts = Annotated[dict[text(60), text(200) | list[text(200)]], Field(max_length=50)]
State = Literal["open", "discharged", "cancelled"]
Quantity = Annotated[Decimal, Field(max_digits=16, decimal_places=4)]
Price = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=6)]
Signed = Annotated[int, Field(ge=-(10**12), le=10**12)]


class CertificateHeld(Schema):
    kind: text(2) = "01"
    number: text(60)


class VisitNew(Schema):
    """The person by the certificate that lies before whoever registers; an agency may name a number. `stay`: open until
    it is discharged. `filing`: the type of filing by which the region registers admissions, filed along."""

    institution: Id
    number: text(40)
    scheme: text(20)
    kind: text(20)
    admitted: Day
    certificate: CertificateHeld | None = None
    person: Id | None = None
    facts: Facts = Field(default_factory=dict)
    stay: bool = False
    episode: text(40, 0) = ""
    filing: text(60, 0) = ""

    def given(self) -> dict[str, Any]:
        card = self.certificate
        return {
            **self.dict(exclude={"institution", "certificate", "person", "facts"}),
            "institution_id": self.institution,
            "person_id": self.person,
            "certificate": None if card is None else (card.kind, card.number),
            "facts_of_visit": self.facts,
        }


class VisitShown(Schema):
    id: int
    institution: int
    person: int
    number: str
    scheme: str
    kind: str
    admitted: date
    discharged: date | None
    state: str
    facts: dict[str, Any]
    episode: str
    filing: int | None
    filing_state: str | None


class VisitChange(Schema):
    kind: text(20) | None = None
    facts: Facts | None = None
    episode: text(40, 0) | None = None
    reason: Reason


class VisitDischarge(Schema):
    day: Day


class VisitReason(Schema):
    reason: Reason


class VisitsWanted(Schema):
    institution: Id | None = None
    person: Id | None = None
    state: State | None = None
    after: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(50, ge=1, le=200)


class ChargeNew(Schema):
    """Money in fen, the price of a unit in yuan. `returns`: the number of the line of which a negative one gives
    something back. The last six count only where the region keeps no catalogue of that kind."""

    number: text(40)
    fee_at: Moment
    fen: Signed
    local_code: text(40, 0) = ""
    name: text(300, 0) = ""
    quantity: Quantity = Decimal(1)
    price: Price | None = None
    returns: text(40, 0) = ""
    catalogue: Literal["", "drug", "service", "consumable"] = ""
    approved: Literal["", "0", "1", "2"] = ""
    in_disease_scope: text(10, 0) = ""
    national_code: text(40, 0) = ""
    item: text(30, 0) = ""
    pay_class: Literal["", "甲", "乙", "丙"] = ""
    fee_kind: text(20, 0) = ""
    first_pay: Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)] | None = None
    price_limit: Fen | None = None


class ChargesNew(Schema):
    batch: text(40, 0) = ""
    lines: Annotated[list[ChargeNew], Field(min_length=1, max_length=charging.MOST_AT_ONCE)]


class ChargeShown(Schema):
    number: str
    batch: str
    fee_at: datetime
    fen: int
    local_code: str
    national_code: str
    name: str
    item: str
    quantity: Decimal
    price: Decimal | None
    price_limit: int | None
    first_pay: Decimal | None
    returns: str
    state: str
    settlement: int | None


class ChargedShown(Schema):
    """The numbers of the lines that are charged now."""

    numbers: list[str]


class TakenBack(Schema):
    numbers: Annotated[list[text(40)], Field(min_length=1, max_length=charging.MOST_AT_ONCE)]
    reason: Reason


class TakenBackShown(Schema):
    taken_back: int


class LinesWanted(Schema):
    state: Literal[queries.STATES] | None = None
    after: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(1_000, ge=1, le=5_000)


class ChoiceGiven(Schema):
    """`account`: whose account pays; `given`: what others paid already, by layer, in fen; `option`: where a decree
    gives one. Only the lines of `batch` when it is named."""

    batch: text(40, 0) = ""
    account: Literal["own", "relative", "none"] = "own"
    account_person: Id | None = None
    given: Annotated[dict[text(60), Fen], Field(max_length=20, default_factory=dict)]
    option: text(30) | None = None

    def choice(self) -> Choice:
        return Choice(self.account, self.account_person, self.given, self.option)


class Settling(ChoiceGiven):
    """`expected`: the cash in fen that a trial told; when it has changed nothing is settled. The same `msgid` with the
    same content is answered as before."""

    msgid: text(60)
    expected: Fen | None = None


class TrialShown(Schema):
    """In fen. `paid` by layer, `fields` by the national field."""

    total: int
    paid: dict[str, int]
    hospital: int
    cash: int
    fields: dict[str, Any]


def _shown(one: Visit) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in VisitShown.model_fields if hasattr(one, name)},
        "institution": one.institution_id,
        "person": one.person_id,
        "filing": one.filing_id,
        "filing_state": None if one.filing is None else one.filing.state,
    }


def _line(one: queries.Charged) -> dict[str, Any]:
    row = {name: getattr(one.charge, name, None) for name in ChargeShown.model_fields}
    return {**row, "state": one.state, "settlement": one.settlement, "returns": one.returns}


@router.post("", response={201: VisitShown}, summary="登记就诊")
@as_asker
def register(request: HttpRequest, given: VisitNew) -> Status:
    """The same registration again is answered by the same visit."""
    return Status(201, _shown(registering.register(**given.given())))


@router.get("", response=list[VisitShown], summary="就诊清单")
@as_asker
def visits(request: HttpRequest, wanted: Query[VisitsWanted]) -> list[dict[str, Any]]:
    found = queries.visits(
        institution_id=wanted.institution,
        person_id=wanted.person,
        state=wanted.state or "",
        after=wanted.after,
        limit=wanted.limit,
    )
    return [_shown(one) for one in found]


@router.get("/by-number", response=VisitShown, summary="按就诊号查")
@as_asker
def by_number(request: HttpRequest, institution: Id, number: text(40)) -> dict[str, Any]:
    return _shown(queries.by_number(institution_id=institution, number=number))


@router.get("/{visit}", response=VisitShown, summary="查看就诊")
@as_asker
def look_at(request: HttpRequest, visit: Id) -> dict[str, Any]:
    return _shown(queries.look_at(visit_id=visit))


@router.patch("/{visit}", response=VisitShown, summary="更正就诊")
@as_asker
def change(request: HttpRequest, visit: Id, given: VisitChange) -> dict[str, Any]:
    facts = {"facts_of_visit": given.facts, **given.dict(exclude={"facts"})}
    return _shown(registering.change(visit_id=visit, **facts))


@router.post("/{visit}/discharge", response=VisitShown, summary="办理出院")
@as_asker
def discharge(request: HttpRequest, visit: Id, given: VisitDischarge) -> dict[str, Any]:
    return _shown(registering.discharge(visit_id=visit, day=given.day))


@router.post("/{visit}/discharge/undoing", response=VisitShown, summary="撤销出院")
@as_asker
def undo_discharge(request: HttpRequest, visit: Id, given: VisitReason) -> dict[str, Any]:
    return _shown(registering.undo_discharge(visit_id=visit, reason=given.reason))


@router.post("/{visit}/cancellation", response=VisitShown, summary="撤销就诊")
@as_asker
def cancel(request: HttpRequest, visit: Id, given: VisitReason) -> dict[str, Any]:
    return _shown(registering.cancel(visit_id=visit, reason=given.reason))


@router.post("/{visit}/charges", response={201: ChargedShown}, summary="上传费用明细")
@as_asker
def charge(request: HttpRequest, visit: Id, given: ChargesNew) -> Status:
    """All lines or none. A line that was charged before with the same content is answered as it is."""
    lines = [Line(**line.dict()) for line in given.lines]
    made = charging.charge(visit_id=visit, lines=lines, batch=given.batch)
    return Status(201, {"numbers": [row.number for row in made]})


@router.get("/{visit}/charges", response=list[ChargeShown], summary="费用明细")
@as_asker
def charges(request: HttpRequest, visit: Id, wanted: Query[LinesWanted]) -> list[dict[str, Any]]:
    given = {**wanted.dict(), "state": wanted.state or ""}
    return [_line(one) for one in queries.charges(visit_id=visit, **given)]


@router.post("/{visit}/charges/taking-back", response=TakenBackShown, summary="撤回费用明细")
@as_asker
def take_back(request: HttpRequest, visit: Id, given: TakenBack) -> dict[str, int]:
    """Lines that are not settled; a settled one is returned by a negative line."""
    return {"taken_back": charging.take_back(visit_id=visit, **given.dict())}


@router.post("/{visit}/trial", response=TrialShown, summary="预结算")
@as_asker
def trial(request: HttpRequest, visit: Id, given: ChoiceGiven) -> dict[str, Any]:
    """It records nothing and holds nothing."""
    found = try_visit(visit_id=visit, batch=given.batch, choice=given.choice())
    paid = {layer: fen for layer, fen in found.paid.items() if fen}
    return {
        "total": found.claim.total,
        "paid": paid,
        "hospital": found.hospital,
        "cash": found.cash,
        "fields": national_fields(found),
    }


@router.post("/{visit}/settlements", response={201: SettlementShown}, summary="结算")
@as_asker
def settle(request: HttpRequest, visit: Id, given: Settling) -> Status:
    choice = given.choice()
    asked = Asked(given.msgid, {"visit": visit, "batch": given.batch, "expected": given.expected, **asdict(choice)})
    event = settle_visit(visit_id=visit, batch=given.batch, choice=choice, asked=asked, expected=given.expected)
    return Status(201, SettlementShown.of(settlements.settlement(event_id=event.pk)))


@router.get("/{visit}/settlements", response=list[SettlementShown], summary="一次就诊的结算")
@as_asker
def settled(request: HttpRequest, visit: Id) -> list[SettlementShown]:
    queries.look_at(visit_id=visit)
    return [SettlementShown.of(one) for one in settlements.settlements(visit_id=visit, limit=200)]
