"""A negotiation about a year's quotas, with all that was said in it, what was agreed, and what became of it since. All
of it is written once; what a thing has come to is its last step."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped, Through
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers.models import Institution

_OF_MEMBERS = {"model": "negotiation.Member", "of": "negotiation_id", "by": "institution__organisation_id"}


def _seen_by_all(to: str) -> dict[str, str | Through]:
    """Every institution that takes part sees it: nothing is agreed on with one alone (BUD-08)."""
    return {"agency": f"{to}agency__path", "provider": Through(to.removesuffix("__"), **_OF_MEMBERS)}


class Negotiation(Immutable, Scoped):
    """总额协商: of a year and an insurance, with its total and what is kept of it in fen, the pack by which it was
    split and the declared terms."""

    scope_by: ClassVar = {"agency": "agency__path", "provider": Through("id", **_OF_MEMBERS)}

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    scheme = models.CharField("险种", max_length=20)
    total = models.BigIntegerField("付费总额(分)")
    reserve = models.BigIntegerField("预留(分)")
    pack = models.CharField("政策包", max_length=64)
    terms = models.JSONField("规定")
    by = models.BigIntegerField("提出", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("事由", max_length=500)

    class Meta:
        db_table = "quota_negotiation"
        verbose_name = "总额协商"
        constraints = (
            models.UniqueConstraint(name="one_negotiation_a_year", fields=["year", "scheme"]),
            models.CheckConstraint(
                name="negotiation_keeps_of_its_total", condition=Q(reserve__gte=0, total__gte=models.F("reserve"))
            ),
        )


class NegotiationStep(Immutable, Scoped):
    """What a negotiation has come to. A trigger holds the order, and that whoever concluded does not publish."""

    ACTS: ClassVar = (("opened", "开始"), ("agreed", "协商一致"), ("decided", "按程序确定"), ("published", "公布"))
    scope_by: ClassVar = _seen_by_all("negotiation__")

    negotiation = models.ForeignKey(Negotiation, models.PROTECT, verbose_name="总额协商", related_name="steps")
    number = models.PositiveSmallIntegerField("次序")
    act = models.CharField("操作", max_length=9, choices=ACTS)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500)

    class Meta:
        db_table = "quota_negotiation_step"
        verbose_name = "协商步骤"
        constraints = (models.UniqueConstraint(name="negotiation_step_once", fields=["negotiation", "number"]),)


class Member(Immutable, Scoped):
    """An institution in a negotiation: its group, and the facts by which it was split and grouped."""

    scope_by: ClassVar = _seen_by_all("negotiation__")

    negotiation = models.ForeignKey(Negotiation, models.PROTECT, verbose_name="总额协商", related_name="members")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    group = models.CharField("分组", max_length=30)
    facts = models.JSONField("事实")

    class Meta:
        db_table = "quota_member"
        verbose_name = "协商成员"
        constraints = (models.UniqueConstraint(name="member_once", fields=["negotiation", "institution"]),)


class Nomination(Immutable, Scoped):
    """Whom an institution puts forward to speak for its group; its last one counts."""

    scope_by: ClassVar = _seen_by_all("member__negotiation__")

    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="nominations")
    nominee = models.ForeignKey(Member, models.PROTECT, verbose_name="被推举", related_name="+")
    by = models.BigIntegerField("推举", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "quota_nomination"
        verbose_name = "推举代表"


class Proposal(Immutable, Scoped):
    """A proposal of the agency to all groups, or (with a `group`) what a group would rather have within its amount.
    `until`: the last day to reply."""

    scope_by: ClassVar = _seen_by_all("negotiation__")

    negotiation = models.ForeignKey(Negotiation, models.PROTECT, verbose_name="总额协商", related_name="proposals")
    number = models.PositiveSmallIntegerField("次序")
    group = models.CharField("分组", max_length=30, blank=True)
    until = models.DateField("异议截止")
    by = models.BigIntegerField("提出", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("事由", max_length=500)

    class Meta:
        db_table = "quota_proposal"
        verbose_name = "指标方案"
        constraints = (models.UniqueConstraint(name="proposal_once", fields=["negotiation", "number"]),)


class ProposalLine(Immutable, Scoped):
    """What an institution would have of a part, in fen."""

    scope_by: ClassVar = _seen_by_all("proposal__negotiation__")

    proposal = models.ForeignKey(Proposal, models.PROTECT, verbose_name="指标方案", related_name="lines")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="+")
    part = models.CharField("部分", max_length=30)
    fen = models.BigIntegerField("金额(分)")

    class Meta:
        db_table = "quota_proposal_line"
        verbose_name = "指标方案明细"
        constraints = (
            models.UniqueConstraint(name="proposal_line_once", fields=["proposal", "member", "part"]),
            models.CheckConstraint(name="proposal_is_no_debt", condition=Q(fen__gte=0)),
        )


class Reply(Immutable, Scoped):
    """What an institution answers: to the agency for its group, to its group for itself. `asked`: the amount of the
    group, in fen, that it asks for instead."""

    ACTS: ClassVar = (("accepted", "同意"), ("objected", "异议"))
    scope_by: ClassVar = _seen_by_all("proposal__negotiation__")

    proposal = models.ForeignKey(Proposal, models.PROTECT, verbose_name="指标方案", related_name="replies")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="+")
    act = models.CharField("答复", max_length=8, choices=ACTS)
    asked = models.BigIntegerField("要求(分)", null=True)
    by = models.BigIntegerField("答复人", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500)

    class Meta:
        db_table = "quota_reply"
        verbose_name = "方案答复"
        constraints = (
            models.UniqueConstraint(name="one_reply_to_a_proposal", fields=["proposal", "member"]),
            models.CheckConstraint(
                name="only_an_objection_asks", condition=Q(asked__isnull=True) | Q(act="objected", asked__gte=0)
            ),
        )


class Adjustment(Immutable, Scoped):
    """年中调整: that a part of an institution's quota changes by so many fen from a month on, with what changed:
    effective workload before and after, a share of the costs before and after (of 10,000)."""

    scope_by: ClassVar = {
        "agency": "member__negotiation__agency__path",
        "provider": "member__institution__organisation_id",
    }

    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="adjustments")
    part = models.CharField("部分", max_length=30)
    month = models.DateField("起始月份")
    fen = models.BigIntegerField("增减(分)")
    workload_before = models.PositiveBigIntegerField("原工作量")
    workload_after = models.PositiveBigIntegerField("现工作量")
    costs_before = models.PositiveSmallIntegerField("原费用构成(万分之)")
    costs_after = models.PositiveSmallIntegerField("现费用构成(万分之)")
    terms = models.JSONField("规定")
    by = models.BigIntegerField("提出", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("事由", max_length=500)

    class Meta:
        db_table = "quota_adjustment"
        verbose_name = "年中调整"
        constraints = (
            models.CheckConstraint(name="adjustment_of_something", condition=~Q(fen=0)),
            models.CheckConstraint(name="adjustment_from_a_month", condition=Q(month__day=1)),
        )


class AdjustmentStep(Immutable, Scoped):
    """What another person decided about an adjustment; a trigger holds that it is another."""

    ACTS: ClassVar = (("approved", "同意并公布"), ("refused", "不同意"))
    scope_by: ClassVar = {
        "agency": "adjustment__member__negotiation__agency__path",
        "provider": "adjustment__member__institution__organisation_id",
    }

    adjustment = models.OneToOneField(Adjustment, models.PROTECT, verbose_name="年中调整", related_name="decision")
    act = models.CharField("决定", max_length=8, choices=ACTS)
    by = models.BigIntegerField("审核", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500)

    class Meta:
        db_table = "quota_adjustment_step"
        verbose_name = "年中调整审核"


class Quota(Immutable, Scoped):
    """总额指标, published: what an institution has of a part for the months from `month` to the end of the year, in
    fen; of an adjustment what it adds or takes. A trigger holds all of them within the total."""

    scope_by: ClassVar = _seen_by_all("member__negotiation__")

    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="quotas")
    part = models.CharField("部分", max_length=30)
    month = models.DateField("起始月份")
    fen = models.BigIntegerField("金额(分)")
    adjustment = models.OneToOneField(
        Adjustment, models.PROTECT, verbose_name="年中调整", related_name="quota", null=True
    )
    at = models.DateTimeField("公布时间")

    class Meta:
        db_table = "quota"
        verbose_name = "总额指标"
        constraints = (
            models.UniqueConstraint(
                name="one_quota_of_a_part", fields=["member", "part"], condition=Q(adjustment__isnull=True)
            ),
            models.CheckConstraint(name="quota_is_no_debt", condition=Q(fen__gte=0) | Q(adjustment__isnull=False)),
        )


class Overrun(Immutable, Scoped):
    """超指标: that an institution is above its quota so far, at the end of a month, in fen, and until when it submits
    its analysis and correction (BUD-09)."""

    scope_by: ClassVar = {
        "agency": "member__negotiation__agency__path",
        "provider": "member__institution__organisation_id",
    }

    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="overruns")
    month = models.DateField("截至月份")
    quota = models.BigIntegerField("累计指标(分)")
    charged = models.BigIntegerField("累计费用(分)")
    due = models.DateField("提交期限")
    by = models.BigIntegerField("通知", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "quota_overrun"
        verbose_name = "超指标整改"
        constraints = (
            models.UniqueConstraint(name="one_overrun_a_month", fields=["member", "month"]),
            models.CheckConstraint(name="overrun_is_above", condition=Q(charged__gt=models.F("quota"))),
        )


class OverrunStep(Immutable, Scoped):
    """What became of it: submitted by the institution, returned or accepted by the agency. A trigger holds the
    order."""

    ACTS: ClassVar = (("submitted", "提交"), ("returned", "退回"), ("accepted", "接受"))
    scope_by: ClassVar = {
        "agency": "overrun__member__negotiation__agency__path",
        "provider": "overrun__member__institution__organisation_id",
    }

    overrun = models.ForeignKey(Overrun, models.PROTECT, verbose_name="超指标整改", related_name="steps")
    number = models.PositiveSmallIntegerField("次序")
    act = models.CharField("操作", max_length=9, choices=ACTS)
    analysis = models.CharField("原因分析", max_length=2000, blank=True)
    correction = models.CharField("整改意见", max_length=2000, blank=True)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "quota_overrun_step"
        verbose_name = "超指标整改步骤"
        constraints = (
            models.UniqueConstraint(name="overrun_step_once", fields=["overrun", "number"]),
            models.CheckConstraint(
                name="a_submission_says_why",
                condition=~Q(act="submitted") | (~Q(analysis="") & ~Q(correction="")),
            ),
        )
