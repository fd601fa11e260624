"""Entries of stock, the codes of their packages, what was withdrawn, and codes made up for goods that carry none."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tongchou.record.base.fields import SealedText
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.providers.models import Institution

COUNT, CHANGE, PURCHASE, RETURN, SALE, TAKEN_BACK = (
    "count", "change", "purchase", "purchase return", "sale", "sale return",
)  # fmt: skip
KINDS = (
    (COUNT, "盘存"),
    (CHANGE, "库存变更"),
    (PURCHASE, "采购"),
    (RETURN, "采购退货"),
    (SALE, "销售"),
    (TAKEN_BACK, "销售退货"),
)
_BY_INSTITUTION: dict[str, str] = {
    "agency": "institution__organisation__path",
    "provider": "institution__organisation_id",
}


class Entry(Immutable, Scoped):
    """What an institution says it did with goods of a batch: how many of the smallest priced package, at which price a
    package in yuan. `details` is all it said, by the names of the interface; it may name persons and is sealed.
    `digest` tells a repetition."""

    scope_by: ClassVar = _BY_INSTITUTION

    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="stock_entries", db_index=False
    )
    kind = models.CharField("类别", max_length=15, choices=KINDS)
    batch = models.CharField("批次流水号", max_length=60)
    local_code = models.CharField("院内编码", max_length=150)
    national_code = models.CharField("国家编码", max_length=50, blank=True)
    name = models.CharField("名称", max_length=300)
    change = models.CharField("变更类型", max_length=6, blank=True)
    quantity = models.DecimalField("数量", max_digits=16, decimal_places=4)
    price = models.DecimalField("单价(元)", max_digits=16, decimal_places=6, null=True)
    split = models.BooleanField("拆零")
    at = models.DateTimeField("业务时间")
    person = models.BigIntegerField("参保人", null=True)
    certificate_finder = models.BinaryField("证件索引", max_length=32, null=True)
    visit = models.CharField("就医流水号", max_length=60, blank=True)
    settlement = models.BigIntegerField("结算", null=True)
    details = SealedText("所报内容")
    digest = models.BinaryField("摘要", max_length=32)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "stock_entry"
        verbose_name = "进销存流水"
        indexes = (
            models.Index(fields=["institution", "batch"]),
            models.Index(fields=["institution", "local_code", "at"]),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="stock_sold_to_a_person"),
        )
        constraints = (
            models.CheckConstraint(name="stock_quantity", condition=Q(quantity__gt=0) | Q(kind="count", quantity=0)),
            models.CheckConstraint(name="stock_price", condition=Q(price__isnull=True) | Q(price__gte=0)),
        )

    def persons_of(self) -> list[int]:
        """Whom an entry of the trail about this is about."""
        return [] if self.person is None else [self.person]


class Trace(Immutable, Scoped):
    """追溯码: that a package was in an entry. Of a `split` package parts are sold, each under the same code."""

    scope_by: ClassVar = {
        "agency": "entry__institution__organisation__path",
        "provider": "entry__institution__organisation_id",
    }

    entry = models.ForeignKey(Entry, models.PROTECT, verbose_name="进销存流水", related_name="traces")
    code = models.CharField("药品追溯码", max_length=100, db_index=True)
    split = models.BooleanField("拆零")

    class Meta:
        db_table = "stock_trace"
        verbose_name = "药品追溯"
        constraints = (models.UniqueConstraint(name="code_once_in_an_entry", fields=["entry", "code"]),)


class Withdrawal(Immutable, Scoped):
    """商品信息删除: that an institution took an entry back."""

    scope_by: ClassVar = {
        "agency": "entry__institution__organisation__path",
        "provider": "entry__institution__organisation_id",
    }

    entry = models.OneToOneField(Entry, models.PROTECT, verbose_name="进销存流水", related_name="withdrawn")
    at = models.DateTimeField("删除时间")

    class Meta:
        db_table = "stock_withdrawal"
        verbose_name = "进销存删除"


class VirtualCode(Immutable, Scoped):
    """虚拟追溯码: a code given out for a package that carries none, to be used once."""

    scope_by: ClassVar = _BY_INSTITUTION

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="virtual_codes")
    code = models.CharField("虚拟追溯码", max_length=20, unique=True)
    batch = models.CharField("批次流水号", max_length=60)
    local_code = models.CharField("院内编码", max_length=150)
    national_code = models.CharField("国家编码", max_length=50, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "stock_virtual_code"
        verbose_name = "虚拟追溯码"
