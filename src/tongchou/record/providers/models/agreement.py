"""Service agreements: from the application to their end, step by step, each step by two people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.periods import DateRangeField, Number, Word, apart
from tongchou.record.base.scope import Scoped
from tongchou.record.providers.models.institution import Institution


class Agreement(Scoped):
    """An agreement between agency and institution about a kind of service, in the region's word. `during` is empty
    until it is signed; whether it is in force on a day says `agreement_on`, not `state`: an agreement can be suspended
    for a time, and it ends with its last day without anybody doing anything."""

    STATES: ClassVar = (
        ("applied", "已申请"),
        ("evaluated", "评估通过"),
        ("negotiated", "协商一致"),
        ("signed", "已签订"),
        ("ended", "已终止"),
        ("refused", "不予签订"),
    )
    scope_by: ClassVar = {
        "agency": "institution__organisation__path",
        "provider": "institution__organisation_id",
    }

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="agreements")
    kind = models.CharField("协议类别", max_length=30)
    number = models.CharField("协议编号", max_length=60, null=True, unique=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="applied")
    terms = models.JSONField("条款", default=dict)
    applied_on = models.DateField("申请日期")
    applied_by = models.BigIntegerField("申请", null=True)
    during = DateRangeField("有效期", null=True)

    class Meta:
        db_table = "agreement"
        verbose_name = "服务协议"
        constraints = (
            apart("one_agreement_at_a_time", Number("institution"), Word("kind"), condition=Q(during__isnull=False)),
            models.CheckConstraint(
                name="agreement_signed_with_number_and_period",
                condition=Q(state__in=("signed", "ended"), during__isnull=False, number__isnull=False)
                | (~Q(state__in=("signed", "ended")) & Q(during__isnull=True)),
            ),
        )


class Step(Scoped):
    """What somebody proposes to do with an agreement, and what somebody else decided."""

    VERBS: ClassVar = (
        ("evaluate", "评估"),
        ("negotiate", "协商"),
        ("sign", "签订"),
        ("refuse", "不予签订"),
        ("suspend", "中止"),
        ("resume", "恢复"),
        ("end", "终止"),
        ("budget", "定预算"),
    )
    STATES: ClassVar = (("open", "待审"), ("approved", "同意"), ("refused", "不同意"))
    scope_by: ClassVar = {
        "agency": "agreement__institution__organisation__path",
        "provider": "agreement__institution__organisation_id",
    }

    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name="服务协议", related_name="steps")
    verb = models.CharField("事项", max_length=9, choices=VERBS)
    terms = models.JSONField("条款", null=True)
    number = models.CharField("协议编号", max_length=60, null=True)
    first = models.DateField("起", null=True)
    last = models.DateField("止", null=True)
    basis = models.CharField("文书", max_length=200, blank=True)
    reason = models.CharField("事由", max_length=500)
    proposed_by = models.BigIntegerField("提出", null=True)
    proposed_at = models.DateTimeField("提出时间")
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "agreement_step"
        verbose_name = "协议事项"
        constraints = (
            models.UniqueConstraint(name="one_open_step", fields=["agreement"], condition=Q(state="open")),
            models.CheckConstraint(
                name="agreement_step_decided_by_another",
                condition=Q(state="open") | Q(proposed_by__isnull=True) | ~Q(proposed_by=F("decided_by")),
            ),
        )


class Budget(Immutable, Scoped):
    """A line of the yearly budget of an agreement, in fen: for one insurance and one kind, in the region's word, such
    as 住院. Of several lines for the same the one that was agreed on last holds."""

    scope_by: ClassVar = {
        "agency": "agreement__institution__organisation__path",
        "provider": "agreement__institution__organisation_id",
    }

    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name="服务协议", related_name="budgets")
    step = models.ForeignKey(Step, models.PROTECT, verbose_name="协议事项", related_name="budgets")
    year = models.PositiveSmallIntegerField("年度")
    insurance = models.CharField("险种", max_length=20)
    kind = models.CharField("类别", max_length=30)
    fen = models.BigIntegerField("预算(分)")

    class Meta:
        db_table = "agreement_budget"
        verbose_name = "协议预算"
        indexes = (models.Index(fields=["agreement", "year"]),)
        constraints = (
            models.UniqueConstraint(name="budget_line_once_a_step", fields=["step", "year", "insurance", "kind"]),
            models.CheckConstraint(name="budget_is_no_debt", condition=Q(fen__gte=0)),
        )


class Suspension(Scoped):
    """That an agreement is not in force for a time."""

    scope_by: ClassVar = {
        "agency": "agreement__institution__organisation__path",
        "provider": "agreement__institution__organisation_id",
    }

    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name="服务协议", related_name="suspensions")
    why = models.CharField("事由", max_length=500)
    during = DateRangeField("期间")

    class Meta:
        db_table = "agreement_suspension"
        verbose_name = "协议中止"
        constraints = (apart("one_suspension_at_a_time", Number("agreement")),)
