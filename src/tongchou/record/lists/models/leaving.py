"""特病单议: that a case leaves payment by DRG or DIP."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.fields import SealedText
from tongchou.record.base.scope import Scoped
from tongchou.record.lists.models.sheet import SEEN, SettlementList


class ExitApplication(Scoped):
    """An institution's application that a case be paid outside its group, decided by the agency. One at a time is open
    or approved for a list. `said` is what the institution named (amounts, group, record number) with the items it
    applies for, sealed."""

    STATES: ClassVar = (("applied", "待审"), ("approved", "同意"), ("refused", "不同意"), ("withdrawn", "已撤销"))
    scope_by: ClassVar = {side: f"of__{field}" for side, field in SEEN.items()}

    of = models.ForeignKey(SettlementList, models.PROTECT, verbose_name="结算清单", related_name="exits")
    kind = models.CharField("申请退出类型", max_length=50, blank=True)
    reason = models.CharField("退出原因", max_length=500)
    said = SealedText("内容")
    state = models.CharField("状态", max_length=9, choices=STATES, default="applied")
    by = models.CharField("申请人", max_length=100)
    applied_by = models.BigIntegerField("申请用户", null=True)
    applied_at = models.DateTimeField("申请时间")
    changed_at = models.DateTimeField("更新时间")
    decided_by = models.BigIntegerField("审核", null=True)
    decided_name = models.CharField("审核人", max_length=100, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    opinion = models.CharField("审核意见", max_length=500, blank=True)

    class Meta:
        db_table = "exit_application"
        verbose_name = "特病单议申请"
        constraints = (
            models.UniqueConstraint(
                name="one_exit_of_a_list", fields=["of"], condition=Q(state__in=("applied", "approved"))
            ),
            models.CheckConstraint(
                name="exit_decided_at_a_time",
                condition=Q(state__in=("applied", "withdrawn")) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="exit_decided_by_another",
                condition=Q(decided_by__isnull=True) | Q(applied_by__isnull=True) | ~Q(decided_by=F("applied_by")),
            ),
        )
        indexes = (models.Index(fields=["state"]),)

    def persons_of(self) -> list[int]:
        return [self.of.event.person_id]
