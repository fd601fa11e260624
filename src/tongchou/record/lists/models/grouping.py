"""Into which group a case fell. Grouping fills it; what is asked of it is answered already."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tongchou.record.base.scope import Scoped
from tongchou.record.lists.models.sheet import SEEN, SettlementList


class Grouping(Scoped):
    """The group of a list in a scheme, DRG by weight or DIP by points, for the month in which it is counted (its first
    day). A case that fits no group has no code, and says why."""

    SCHEMES: ClassVar = (("DRG", "DRG"), ("DIP", "DIP"))
    scope_by: ClassVar = {side: f"of__{field}" for side, field in SEEN.items()}

    of = models.ForeignKey(SettlementList, models.PROTECT, verbose_name="结算清单", related_name="groups")
    version = models.PositiveIntegerField("清单版本")
    scheme = models.CharField("付费方式", max_length=3, choices=SCHEMES)
    month = models.DateField("结算月")
    code = models.CharField("分组编码", max_length=200, blank=True)
    name = models.CharField("分组名称", max_length=500, blank=True)
    weight = models.DecimalField("权重", max_digits=16, decimal_places=6, null=True)
    points = models.DecimalField("分值", max_digits=16, decimal_places=6, null=True)
    why_none = models.CharField("未入组原因", max_length=500, blank=True)
    details = models.JSONField("其他", default=dict)
    at = models.DateTimeField("分组时间")

    class Meta:
        db_table = "settlement_list_group"
        verbose_name = "分组结果"
        constraints = (
            models.UniqueConstraint(name="one_group_in_a_scheme", fields=["of", "scheme"]),
            models.CheckConstraint(name="group_of_a_whole_month", condition=Q(month__day=1)),
            models.CheckConstraint(name="group_or_why_none", condition=~Q(code="") | ~Q(why_none="")),
        )
        indexes = (models.Index(fields=["scheme", "month"]),)
