"""Bank accounts of payees, payment orders with their lines and steps, and what the bank answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.fields import SealedBytes, SealedText
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.ledger.chart import PAYABLES
from tongchou.record.orgs.models import Organisation

_PAYEE: dict[str, str] = {"provider": "organisation_id", "employer": "organisation_id", "person": "person"}


class PayeeAccount(Scoped):
    """A bank account into which an organisation or a person is paid: registered by one, confirmed by another, and never
    changed. The newest that is confirmed holds."""

    STATES: ClassVar = (("open", "待核实"), ("confirmed", "已核实"), ("refused", "不成立"))
    scope_by: ClassVar = {"agency": "agency__path", **_PAYEE}

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="收款单位", related_name="+")
    person = models.BigIntegerField("收款人", null=True, db_index=True)
    holder = SealedText("户名")
    bank = models.CharField("开户行", max_length=100)
    number = SealedText("账号")
    tail = models.CharField("账号末四位", max_length=4)
    state = models.CharField("状态", max_length=9, choices=STATES, default="open")
    registered_by = models.BigIntegerField("登记", null=True)
    registered_at = models.DateTimeField("登记时间")
    decided_by = models.BigIntegerField("核实", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "payee_account"
        verbose_name = "收款账户"
        constraints = (
            models.CheckConstraint(
                name="payee_account_of_one", condition=Q(organisation__isnull=True) ^ Q(person__isnull=True)
            ),
            models.CheckConstraint(
                name="payee_account_confirmed_by_another",
                condition=Q(state="open") | Q(registered_by__isnull=True) | ~Q(registered_by=F("decided_by")),
            ),
        )

    def persons_of(self) -> list[int]:
        return [] if self.person is None else [self.person]


class PaymentOrder(Immutable, Scoped):
    """拨付单: payments of a scheme to payees of one kind, for the people insured in a county's branch, of what was owed
    at the end of a day. What it pays is free no more: it left the payable when the order was prepared."""

    PAYS: ClassVar = tuple((account.removesuffix("_payable"), account) for account in PAYABLES)
    PAYEES: ClassVar = (("provider", "医药机构"), ("person", "个人"), ("employer", "单位"))
    scope_by: ClassVar = {"agency": "agency__path"}

    payee = models.CharField("收款方类别", max_length=8, choices=PAYEES)
    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="参保地", related_name="+")
    scheme = models.CharField("险种", max_length=20)
    through = models.DateField("截至")
    at = models.DateTimeField("编制时间")

    class Meta:
        db_table = "payment_order"
        verbose_name = "拨付单"

    @property
    def account(self) -> str:
        """The account that it pays."""
        return dict(self.PAYS)[self.payee]


class PaymentStep(Immutable, Scoped):
    """What was done with an order; the last step is its state. A trigger holds their order, and that nobody
    takes two."""

    ACTS: ClassVar = (
        ("prepared", "编制"), ("reviewed", "复核"), ("approved", "审批"), ("refused", "退回"), ("sent", "送银行"),
    )  # fmt: skip
    scope_by: ClassVar = {"agency": "order__agency__path"}

    order = models.ForeignKey(PaymentOrder, models.PROTECT, verbose_name="拨付单", related_name="steps", db_index=False)
    number = models.PositiveSmallIntegerField("次序")
    act = models.CharField("操作", max_length=8, choices=ACTS)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "payment_step"
        verbose_name = "拨付步骤"
        constraints = (models.UniqueConstraint(name="payment_step_once", fields=["order", "number"]),)


class PaymentLine(Immutable, Scoped):
    """One transfer to one payee (fen). `reissues`: the returned line in whose place it stands."""

    scope_by: ClassVar = {"agency": "order__agency__path", **_PAYEE}

    order = models.ForeignKey(PaymentOrder, models.PROTECT, verbose_name="拨付单", related_name="lines", db_index=False)
    number = models.PositiveIntegerField("行号")
    account = models.ForeignKey(PayeeAccount, models.PROTECT, verbose_name="收款账户", related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="收款单位", related_name="+")
    person = models.BigIntegerField("收款人", null=True, db_index=True)
    fen = models.BigIntegerField("金额(分)")
    reissues = models.ForeignKey("self", models.PROTECT, null=True, verbose_name="重发原行", related_name="reissued_by")

    class Meta:
        db_table = "payment_line"
        verbose_name = "拨付明细"
        constraints = (
            models.UniqueConstraint(name="payment_line_by_number", fields=["order", "number"]),
            models.CheckConstraint(name="payment_line_pays_something", condition=Q(fen__gt=0)),
            models.CheckConstraint(
                name="payment_line_to_one", condition=Q(organisation__isnull=True) ^ Q(person__isnull=True)
            ),
        )

    @property
    def reference(self) -> str:
        """What the bank knows it by."""
        return f"{self.order_id}-{self.number}"

    def persons_of(self) -> list[int]:
        return [] if self.person is None else [self.person]


class PaymentItem(Immutable, Scoped):
    """What a line pays, in fen: of which county, fund, bearer and year. One below zero is set off against the rest.
    `person`: under whom it stands in the books, who may since have been merged into the payee."""

    scope_by: ClassVar = {side: f"line__{field}" for side, field in PaymentLine.scope_by.items()}

    line = models.ForeignKey(PaymentLine, models.PROTECT, verbose_name="拨付明细", related_name="items")
    county = models.ForeignKey(Organisation, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False)
    fund = models.CharField("基金", max_length=30)
    bearer = models.CharField("承担方", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    person = models.BigIntegerField("往来个人", null=True)
    fen = models.BigIntegerField("金额(分)")

    class Meta:
        db_table = "payment_item"
        verbose_name = "拨付构成"
        constraints = (models.CheckConstraint(name="payment_item_of_something", condition=~Q(fen=0)),)


class BankFile(Immutable, Scoped):
    """The file that the bank was given for an order; made once, and given again as it is."""

    scope_by: ClassVar = {"agency": "order__agency__path"}

    order = models.OneToOneField(PaymentOrder, models.PROTECT, verbose_name="拨付单", related_name="bank_file")
    name = models.CharField("文件名", max_length=60)
    digest = models.CharField("摘要", max_length=64)
    content = SealedBytes("内容")
    lines = models.IntegerField("行数")
    fen = models.BigIntegerField("合计(分)")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "bank_file"
        verbose_name = "银行盘"


class BankAnswer(Immutable, Scoped):
    """A file in which the bank answered some or all lines of an order; its content is taken once."""

    scope_by: ClassVar = {"agency": "order__agency__path"}

    order = models.ForeignKey(
        PaymentOrder, models.PROTECT, verbose_name="拨付单", related_name="answers", db_index=False
    )
    name = models.CharField("文件名", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    lines = models.IntegerField("行数")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "bank_answer"
        verbose_name = "银行回盘"
        constraints = (models.UniqueConstraint(name="bank_answer_once", fields=["order", "digest"]),)


class LineAnswer(Immutable, Scoped):
    """That the bank paid a line on a day, or returned it: at once, or after it had paid."""

    OUTCOMES: ClassVar = (("paid", "成功"), ("returned", "退回"))
    scope_by: ClassVar = {side: f"line__{field}" for side, field in PaymentLine.scope_by.items()}

    answer = models.ForeignKey(BankAnswer, models.PROTECT, verbose_name="银行回盘", related_name="rows")
    line = models.ForeignKey(
        PaymentLine, models.PROTECT, verbose_name="拨付明细", related_name="answers", db_index=False
    )
    outcome = models.CharField("结果", max_length=8, choices=OUTCOMES)
    code = models.CharField("退回码", max_length=20, blank=True)
    day = models.DateField("银行日期")

    class Meta:
        db_table = "bank_answer_line"
        verbose_name = "回盘明细"
        constraints = (
            models.UniqueConstraint(name="line_paid_and_returned_once", fields=["line", "outcome"]),
            models.CheckConstraint(
                name="line_returned_with_a_code",
                condition=Q(outcome="paid", code="") | Q(outcome="returned") & ~Q(code=""),
            ),
        )
