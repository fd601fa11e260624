"""The settlement list of a settlement: how far it has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.scope import Scoped
from tongchou.record.settlement.models import Event

SEEN: dict[str, str] = {
    "agency": "event__county__path",
    "provider": "event__institution__organisation_id",
    "person": "event__person_id",
}
NEW, SUBMITTED, APPROVED, REFUSED = "0", "1", "2", "3"
"""The states, by the codes of the interface (4102)."""


class SettlementList(Scoped):
    """The list of one settlement; what it says stands in its versions, of which `version` is the one that holds. A new
    one begins as not submitted. It is decided by another than who submitted it."""

    STATES: ClassVar = ((NEW, "未提交"), (SUBMITTED, "已提交"), (APPROVED, "审核通过"), (REFUSED, "审核未通过"))
    scope_by: ClassVar = SEEN

    event = models.OneToOneField(Event, models.PROTECT, verbose_name="结算", related_name="settlement_list")
    state = models.CharField("状态", max_length=1, choices=STATES, default=NEW)
    version = models.PositiveIntegerField("版本")
    uploaded_at = models.DateTimeField("上传时间")
    submitted_by = models.BigIntegerField("提交", null=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    opinion = models.CharField("审核意见", max_length=500, blank=True)

    class Meta:
        db_table = "settlement_list"
        verbose_name = "结算清单"
        constraints = (
            models.CheckConstraint(name="list_state_known", condition=Q(state__in=(NEW, SUBMITTED, APPROVED, REFUSED))),
            models.CheckConstraint(
                name="list_submitted_at_a_time", condition=Q(state=NEW) | Q(submitted_at__isnull=False)
            ),
            models.CheckConstraint(
                name="list_decided_at_a_time", condition=Q(state__in=(NEW, SUBMITTED)) | Q(decided_at__isnull=False)
            ),
            models.CheckConstraint(
                name="list_decided_by_another",
                condition=Q(decided_by__isnull=True) | Q(submitted_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
            ),
        )
        indexes = (models.Index(fields=["state"]),)

    def persons_of(self) -> list[int]:
        return [self.event.person_id]
