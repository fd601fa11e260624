"""Months of contribution, certificates of transfer, and what was chosen at retirement. Rules TRF-01 … TRF-08."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.contributions.models.orders import Order
from tongchou.record.people.models import Person

_OF_PERSON: dict[str, str] = {"agency": "person__agency__path", "person": "person_id"}


class Transfer(Immutable, Scoped):
    """参保凭证: the months and the account (fen) that came with somebody, or went. `number` is the certificate's."""

    DIRECTIONS: ClassVar = (("in", "转入"), ("out", "转出"))
    scope_by: ClassVar = _OF_PERSON

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="transfers")
    direction = models.CharField("方向", max_length=3, choices=DIRECTIONS)
    number = models.CharField("凭证号", max_length=60)
    insurance = models.CharField("险种", max_length=20)
    region = models.CharField("对方统筹区", max_length=60)
    actual = models.IntegerField("实际月数")
    deemed = models.IntegerField("视同月数")
    converted = models.IntegerField("折算月数")
    account = models.CharField("账户", max_length=30, blank=True)
    fen = models.BigIntegerField("账户余额(分)")
    until = models.DateField("截至")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "transfer"
        verbose_name = "转移接续"
        constraints = (
            models.UniqueConstraint(name="certificate_used_once", fields=["direction", "region", "number"]),
            models.CheckConstraint(
                name="transfer_of_no_debt",
                condition=Q(actual__gte=0, deemed__gte=0, converted__gte=0, fen__gte=0),
            ),
        )

    def persons_of(self) -> list[int]:
        return [self.person_id]


class MonthsEntry(Immutable, Scoped):
    """Months that no order here stands for: deemed, converted, of the time before this record, or that came with a
    certificate; months that went with one are negative."""

    KINDS: ClassVar = (("actual", "实际缴费"), ("deemed", "视同缴费"), ("converted", "折算"))
    scope_by: ClassVar = _OF_PERSON

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="months")
    insurance = models.CharField("险种", max_length=20)
    kind = models.CharField("类别", max_length=9, choices=KINDS)
    months = models.IntegerField("月数")
    evidence = models.CharField("依据", max_length=300)
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, verbose_name="凭证", related_name="months")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "months_entry"
        verbose_name = "缴费年限"
        constraints = (models.CheckConstraint(name="months_entry_counts_something", condition=~Q(months=0)),)

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Retirement(Immutable, Scoped):
    """What somebody chose at retirement, or the last day of their relation where they may not or will not stay.
    `facts` are what becomes other in the enrolment once the make-up is paid."""

    scope_by: ClassVar = _OF_PERSON

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="retirements")
    insurance = models.CharField("险种", max_length=20)
    requirement = models.CharField("年限要求", max_length=30)
    day = models.DateField("办理日")
    actual = models.IntegerField("实际月数")
    cumulative = models.IntegerField("累计月数")
    missing = models.IntegerField("补缴月数")
    make_up = models.ForeignKey(Order, models.PROTECT, null=True, verbose_name="补缴单", related_name="+")
    choice = models.CharField("选择", max_length=30, blank=True)
    facts = models.JSONField("补缴缴清后的参保事实", default=dict)
    ends_on = models.DateField("关系终止日", null=True)
    cite = models.CharField("依据", max_length=500)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "retirement"
        verbose_name = "退休选择"
        constraints = (
            models.UniqueConstraint(name="retired_once", fields=["person", "insurance", "requirement"]),
            models.CheckConstraint(name="retirement_stays_or_ends", condition=Q(choice="") ^ Q(ends_on__isnull=True)),
        )

    def persons_of(self) -> list[int]:
        return [self.person_id]
