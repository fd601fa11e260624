"""What an employer declares of itself, such as its total wages of a year."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation


class EmployerFigure(Immutable, Scoped):
    """A figure of an employer for an insurance year, in fen; of several the one that was declared last holds. `fact` is
    the name by which the region's rules know it (CON-11)."""

    scope_by: ClassVar = {"agency": "employer__path", "employer": "employer_id"}

    employer = models.ForeignKey(Organisation, models.PROTECT, verbose_name="单位", related_name="+")
    fact = models.CharField("申报项", max_length=30)
    year = models.PositiveSmallIntegerField("年度")
    fen = models.BigIntegerField("金额(分)")
    by = models.BigIntegerField("申报", null=True)
    at = models.DateTimeField("申报时间")

    class Meta:
        db_table = "employer_figure"
        verbose_name = "单位申报"
        constraints = (models.CheckConstraint(name="employer_figure_not_below_zero", condition=Q(fen__gte=0)),)
        indexes = (models.Index(fields=["employer", "year"]),)
