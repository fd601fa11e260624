"""Manual claims: applied for with invoices, settled once decided; the decision is the filing's."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tongchou.engines.filings import STATES
from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.evidence import WithFiles, document, uploads
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.faces.api.settlement import SettlementShown
from tongchou.faces.api.visits import CertificateHeld, ChargeNew, ChoiceGiven, Facts
from tongchou.record.manual import commands, queries
from tongchou.record.manual.models import ManualClaim
from tongchou.record.settlement import queries as settlements
from tongchou.record.visits.charging import MOST_AT_ONCE
from tongchou.record.visits.lines import Line

router = Router(tags=["manual claims"])


class InvoiceGiven(Schema):
    number: text(20)
    day: Day
    fen: Annotated[int, Field(ge=1, le=10**12)]
    code: text(20, 0) = ""


class AccountGiven(Schema):
    """The patient's own, or that of the person `payee`."""

    bank: text(100)
    account: text(32)
    payee: Id | None = None


class ManualClaimNew(Schema):
    """About a person by number or certificate; about oneself when none is given. `institution` is the national code."""

    institution: text(12)
    scheme: text(20)
    kind: text(20)
    admitted: Day
    discharged: Day
    invoices: Annotated[list[InvoiceGiven], Field(min_length=1, max_length=100)]
    lines: Annotated[list[ChargeNew], Field(min_length=1, max_length=MOST_AT_ONCE)]
    account: AccountGiven
    person: Id | None = None
    certificate: CertificateHeld | None = None
    facts: Facts = Field(default_factory=dict)
    filing: text(60) = "手工报销"

    def given(self) -> dict[str, Any]:
        card = self.certificate
        return {
            **self.dict(exclude={"invoices", "lines", "account", "person", "certificate", "facts"}),
            "invoices": [commands.Paid(**one.dict()) for one in self.invoices],
            "lines": [Line(**one.dict()) for one in self.lines],
            "account": commands.Account(**self.account.dict()),
            "person_id": self.person,
            "certificate": None if card is None else (card.kind, card.number),
            "facts_of_visit": self.facts,
        }


class InvoiceShown(Schema):
    code: str
    number: str
    day: date
    fen: int


class ManualClaimShown(Schema):
    """`late`: beyond the claimant's time; `due_on`: the agency's. Of the account the last four
    digits, and whether another confirmed it."""

    id: int
    visit: int
    person: int
    payee: int
    institution: str
    filing: int
    state: str
    filed_on: date
    late: bool
    due_on: date | None
    bank: str
    account: str
    account_state: str
    invoices: list[InvoiceShown]

    @classmethod
    def of(cls, claim: ManualClaim) -> dict[str, Any]:
        filing = claim.filing
        return {
            "id": claim.pk,
            "visit": claim.visit_id,
            "person": claim.visit.person_id,
            "payee": claim.payee_id,
            "institution": claim.visit.institution.code,
            "filing": claim.filing_id,
            **{name: getattr(filing, name) for name in ("state", "filed_on", "late", "due_on")},
            "bank": claim.paid_into.bank,
            "account": claim.paid_into.tail,
            "account_state": claim.paid_into.state,
            "invoices": list(claim.invoices.all()),
        }


class ManualClaimsWanted(Schema):
    state: Literal[STATES] | None = None
    person: Id | None = None
    after: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(50, ge=1, le=200)


class ManualReversal(Schema):
    reason: Reason


@router.post("", response={201: ManualClaimShown}, summary="申请手工报销")
@as_asker
def apply(request: HttpRequest, given: ManualClaimNew) -> Status:
    """Each invoice is claimed once. The filing that is made is decided at `/filings/{filing}/decision`."""
    made = commands.apply(**given.given())
    return Status(201, ManualClaimShown.of(queries.look_at(claim_id=made.pk)))


@router.post("/with-evidence", response={201: ManualClaimShown}, summary="申请手工报销并交材料")
@as_asker
def apply_with_evidence(
    request: HttpRequest, claim: Form[str], given: Form[WithFiles], files: File[list[UploadedFile]]
) -> Status:
    """A form: `claim` is the document of the address above, as JSON; `files` and their `kinds`."""
    evidence = uploads(given.kinds, files)
    made = commands.apply(**document(ManualClaimNew, "claim", claim).given(), evidence=evidence)
    return Status(201, ManualClaimShown.of(queries.look_at(claim_id=made.pk)))


@router.get("", response=list[ManualClaimShown], summary="手工报销清单")
@as_asker
def claims(request: HttpRequest, wanted: Query[ManualClaimsWanted]) -> list[dict[str, Any]]:
    found = queries.claims(state=wanted.state or "", person_id=wanted.person, after=wanted.after, limit=wanted.limit)
    return [ManualClaimShown.of(one) for one in found]


@router.get("/{claim}", response=ManualClaimShown, summary="查看手工报销")
@as_asker
def look_at(request: HttpRequest, claim: Id) -> dict[str, Any]:
    return ManualClaimShown.of(queries.look_at(claim_id=claim))


@router.post("/{claim}/settlement", response={201: SettlementShown}, summary="结算手工报销")
@as_asker
def settle(request: HttpRequest, claim: Id, given: ChoiceGiven) -> Status:
    """What it pays is owed to the payee. The same again is answered by the settlement that stands."""
    event = commands.settle(claim_id=claim, choice=given.choice())
    return Status(201, SettlementShown.of(settlements.settlement(event_id=event.pk)))


@router.post("/{claim}/reversal", response={201: list[SettlementShown]}, summary="撤销手工报销的结算")
@as_asker
def reverse(request: HttpRequest, claim: Id, given: ManualReversal) -> Status:
    made = commands.reverse(claim_id=claim, reason=given.reason)
    return Status(201, [SettlementShown.of(settlements.settlement(event_id=one.pk)) for one in made])
