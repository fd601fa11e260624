"""What an institution reported of a day, and the differences that were found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.providers.models import Institution

_OF_INSTITUTION: dict[str, str] = {
    "agency": "institution__organisation__path",
    "provider": "institution__organisation_id",
}


class DayReport(Immutable, Scoped):
    """An institution's totals of a day in fen, as the national interface reconciles them (3201): how many settlements
    and reversals, their fees, what funds and accounts pay of them. The last report of a day holds."""

    scope_by: ClassVar = _OF_INSTITUTION

    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="+", db_index=False
    )
    day = models.DateField("结算日")
    number = models.PositiveSmallIntegerField("次序")
    count = models.PositiveIntegerField("笔数")
    total = models.BigIntegerField("总费用(分)")
    fund = models.BigIntegerField("基金支付(分)")
    account = models.BigIntegerField("账户支付(分)")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("报送时间")

    class Meta:
        db_table = "day_report"
        verbose_name = "日结合计"
        constraints = (models.UniqueConstraint(name="day_reported_by_number", fields=["institution", "day", "number"]),)


class ReportLine(Immutable, Scoped):
    """One settlement or reversal as the institution has it (3202). `event` is the number it was answered with."""

    scope_by: ClassVar = {side: f"report__{field}" for side, field in _OF_INSTITUTION.items()}

    report = models.ForeignKey(DayReport, models.PROTECT, verbose_name="日结合计", related_name="lines", db_index=False)
    event = models.BigIntegerField("结算号")
    total = models.BigIntegerField("总费用(分)")
    fund = models.BigIntegerField("基金支付(分)")
    account = models.BigIntegerField("账户支付(分)")

    class Meta:
        db_table = "day_report_line"
        verbose_name = "日结明细"
        constraints = (models.UniqueConstraint(name="settlement_reported_once", fields=["report", "event"]),)


class Difference(Scoped):
    """A difference of a day: work for somebody, until it is resolved or a later match does not find it any more.

    `here`, `there` and `posted` say in fen what is settled, reported and owed; null where there is nothing. `event` is
    null for totals.
    """

    KINDS: ClassVar = (
        ("not_here", "本方无此结算"),
        ("not_there", "机构未报"),
        ("amount", "金额不符"),
        ("posting", "账上不符"),
        ("totals", "合计不符"),
    )
    STATES: ClassVar = (("open", "待处理"), ("resolved", "已处理"), ("gone", "已消除"))
    scope_by: ClassVar = _OF_INSTITUTION

    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="+", db_index=False
    )
    day = models.DateField("结算日")
    kind = models.CharField("类别", max_length=9, choices=KINDS)
    event = models.BigIntegerField("结算号", null=True)
    here = models.JSONField("本方(分)", null=True)
    there = models.JSONField("机构(分)", null=True)
    posted = models.BigIntegerField("账上(分)", null=True)
    found_at = models.DateTimeField("发现时间")
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    resolved_by = models.BigIntegerField("处理", null=True)
    resolved_at = models.DateTimeField("处理时间", null=True)
    reason = models.CharField("处理说明", max_length=500, blank=True)

    class Meta:
        db_table = "match_difference"
        verbose_name = "对账差异"
        indexes = (models.Index(fields=["institution", "day"]),)
        constraints = (
            models.UniqueConstraint(
                name="difference_open_once",
                fields=["institution", "day", "kind", "event"],
                condition=Q(state="open"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="difference_resolved_with_a_reason", condition=~Q(state="resolved") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="difference_resolved_after_it_was_found",
                condition=Q(resolved_at__isnull=True) | Q(resolved_at__gte=F("found_at")),
            ),
        )


class Comparison(Immutable, Scoped):
    """总对总: what an institution said of an insurance and a clearing class over some days, and what is settled here,
    in fen (3201). Each was answered, so none takes the place of another."""

    scope_by: ClassVar = _OF_INSTITUTION

    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="+", db_index=False
    )
    scheme = models.CharField("险种", max_length=20)
    clearing = models.CharField("清算类别", max_length=10, blank=True)
    first = models.DateField("开始日期")
    last = models.DateField("结束日期")
    there = models.JSONField("机构(笔、分)")
    here = models.JSONField("本方(笔、分)")
    agrees = models.BooleanField("一致")
    at = models.DateTimeField("对账时间")

    class Meta:
        db_table = "match_comparison"
        verbose_name = "总对总"
        indexes = (models.Index(fields=["institution", "at"]),)
