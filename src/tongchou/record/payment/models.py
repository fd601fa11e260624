"""The month of an institution: its applications, its statement with lines and steps, deductions with theirs, prepayment
and advances. All but applications is written once; what a thing has come to is its last step."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers.models import Institution

_OF_INSTITUTION: dict[str, str] = {
    "agency": "institution__organisation__path",
    "provider": "institution__organisation_id",
}
_OF_STATEMENT: dict[str, str] = {side: f"statement__{field}" for side, field in _OF_INSTITUTION.items()}


class Application(Scoped):
    """清算申请: the settlements of a month and a clearing class, of all insurances, that an institution asks to be
    cleared (3203), in fen. Only one stands for a month and class. A statement is declared when all of its classes are
    applied for."""

    STATES: ClassVar = (("declared", "已申报"), ("withdrawn", "已撤销"))
    scope_by: ClassVar = _OF_INSTITUTION

    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="+", db_index=False
    )
    clearing = models.CharField("清算类别", max_length=10)
    month = models.DateField("清算年月")
    count = models.PositiveIntegerField("人次")
    total = models.BigIntegerField("总费用(分)")
    fund = models.BigIntegerField("基金申报(分)")
    account = models.BigIntegerField("账户支付(分)")
    cash = models.BigIntegerField("现金支付(分)")
    state = models.CharField("状态", max_length=9, choices=STATES, default="declared")
    at = models.DateTimeField("申报时间")
    decided_at = models.DateTimeField("变动时间", null=True)

    class Meta:
        db_table = "clearing_application"
        verbose_name = "清算申请"
        constraints = (
            models.UniqueConstraint(
                name="applied_for_a_month_once",
                fields=["institution", "clearing", "month"],
                condition=~Q(state="withdrawn"),
            ),
        )


class Statement(Immutable, Scoped):
    """月结算单: what an institution charged in a month of an insurance, in fen, as the closed books have it: borne by
    the fund, by personal accounts, and by others (insurer, relief). Of several rounds only the last stands; a trigger
    holds that a round begins when the one before was reopened."""

    scope_by: ClassVar = _OF_INSTITUTION

    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="+", db_index=False
    )
    month = models.DateField("月份(首日)")
    scheme = models.CharField("险种", max_length=20)
    round = models.PositiveSmallIntegerField("次序")
    fund = models.BigIntegerField("基金(分)")
    account = models.BigIntegerField("个人账户(分)")
    others = models.BigIntegerField("其他承担方(分)")
    at = models.DateTimeField("生成时间")

    class Meta:
        db_table = "month_statement"
        verbose_name = "月结算单"
        constraints = (
            models.UniqueConstraint(
                name="one_statement_of_a_month", fields=["institution", "month", "scheme", "round"]
            ),
            models.CheckConstraint(name="statement_of_a_whole_month", condition=Q(month__day=1)),
        )

    @property
    def charged(self) -> int:
        return self.fund + self.account + self.others


class StatementLine(Immutable, Scoped):
    """What of a statement is of a county of insurance, a fund, a bearer and an insurance year, as the postings are;
    below nothing where more was reversed than settled."""

    scope_by: ClassVar = _OF_STATEMENT

    statement = models.ForeignKey(
        Statement, models.PROTECT, verbose_name="月结算单", related_name="lines", db_index=False
    )
    county = models.ForeignKey(Organisation, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False)
    fund = models.CharField("基金", max_length=30)
    bearer = models.CharField("承担方", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    fen = models.BigIntegerField("金额(分)")

    class Meta:
        db_table = "month_statement_line"
        verbose_name = "月结算明细"
        constraints = (
            models.UniqueConstraint(
                name="statement_line_once", fields=["statement", "county", "fund", "bearer", "year"]
            ),
            models.CheckConstraint(name="statement_line_of_something", condition=~Q(fen=0)),
        )


class StatementStep(Immutable, Scoped):
    """What was done with a statement; the last step is its state: opened anew where the declaration was withdrawn.
    `until`: the last day for appeals, known when the review is closed. A trigger holds the order, that no declaration
    is withdrawn once something was deducted, and that whoever closed the review does not make it final."""

    ACTS: ClassVar = (
        ("opened", "生成"), ("declared", "申报"), ("reviewed", "审核"), ("final", "终审"), ("prepaid", "预付"),
        ("reopened", "重开"),
    )  # fmt: skip
    scope_by: ClassVar = _OF_STATEMENT

    statement = models.ForeignKey(
        Statement, models.PROTECT, verbose_name="月结算单", related_name="steps", db_index=False
    )
    number = models.PositiveSmallIntegerField("次序")
    act = models.CharField("操作", max_length=8, choices=ACTS)
    until = models.DateField("申诉截止", null=True)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "month_statement_step"
        verbose_name = "月结算步骤"
        constraints = (
            models.UniqueConstraint(name="statement_step_once", fields=["statement", "number"]),
            models.CheckConstraint(
                name="appeals_until_a_day",
                condition=Q(act="reviewed", until__isnull=False) | (~Q(act="reviewed") & Q(until__isnull=True)),
            ),
        )


class Deduction(Immutable, Scoped):
    """What is to be deducted of a settlement, or of one of its lines, in fen, with the article and where the evidence
    lies. A trigger holds it within what the settlement charged to others than personal accounts."""

    KINDS: ClassVar = (("review", "审核扣款"), ("supervision", "监管扣款"))
    scope_by: ClassVar = _OF_STATEMENT

    statement = models.ForeignKey(Statement, models.PROTECT, verbose_name="月结算单", related_name="deductions")
    event = models.BigIntegerField("结算号", db_index=True)
    line = models.CharField("明细号", max_length=40, blank=True)
    fen = models.BigIntegerField("扣款(分)")
    kind = models.CharField("类别", max_length=11, choices=KINDS)
    article = models.CharField("依据", max_length=200)
    why = models.CharField("事由", max_length=500)
    evidence = models.CharField("证据", max_length=200, blank=True)
    by = models.BigIntegerField("审核", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "month_deduction"
        verbose_name = "扣款"
        constraints = (
            models.CheckConstraint(name="deduction_of_something", condition=Q(fen__gt=0)),
            models.CheckConstraint(name="deduction_says_why", condition=~Q(article="") & ~Q(why="")),
        )


class DeductionStep(Immutable, Scoped):
    """What became of a deduction; the last step is its state, and none is followed but an appeal. `stands`: what is
    deducted in the end, in fen. A trigger holds the order and that an appeal is decided by another than who
    deducted."""

    ACTS: ClassVar = (
        ("withdrawn", "撤回"), ("accepted", "认可"), ("appealed", "申诉"), ("decided", "裁定"),
        ("unopposed", "逾期未申诉"), ("lapsed", "结算已撤销"),
    )  # fmt: skip
    scope_by: ClassVar = {side: f"deduction__{field}" for side, field in _OF_STATEMENT.items()}

    deduction = models.ForeignKey(Deduction, models.PROTECT, verbose_name="扣款", related_name="steps", db_index=False)
    number = models.PositiveSmallIntegerField("次序")
    act = models.CharField("操作", max_length=9, choices=ACTS)
    stands = models.BigIntegerField("成立(分)", null=True)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "month_deduction_step"
        verbose_name = "扣款步骤"
        constraints = (
            models.UniqueConstraint(name="deduction_step_once", fields=["deduction", "number"]),
            models.CheckConstraint(
                name="deduction_stands_when_it_ended",
                condition=Q(act="appealed", stands__isnull=True) | (~Q(act="appealed") & Q(stands__gte=0)),
            ),
        )


class Prepayment(Immutable, Scoped):
    """What a final statement came to, in fen: `reviewed` is the fund's part after deductions; of it `deferred` lies
    above the month's `quota` (null where there is none); of what is within it `withheld` waits for clearing too,
    `deposit` is the quality deposit; `payable` is what may be ordered now, what others bear included. `terms` are those
    that applied, with their articles."""

    scope_by: ClassVar = _OF_STATEMENT

    statement = models.OneToOneField(Statement, models.PROTECT, verbose_name="月结算单", related_name="prepayment")
    year = models.PositiveSmallIntegerField("额度年度")
    reviewed = models.BigIntegerField("审定(分)")
    quota = models.BigIntegerField("月额度(分)", null=True)
    deferred = models.BigIntegerField("缓拨(分)")
    withheld = models.BigIntegerField("待清算(分)")
    deposit = models.BigIntegerField("质量保证金(分)")
    payable = models.BigIntegerField("可拨付(分)")
    terms = models.JSONField("规定")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "month_prepayment"
        verbose_name = "月预付"
        constraints = (
            models.CheckConstraint(
                name="prepayment_withholds_of_what_is_owed",
                condition=Q(deferred__gte=0, withheld__gte=0, deposit__gte=0)
                & (
                    Q(reviewed__gte=F("deferred") + F("withheld") + F("deposit")) | Q(deferred=0, withheld=0, deposit=0)
                ),
            ),
        )


class Advance(Immutable, Scoped):
    """周转金: what was advanced to an institution for a year of an insurance, of its quota, in fen."""

    scope_by: ClassVar = _OF_INSTITUTION

    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="+", db_index=False
    )
    scheme = models.CharField("险种", max_length=20)
    year = models.PositiveSmallIntegerField("年度")
    county = models.ForeignKey(Organisation, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False)
    fund = models.CharField("基金", max_length=30)
    quota = models.BigIntegerField("年额度(分)")
    fen = models.BigIntegerField("金额(分)")
    terms = models.JSONField("规定")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("事由", max_length=500)

    class Meta:
        db_table = "provider_advance"
        verbose_name = "周转金"
        constraints = (
            models.UniqueConstraint(name="one_advance_a_year", fields=["institution", "scheme", "year"]),
            models.CheckConstraint(name="advance_of_something", condition=Q(fen__gt=0)),
        )


class Recovery(Immutable, Scoped):
    """That an advance was recovered: set off against what is payable."""

    scope_by: ClassVar = {side: f"advance__{field}" for side, field in _OF_INSTITUTION.items()}

    advance = models.OneToOneField(Advance, models.PROTECT, verbose_name="周转金", related_name="recovery")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("事由", max_length=500)

    class Meta:
        db_table = "provider_advance_recovered"
        verbose_name = "周转金收回"
