"""Who is above its quota explains it and corrects it; the course of costs for all to see."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day, Id, Reason, text
from tongchou.record.negotiation import correcting, queries

router = Router(tags=["quotas"])


class OverrunCall(Schema):
    """`month` by any day of it."""

    month: Day
    reason: Reason


class OverrunShown(Schema):
    """`state`: called, submitted, returned, accepted; amounts in fen."""

    id: int
    institution: int
    month: date
    quota: int
    charged: int
    due: date
    state: str
    overdue: bool
    analysis: str
    correction: str


class OverrunCorrection(Schema):
    analysis: text(2000)
    correction: text(2000)


class QuotaRuling(Schema):
    approve: bool
    reason: Reason


class CourseShown(Schema):
    institution: int
    name: str
    group: str
    month: date
    charged: int
    quota_so_far: int
    charged_so_far: int


@router.get("/overruns/{overrun}", response=OverrunShown, summary="查看超指标整改")
@as_asker
def look_at_overrun(request: HttpRequest, overrun: Id) -> object:
    return queries.look_at_overrun(overrun_id=overrun)


@router.post("/overruns/{overrun}/correction", response=OverrunShown, summary="提交分析和整改")
@as_asker
def correct(request: HttpRequest, overrun: Id, given: OverrunCorrection) -> object:
    return queries.look_at_overrun(overrun_id=correcting.correct(overrun_id=overrun, **given.dict()).overrun_id)


@router.post("/overruns/{overrun}/judgement", response=OverrunShown, summary="审核整改")
@as_asker
def judge(request: HttpRequest, overrun: Id, given: QuotaRuling) -> object:
    made = correcting.judge(overrun_id=overrun, accept=given.approve, reason=given.reason)
    return queries.look_at_overrun(overrun_id=made.overrun_id)


@router.get("/{int:negotiation}/overruns", response=list[OverrunShown], summary="超指标整改")
@as_asker
def overruns(request: HttpRequest, negotiation: Id) -> object:
    return queries.overruns(negotiation_id=negotiation)


@router.post("/{int:negotiation}/overruns", response=list[OverrunShown], summary="通知超指标机构")
@as_asker
def call_overruns(request: HttpRequest, negotiation: Id, given: OverrunCall) -> object:
    correcting.call_overruns(negotiation_id=negotiation, **given.dict())
    return queries.overruns(negotiation_id=negotiation)


@router.get("/{int:negotiation}/course", response=list[CourseShown], summary="费用动态")
@as_asker
def course(request: HttpRequest, negotiation: Id) -> object:
    return queries.course(negotiation_id=negotiation)
