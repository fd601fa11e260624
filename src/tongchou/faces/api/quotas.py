"""Quotas of institutions: negotiation by groups, results, adjustments within the year."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tongchou.faces.api import overruns
from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.faces.api.overruns import QuotaRuling
from tongchou.record.negotiation import adjusting, concluding, opening, proposing, queries, replying

router = Router(tags=["quotas"])
router.add_router("", overruns.router)

Year = Annotated[int, Field(ge=2000, le=2200)]
Amount = Annotated[int, Field(ge=0, le=10**15)]
"""Fen; a region's total may be thousands of millions of yuan."""
Signed = Annotated[int, Field(ge=-(10**15), le=10**15)]
Part = text(30)
Count = Annotated[int, Field(ge=0, le=2**62)]
Share = Annotated[int, Field(ge=0, le=10_000)]


class QuotaInstitution(Schema):
    """By its national code; `parts`: those that it serves (门诊、住院), empty for all; `facts` that the rules ask
    for."""

    institution: text(12)
    parts: text(200, 0) = ""
    facts: Annotated[dict[text(30), text(60)], Field(default_factory=dict)]


class QuotaPast(Schema):
    """What it did of a part in a year; measures by name, money in yuan."""

    institution: text(12)
    part: Part
    year: Year
    months: Annotated[int, Field(ge=1, le=12)] = 12
    measures: dict[text(30), text(30)]


class NegotiationNew(Schema):
    """`total` in fen."""

    year: Year
    scheme: text(20)
    agency: Id
    total: Amount
    institutions: Annotated[list[QuotaInstitution], Field(max_length=5_000)]
    history: Annotated[list[QuotaPast], Field(max_length=50_000)]
    reason: Reason


class NegotiationShown(Schema):
    """Amounts in fen. `left`: what nobody has of the total."""

    id: int
    agency: int
    year: int
    scheme: str
    state: str
    total: int
    reserve: int
    left: int
    round: int
    rounds: int
    standing: int
    until: date
    at: datetime


class QuotaMemberShown(Schema):
    id: int
    institution: int
    name: str
    group: str
    speaks: bool


class QuotaStepShown(Schema):
    number: int
    act: str
    by: int | None
    at: datetime
    reason: str


class QuotaProposalShown(Schema):
    """`group`: empty for a proposal of the agency."""

    id: int
    number: int
    group: str
    until: date
    by: int | None
    at: datetime
    reason: str


class QuotaOfMember(Schema):
    """What is about one institution, and its group."""

    institution: int
    group: str

    @staticmethod
    def resolve_institution(one: Any) -> int:
        return one.member.institution_id

    @staticmethod
    def resolve_group(one: Any) -> str:
        return one.member.group


class QuotaLineShown(QuotaOfMember):
    part: str
    fen: int


class QuotaReplyShown(QuotaOfMember):
    act: str
    asked: int | None
    at: datetime
    reason: str


class QuotaNominee(Schema):
    institution: Id


class QuotaReplyNew(Schema):
    """`asked`: with an objection to the agency, the amount of the group that it asks for, in fen."""

    accept: bool
    asked: Amount | None = None
    reason: Reason


class QuotaDivision(Schema):
    """Institution → part → fen, exactly the group's amount of each part."""

    lines: dict[Id, dict[Part, Amount]]
    reason: Reason


class QuotaRound(Schema):
    """Group → part → fen."""

    groups: dict[Part, dict[Part, Amount]]
    reason: Reason


class QuotaWhy(Schema):
    reason: Reason


class QuotaShown(Schema):
    """What an institution has of a part from a month on, in fen; `why`: of an adjustment."""

    institution: int
    name: str
    group: str
    part: str
    month: date
    fen: int
    adjustment: int | None
    why: str


class QuotaAdjustmentNew(Schema):
    """`fen` more or less from a month on; effective workload, and a share of costs of 10,000, before and after."""

    institution: Id
    part: Part
    month: Day
    fen: Signed
    workload_before: Count
    workload_after: Count
    costs_before: Share
    costs_after: Share
    reason: Reason


class QuotaAdjustmentShown(QuotaOfMember):
    """`decided`: approved, refused, or empty."""

    id: int
    part: str
    month: date
    fen: int
    workload_before: int
    workload_after: int
    costs_before: int
    costs_after: int
    decided: str
    at: datetime
    reason: str


@router.get("", response=list[NegotiationShown], summary="总额协商")
@as_asker
def negotiations(request: HttpRequest, year: Year | None = None, scheme: text(20, 0) = "") -> object:
    return queries.negotiations(year=year, scheme=scheme)


@router.post("", response={201: NegotiationShown}, summary="开始总额协商")
@as_asker
def open_negotiation(request: HttpRequest, given: NegotiationNew) -> Status:
    """The total is split by the pack in force; the split is the first proposal."""
    said = given.dict()
    institutions = [opening.Given(**one) for one in said.pop("institutions")]
    history = [opening.Past(**one) for one in said.pop("history")]
    made = opening.open_negotiation(institutions=institutions, history=history, **said)
    return Status(201, queries.look_at(negotiation_id=made.pk))


@router.get("/proposals/{quota_proposal}/lines", response=list[QuotaLineShown], summary="方案明细")
@as_asker
def lines(request: HttpRequest, quota_proposal: Id) -> object:
    return queries.lines(proposal_id=quota_proposal)


@router.get("/proposals/{quota_proposal}/replies", response=list[QuotaReplyShown], summary="方案答复")
@as_asker
def replies(request: HttpRequest, quota_proposal: Id) -> object:
    return queries.replies(proposal_id=quota_proposal)


@router.post("/proposals/{quota_proposal}/replies", response={201: QuotaReplyShown}, summary="答复方案")
@as_asker
def reply(request: HttpRequest, quota_proposal: Id, given: QuotaReplyNew) -> Status:
    return Status(201, replying.reply(proposal_id=quota_proposal, **given.dict()))


@router.post("/adjustments/{quota_adjustment}/decision", response=QuotaAdjustmentShown, summary="审核年中调整")
@as_asker
def decide_adjustment(request: HttpRequest, quota_adjustment: Id, given: QuotaRuling) -> object:
    made = adjusting.decide(adjustment_id=quota_adjustment, **given.dict())
    return queries.look_at_adjustment(adjustment_id=made.adjustment_id)


@router.get("/{int:negotiation}", response=NegotiationShown, summary="查看总额协商")
@as_asker
def look_at(request: HttpRequest, negotiation: Id) -> object:
    return queries.look_at(negotiation_id=negotiation)


@router.get("/{int:negotiation}/members", response=list[QuotaMemberShown], summary="协商成员")
@as_asker
def members(request: HttpRequest, negotiation: Id) -> object:
    return queries.members(negotiation_id=negotiation)


@router.get("/{int:negotiation}/steps", response=list[QuotaStepShown], summary="协商经过")
@as_asker
def steps(request: HttpRequest, negotiation: Id) -> object:
    return queries.steps(negotiation_id=negotiation)


@router.get("/{int:negotiation}/proposals", response=list[QuotaProposalShown], summary="历次方案")
@as_asker
def proposals(request: HttpRequest, negotiation: Id) -> object:
    return queries.proposals(negotiation_id=negotiation)


@router.post("/{int:negotiation}/proposals", response={201: QuotaProposalShown}, summary="再提方案")
@as_asker
def propose_again(request: HttpRequest, negotiation: Id, given: QuotaRound) -> Status:
    """What each group has of each part; how a group divides it is its own."""
    return Status(201, proposing.propose_again(negotiation_id=negotiation, **given.dict()))


@router.post("/{int:negotiation}/nominations", response=list[QuotaMemberShown], summary="推举代表")
@as_asker
def nominate(request: HttpRequest, negotiation: Id, given: QuotaNominee) -> object:
    replying.nominate(negotiation_id=negotiation, **given.dict())
    return queries.members(negotiation_id=negotiation)


@router.post("/{int:negotiation}/divisions", response={201: QuotaProposalShown}, summary="提出组内分配")
@as_asker
def counter(request: HttpRequest, negotiation: Id, given: QuotaDivision) -> Status:
    return Status(201, replying.counter(negotiation_id=negotiation, **given.dict()))


@router.post("/{int:negotiation}/conclusion", response=NegotiationShown, summary="确定指标")
@as_asker
def conclude(request: HttpRequest, negotiation: Id, given: QuotaWhy) -> object:
    concluding.conclude(negotiation_id=negotiation, **given.dict())
    return queries.look_at(negotiation_id=negotiation)


@router.post("/{int:negotiation}/publication", response=NegotiationShown, summary="公布指标")
@as_asker
def publish(request: HttpRequest, negotiation: Id, given: QuotaWhy) -> object:
    concluding.publish(negotiation_id=negotiation, **given.dict())
    return queries.look_at(negotiation_id=negotiation)


@router.get("/{int:negotiation}/quotas", response=list[QuotaShown], summary="公布的指标")
@as_asker
def quotas(request: HttpRequest, negotiation: Id) -> object:
    """Of all institutions, adjustments included: every institution sees them."""
    return queries.quotas(negotiation_id=negotiation)


@router.get("/{int:negotiation}/adjustments", response=list[QuotaAdjustmentShown], summary="年中调整")
@as_asker
def adjustments(request: HttpRequest, negotiation: Id) -> object:
    return queries.adjustments(negotiation_id=negotiation)


@router.post("/{int:negotiation}/adjustments", response={201: QuotaAdjustmentShown}, summary="提出年中调整")
@as_asker
def adjust(request: HttpRequest, negotiation: Id, given: QuotaAdjustmentNew) -> Status:
    said = given.dict()
    names = ("workload_before", "workload_after", "costs_before", "costs_after")
    changed = adjusting.Changed(**{name: said.pop(name) for name in names})
    made = adjusting.adjust(negotiation_id=negotiation, changed=changed, **said)
    return Status(201, queries.look_at_adjustment(adjustment_id=made.pk))
