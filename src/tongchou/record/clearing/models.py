"""The clearing year: its steps, the tables given for it, its cases by institution, what was objected and applied for,
and what it was cleared to. Written once, but for what waits for a decision; what a year has come to is its last step.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.fields import SealedBytes
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped, Through
from tongchou.record.lists.models import Version as ListVersion
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.models import StoredPack
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.models import Event

_INSTITUTION: dict[str, str] = {
    "agency": "institution__organisation__path",
    "provider": "institution__organisation_id",
}


def _year(field: str, prefix: str = "") -> dict[str, str | Through]:
    """A row belongs to the agency that clears, and to the institutions that have cases in the year."""
    own = Through(field, "clearing.CaseTable", of="year_id", by="institution__organisation_id")
    return {"agency": f"{prefix}agency__path", "provider": own}


class GroupScheme(Immutable):
    """分组方案: a catalogue (DIP) or the tables of a grouper (DRG), whole as they were kept, under the hash by which
    every result names it. `files`: texts by path."""

    KINDS: ClassVar = (("dip", "DIP"), ("drg", "DRG"))

    kind = models.CharField("付费方式", max_length=3, choices=KINDS)
    hash = models.CharField("摘要", max_length=64)
    files = models.JSONField("内容")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "group_scheme"
        verbose_name = "分组方案"
        constraints = (models.UniqueConstraint(name="group_scheme_once", fields=["kind", "hash"]),)


class ClearingYear(Immutable, Scoped):
    """清算年度: an insurance year of a scheme that an agency clears, with the pack that governs it and the rules as
    they were declared when it was opened. `lists_by`: the last day for settlement lists."""

    scope_by: ClassVar = _year("id")

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    scheme = models.CharField("险种", max_length=20)
    year = models.PositiveSmallIntegerField("年度")
    pack = models.ForeignKey(StoredPack, models.PROTECT, verbose_name="政策包", related_name="+")
    rules = models.JSONField("清算规则")
    rules_hash = models.CharField("规则摘要", max_length=64)
    lists_by = models.DateField("清单截止")
    at = models.DateTimeField("开启时间")

    class Meta:
        db_table = "clearing_year"
        verbose_name = "清算年度"
        constraints = (models.UniqueConstraint(name="one_clearing_of_a_year", fields=["agency", "scheme", "year"]),)


class YearStep(Immutable, Scoped):
    """What was done with a year; the last step is its state. `until`: the last day for feedback, known when the
    preliminary groups are published. A trigger holds the order, and that nobody confirms what they cleared."""

    ACTS: ClassVar = (
        ("opened", "开启"), ("grouped", "预分组"), ("published", "下发反馈"), ("final", "终分组"), ("cleared", "清算"),
        ("confirmed", "确认入账"), ("reopened", "重开"),
    )  # fmt: skip
    scope_by: ClassVar = _year("year_id", "year__")

    year = models.ForeignKey(
        ClearingYear, models.PROTECT, verbose_name="清算年度", related_name="steps", db_index=False
    )
    number = models.PositiveSmallIntegerField("次序")
    act = models.CharField("操作", max_length=9, choices=ACTS)
    until = models.DateField("反馈截止", null=True)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "clearing_step"
        verbose_name = "清算步骤"
        constraints = (
            models.UniqueConstraint(name="clearing_step_once", fields=["year", "number"]),
            models.CheckConstraint(
                name="feedback_until_a_day",
                condition=Q(act="published", until__isnull=False) | (~Q(act="published") & Q(until__isnull=True)),
            ),
        )


class GivenTable(Immutable, Scoped):
    """What the record does not know of a year, as a table of the engine: its budget, scores, factors, quotas. The last
    of a name holds."""

    scope_by: ClassVar = {"agency": "year__agency__path"}

    year = models.ForeignKey(ClearingYear, models.PROTECT, verbose_name="清算年度", related_name="given")
    name = models.CharField("表", max_length=20)
    rows = models.JSONField("内容")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "clearing_given"
        verbose_name = "清算参数表"


class CaseTable(Immutable, Scoped):
    """An institution's settlements of a year with their groups, as they stood at a stage: a table (Parquet), sealed,
    for it names patients. `digest` is of the table; `taken`: how many are in; `fen`: what the fund was charged."""

    STAGES: ClassVar = (("preliminary", "预分组"), ("final", "终分组"))
    scope_by: ClassVar = _INSTITUTION

    year = models.ForeignKey(ClearingYear, models.PROTECT, verbose_name="清算年度", related_name="cases")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    stage = models.CharField("阶段", max_length=11, choices=STAGES)
    round = models.PositiveSmallIntegerField("次序")
    schemes = models.JSONField("分组方案摘要")
    content = SealedBytes("病例")
    digest = models.CharField("摘要", max_length=64)
    rows = models.PositiveIntegerField("结算数")
    taken = models.PositiveIntegerField("纳入数")
    fen = models.BigIntegerField("基金记账(分)")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "clearing_cases"
        verbose_name = "清算病例"
        constraints = (
            models.UniqueConstraint(name="cases_of_a_stage_once", fields=["year", "stage", "round", "institution"]),
            models.CheckConstraint(name="cases_taken_of_all", condition=Q(rows__gte=F("taken"))),
        )


class Objection(Scoped):
    """An institution's feedback on the group of a case, with the corrected list where it sent one; another decides."""

    STATES: ClassVar = (("open", "待审"), ("accepted", "采纳"), ("rejected", "不采纳"))
    scope_by: ClassVar = _INSTITUTION

    year = models.ForeignKey(ClearingYear, models.PROTECT, verbose_name="清算年度", related_name="objections")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, verbose_name="结算", related_name="+")
    reason = models.CharField("反馈意见", max_length=500)
    list = models.ForeignKey(ListVersion, models.PROTECT, null=True, verbose_name="更正清单", related_name="+")
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    by = models.BigIntegerField("反馈", null=True)
    at = models.DateTimeField("反馈时间")
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    opinion = models.CharField("审核意见", max_length=500, blank=True)

    class Meta:
        db_table = "clearing_objection"
        verbose_name = "清算反馈"
        constraints = (
            models.UniqueConstraint(name="one_open_objection", fields=["year", "event"], condition=Q(state="open")),
            models.CheckConstraint(
                name="objection_decided_by_another",
                condition=Q(decided_by__isnull=True) | Q(by__isnull=True) | ~Q(decided_by=F("by")),
            ),
            models.CheckConstraint(
                name="objection_decided_at_a_time", condition=Q(state="open") | Q(decided_at__isnull=False)
            ),
        )

    def persons_of(self) -> list[int]:
        return [self.event.person_id]


class SpecialCase(Scoped):
    """特例单议: an institution's application that a case be paid apart from its group; experts decide. `fen`: what the
    fund pays instead; without it, what the fund was charged."""

    STATES: ClassVar = (("open", "待评审"), ("approved", "同意"), ("refused", "不同意"))
    scope_by: ClassVar = _INSTITUTION

    year = models.ForeignKey(ClearingYear, models.PROTECT, verbose_name="清算年度", related_name="special_cases")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, verbose_name="结算", related_name="+")
    reason = models.CharField("申请理由", max_length=500)
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    fen = models.BigIntegerField("评审金额(分)", null=True)
    by = models.BigIntegerField("申请", null=True)
    at = models.DateTimeField("申请时间")
    decided_by = models.BigIntegerField("评审", null=True)
    decided_at = models.DateTimeField("评审时间", null=True)
    opinion = models.CharField("评审意见", max_length=500, blank=True)

    class Meta:
        db_table = "clearing_special_case"
        verbose_name = "特例单议"
        constraints = (
            models.UniqueConstraint(
                name="one_special_case", fields=["year", "event"], condition=Q(state__in=("open", "approved"))
            ),
            models.CheckConstraint(
                name="special_case_decided_by_another",
                condition=Q(decided_by__isnull=True) | Q(by__isnull=True) | ~Q(decided_by=F("by")),
            ),
            models.CheckConstraint(
                name="special_case_decided_at_a_time", condition=Q(state="open") | Q(decided_at__isnull=False)
            ),
            models.CheckConstraint(
                name="special_case_amount_of_approved",
                condition=Q(fen__isnull=True) | Q(state="approved", fen__gte=0),
            ),
        )

    def persons_of(self) -> list[int]:
        return [self.event.person_id]


class Cleared(Immutable, Scoped):
    """A year as it was cleared: the folder that anyone can count again, whole and sealed. `inputs`: of the tables that
    went in, so that clearing again without a change is known for what it is."""

    scope_by: ClassVar = _year("year_id", "year__")

    year = models.ForeignKey(ClearingYear, models.PROTECT, verbose_name="清算年度", related_name="cleared")
    number = models.PositiveSmallIntegerField("版次")
    inputs = models.CharField("输入摘要", max_length=64)
    content = SealedBytes("清算结果")
    digest = models.CharField("摘要", max_length=64)
    by = models.BigIntegerField("清算", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "clearing_version"
        verbose_name = "清算版次"
        constraints = (models.UniqueConstraint(name="cleared_by_number", fields=["year", "number"]),)


class ClearedLine(Immutable, Scoped):
    """清算单: one line of a cleared year, in fen, as the engine names them; points in ten-thousandths."""

    scope_by: ClassVar = _INSTITUTION

    cleared = models.ForeignKey(Cleared, models.PROTECT, verbose_name="清算版次", related_name="lines")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    setting = models.CharField("类别", max_length=12)
    method = models.CharField("付费方式", max_length=20)
    cases = models.BigIntegerField("例数")
    points = models.BigIntegerField("分值(万分之一)")
    charged = models.BigIntegerField("统筹基金记账(分)")
    standard = models.BigIntegerField("应付标准(分)")
    surplus = models.BigIntegerField("结余(分)")
    kept = models.BigIntegerField("结余留用(分)")
    overrun = models.BigIntegerField("超支(分)")
    shared = models.BigIntegerField("超支分担(分)")
    compensated = models.BigIntegerField("合理超支补偿(分)")
    deducted = models.BigIntegerField("扣减(分)")
    payable = models.BigIntegerField("应支付(分)")
    deposit = models.BigIntegerField("质量保证金(分)")
    lost = models.BigIntegerField("考核扣减(分)")
    prepaid = models.BigIntegerField("已预付(分)")
    due_before = models.BigIntegerField("考核前应补(分)")
    returned = models.BigIntegerField("退还保证金(分)")
    due = models.BigIntegerField("应补付(分)")

    class Meta:
        db_table = "clearing_line"
        verbose_name = "清算单"
        constraints = (
            models.UniqueConstraint(name="cleared_line_once", fields=["cleared", "institution", "setting", "method"]),
            models.CheckConstraint(
                name="cleared_line_follows",
                condition=Q(
                    due_before=F("payable") - F("deposit") - F("prepaid"),
                    due=F("due_before") + F("returned"),
                    deposit=F("returned") + F("lost"),
                ),
            ),
        )


class ClearedBalance(Immutable, Scoped):
    """What the budget of a setting became: paid, deposits kept, what is left of the reserve, and retained."""

    scope_by: ClassVar = {"agency": "cleared__year__agency__path"}

    cleared = models.ForeignKey(Cleared, models.PROTECT, verbose_name="清算版次", related_name="balances")
    setting = models.CharField("类别", max_length=12)
    budget = models.BigIntegerField("预算(分)")
    paid = models.BigIntegerField("支付(分)")
    deposits_kept = models.BigIntegerField("留存保证金(分)")
    reserve = models.BigIntegerField("调节金(分)")
    reserve_used = models.BigIntegerField("动用调节金(分)")
    retained = models.BigIntegerField("基金留存(分)")

    class Meta:
        db_table = "clearing_balance"
        verbose_name = "清算平衡"
        constraints = (
            models.UniqueConstraint(name="cleared_balance_once", fields=["cleared", "setting"]),
            models.CheckConstraint(
                name="cleared_budget_is_what_became_of_it",
                condition=Q(budget=F("paid") + F("deposits_kept") + F("reserve") - F("reserve_used") + F("retained")),
            ),
        )


class ClearedAmount(Immutable, Scoped):
    """What a cleared year is to come to in the books, of an institution by what it is of (fen): how much of the deposit
    is returned and lost, how much of what was deferred is released, and the difference between charge and statement."""

    scope_by: ClassVar = _INSTITUTION

    cleared = models.ForeignKey(Cleared, models.PROTECT, verbose_name="清算版次", related_name="amounts")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    county = models.ForeignKey(Organisation, models.PROTECT, verbose_name="参保地", related_name="+")
    fund = models.CharField("基金", max_length=30)
    returned = models.BigIntegerField("退还保证金(分)")
    lost = models.BigIntegerField("考核扣减(分)")
    released = models.BigIntegerField("拨付缓拨(分)")
    difference = models.BigIntegerField("清算差额(分)")

    class Meta:
        db_table = "clearing_amount"
        verbose_name = "清算入账"
        constraints = (
            models.UniqueConstraint(name="cleared_amount_once", fields=["cleared", "institution", "county", "fund"]),
        )


class Published(Immutable, Scoped):
    """The folder of an institution that it counts again without any database, packed."""

    scope_by: ClassVar = _INSTITUTION

    cleared = models.ForeignKey(Cleared, models.PROTECT, verbose_name="清算版次", related_name="published")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    content = SealedBytes("公开清算")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        db_table = "clearing_published"
        verbose_name = "公开清算"
        constraints = (models.UniqueConstraint(name="published_once", fields=["cleared", "institution"]),)
