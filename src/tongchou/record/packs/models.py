"""Stored packs, and which of them is in force since when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable


class StoredPack(Immutable):
    """A resolved pack, bases included, as it was when somebody proposed it; found by the hash of its content."""

    hash = models.CharField("摘要", max_length=64, primary_key=True)
    region = models.CharField("地区编码", max_length=20)
    name = models.CharField("名称", max_length=200)
    content = models.JSONField("内容")
    proposed_by = models.BigIntegerField("提交", null=True)
    proposed_at = models.DateTimeField("提交时间")

    class Meta:
        db_table = "stored_pack"
        verbose_name = "政策包"


class Activation(Immutable):
    """A decision on a stored pack. Of those activated, the latest to begin before a moment is in force at it; what
    is decided once is never changed, only followed by another."""

    DECISIONS: ClassVar = (("activated", "启用"), ("refused", "不予启用"))

    pack = models.ForeignKey(StoredPack, models.PROTECT, verbose_name="政策包", related_name="decisions")
    decision = models.CharField("决定", max_length=9, choices=DECISIONS)
    since = models.DateTimeField("生效时间")
    decided_at = models.DateTimeField("决定时间")
    decided_by = models.BigIntegerField("审核", null=True)
    proposed_by = models.BigIntegerField("提交", null=True)
    reason = models.CharField("意见", max_length=500)

    class Meta:
        db_table = "pack_activation"
        verbose_name = "政策包启用"
        constraints = (
            models.CheckConstraint(
                name="pack_activated_by_another",
                condition=Q(decided_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
        )
