"""Entries of the trail, and the batches that seal them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL

from tongchou.record.base.fields import SealedText
from tongchou.record.base.immutable import Immutable


class Entry(Immutable):
    """One thing that was done or seen. `transaction` is PostgreSQL's number of the transaction that wrote it: entries
    are sealed only when no older transaction can still add one before them."""

    KINDS: ClassVar = (
        ("command", "办理"),
        ("read", "查阅"),
        ("refused", "拒绝"),
        ("login", "登录"),
        ("export", "导出"),
    )

    at = models.DateTimeField("时间")
    kind = models.CharField("类别", max_length=8, choices=KINDS)
    name = models.CharField("命令或查询", max_length=100)
    who = models.CharField("经办", max_length=100)
    user = models.BigIntegerField("用户", null=True)
    organisation = models.BigIntegerField("单位", null=True)
    elevated = models.BigIntegerField("临时授权", null=True)
    request = models.CharField("请求", max_length=64, blank=True)
    reason = models.CharField("事由", max_length=500, blank=True)
    persons = models.JSONField("涉及的人", default=list)
    details = SealedText("内容", null=True)
    transaction = models.BigIntegerField("事务", db_default=RawSQL("pg_current_xact_id()::text::bigint", []))

    class Meta:
        db_table = "audit_entry"
        verbose_name = "审计记录"
        indexes = (models.Index(fields=["at"]), models.Index(fields=["user", "at"]))


class Batch(Immutable):
    """A sealed run of entries: `digest` is SM3 over the digest before it and every entry, in the order of their ids."""

    sealed_at = models.DateTimeField("封存时间")
    before = models.BinaryField("上一批摘要", max_length=32)
    digest = models.BinaryField("摘要", max_length=32)
    count = models.IntegerField("条数")

    class Meta:
        db_table = "audit_batch"
        verbose_name = "封存批次"


class Sealed(Immutable):
    """Which batch an entry is sealed in; an entry is in one at most."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, verbose_name="审计记录")
    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="封存批次")

    class Meta:
        db_table = "audit_sealed"
        verbose_name = "封存明细"
