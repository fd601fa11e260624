"""What came in and went back. Rows are written once: what was wrong is reversed by another row."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.contributions.models.orders import Order, Part
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person

_OF_PART: dict[str, str] = {
    "agency": "part__order__person__agency__path",
    "employer": "part__order__employer_id",
    "person": "part__order__person_id",
}


class ReceiptFile(Immutable, Scoped):
    """A file of receipts from the tax bureau; its content is taken once."""

    scope_by: ClassVar = {"agency": "agency__path"}

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    name = models.CharField("文件名", max_length=200)
    digest = models.CharField("摘要", max_length=64, unique=True)
    rows = models.IntegerField("行数")
    fen = models.BigIntegerField("合计(分)")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "receipt_file"
        verbose_name = "到账文件"


class RefundCase(Scoped):
    """That money is to be given back on a part, or set off on another (`to`): asked for by one, decided by another."""

    STATES: ClassVar = (("open", "待审"), ("approved", "已退"), ("refused", "不退"))
    scope_by: ClassVar = _OF_PART

    part = models.ForeignKey(Part, models.PROTECT, verbose_name="应缴明细", related_name="refund_cases")
    to = models.ForeignKey(Part, models.PROTECT, null=True, verbose_name="抵缴到", related_name="+", db_index=False)
    fen = models.BigIntegerField("金额(分)")
    why = models.CharField("事由", max_length=500)
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    asked_by = models.BigIntegerField("申请", null=True)
    decided_by = models.BigIntegerField("审核", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "refund_case"
        verbose_name = "退费案件"
        constraints = (
            models.CheckConstraint(name="refund_of_something", condition=Q(fen__gt=0)),
            models.CheckConstraint(
                name="refund_decided_by_another",
                condition=Q(state="open") | Q(asked_by__isnull=True) | ~Q(asked_by=F("decided_by")),
            ),
            models.UniqueConstraint(name="one_open_refund_of_a_part", fields=["part"], condition=Q(state="open")),
        )

    def persons_of(self) -> list[int]:
        return self.part.persons_of()


class WaiverCase(Scoped):
    """减免: that a late fee, or some of it, is not to be asked for, and the law that allows it: asked for by one,
    decided by another."""

    STATES: ClassVar = (("open", "待审"), ("approved", "已减免"), ("refused", "不予减免"))
    scope_by: ClassVar = _OF_PART

    part = models.ForeignKey(Part, models.PROTECT, verbose_name="应缴明细", related_name="waiver_cases")
    fen = models.BigIntegerField("减免(分)")
    why = models.CharField("事由", max_length=500)
    ground = models.CharField("法律依据", max_length=300)
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    asked_by = models.BigIntegerField("申请", null=True)
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "waiver_case"
        verbose_name = "滞纳金减免"
        constraints = (
            models.CheckConstraint(name="waiver_of_something", condition=Q(fen__gt=0)),
            models.CheckConstraint(name="waiver_rests_on_a_law", condition=~Q(ground="")),
            models.CheckConstraint(
                name="waiver_decided_by_another",
                condition=Q(state="open") | Q(asked_by__isnull=True) | ~Q(asked_by=F("decided_by")),
            ),
            models.UniqueConstraint(name="one_open_waiver_of_a_part", fields=["part"], condition=Q(state="open")),
        )

    def persons_of(self) -> list[int]:
        return self.part.persons_of()


class Receipt(Immutable, Scoped):
    """Money in for a part (positive) or out of it (negative: a reversal or a refund), in fen, on the day the tax bureau
    names. `number` is the bureau's. Nothing (0) when a late fee came in, or went back, without its principal."""

    scope_by: ClassVar = _OF_PART

    number = models.CharField("收款号", max_length=60, unique=True)
    part = models.ForeignKey(Part, models.PROTECT, verbose_name="应缴明细", related_name="receipts")
    day = models.DateField("到账日")
    fen = models.BigIntegerField("金额(分)")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, verbose_name="冲正", related_name="reversed_by")
    refund = models.OneToOneField(RefundCase, models.PROTECT, null=True, verbose_name="退费", related_name="receipt")
    file = models.ForeignKey(
        ReceiptFile, models.PROTECT, null=True, verbose_name="到账文件", related_name="receipts", db_index=False
    )
    at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "receipt"
        verbose_name = "到账"
        constraints = (
            models.CheckConstraint(
                name="receipt_in_or_out",
                condition=Q(fen__gte=0, reverses__isnull=True, refund__isnull=True)
                | Q(fen__lte=0, reverses__isnull=False, refund__isnull=True)
                | Q(fen__lt=0, reverses__isnull=True, refund__isnull=False),
            ),
        )

    def persons_of(self) -> list[int]:
        return self.part.persons_of()


class LateFee(Immutable, Scoped):
    """滞纳金 of a part, in fen: charged when late money came in, or paid, or waived (negative)."""

    KINDS: ClassVar = (("charged", "加收"), ("paid", "收到"), ("waived", "减免"))
    scope_by: ClassVar = _OF_PART

    part = models.ForeignKey(Part, models.PROTECT, verbose_name="应缴明细", related_name="late_fees")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, verbose_name="到账", related_name="late_fees")
    waiver = models.OneToOneField(WaiverCase, models.PROTECT, null=True, verbose_name="减免", related_name="late_fee")
    kind = models.CharField("类别", max_length=7, choices=KINDS)
    day = models.DateField("日期")
    fen = models.BigIntegerField("金额(分)")
    cite = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        db_table = "late_fee"
        verbose_name = "滞纳金"
        constraints = (
            models.UniqueConstraint(name="late_fee_once_a_receipt", fields=["receipt", "kind"]),
            models.CheckConstraint(name="late_fee_moves_something", condition=~Q(fen=0)),
            models.CheckConstraint(
                name="late_fee_of_a_receipt_or_waived",
                condition=Q(receipt__isnull=False, waiver__isnull=True, kind__in=("charged", "paid"))
                | Q(receipt__isnull=True, waiver__isnull=False, kind="waived", fen__lt=0),
            ),
        )


class Surplus(Immutable, Scoped):
    """多缴: how much more than is owed lies on a part after a receipt, in fen; nothing (0) once it was given back or
    set off. Derived with the receipt; the latest row of a part holds."""

    scope_by: ClassVar = _OF_PART

    part = models.ForeignKey(Part, models.PROTECT, verbose_name="应缴明细", related_name="surpluses")
    receipt = models.ForeignKey(Receipt, models.PROTECT, verbose_name="到账", related_name="+", db_index=False)
    fen = models.BigIntegerField("多缴(分)")

    class Meta:
        db_table = "surplus"
        verbose_name = "多缴"
        constraints = (models.CheckConstraint(name="surplus_is_no_debt", condition=Q(fen__gte=0)),)

    def persons_of(self) -> list[int]:
        return self.part.persons_of()


class Paid(Immutable, Scoped):
    """That an order was paid in full from `paid_on`, or no longer is (null), as far as was known at the end of
    `known_on`. Derived by the engine from what came in whenever that changes; the latest row for a day holds."""

    scope_by: ClassVar = {"agency": "person__agency__path", "employer": "order__employer_id", "person": "person_id"}

    order = models.ForeignKey(Order, models.PROTECT, verbose_name="应缴单", related_name="paid")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="+")
    insurance = models.CharField("险种", max_length=20)
    levy = models.CharField("费种", max_length=30)
    first = models.DateField("起")
    through = models.DateField("止")
    known_on = models.DateField("截至")
    paid_on = models.DateField("缴清日", null=True)

    class Meta:
        db_table = "order_paid"
        verbose_name = "缴清"
