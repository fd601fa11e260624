"""发放: money that is due to somebody in cash, on its way out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.accounts.models import Entry
from tongchou.record.base.fields import SealedText
from tongchou.record.base.scope import Scoped
from tongchou.record.contributions.models.orders import CashDue
from tongchou.record.people.models import Person

_LIVE = ("prepared", "approved", "paid")


class PayOut(Scoped):
    """What left an account to be paid in cash, or is paid to who cannot be enrolled: prepared by one, approved by
    another, then paid, or returned by the bank. `person` is whose account or claim it was, `payee` who gets the money.
    """

    STATES: ClassVar = (
        ("prepared", "待审"),
        ("approved", "待付"),
        ("refused", "不予发放"),
        ("paid", "已付"),
        ("returned", "退回"),
    )
    scope_by: ClassVar = {"agency": "person__agency__path", "person": "person_id"}

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="pay_outs")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, verbose_name="账户明细", related_name="pay_outs")
    cash = models.ForeignKey(CashDue, models.PROTECT, null=True, verbose_name="应发现金", related_name="pay_outs")
    fen = models.BigIntegerField("金额(分)")
    payee = SealedText("收款人")
    bank = models.CharField("开户行", max_length=100)
    account = SealedText("收款账号")
    state = models.CharField("状态", max_length=8, choices=STATES, default="prepared")
    why = models.CharField("事由", max_length=500)
    prepared_by = models.BigIntegerField("办理", null=True)
    prepared_at = models.DateTimeField("办理时间")
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)
    number = models.CharField("付款号", max_length=60, null=True, unique=True)
    paid_on = models.DateField("付款日", null=True)
    returned_on = models.DateField("退回日", null=True)
    returned_why = models.CharField("退回原因", max_length=500, blank=True)

    class Meta:
        db_table = "pay_out"
        verbose_name = "发放"
        constraints = (
            models.CheckConstraint(name="pay_out_of_one_thing", condition=Q(entry__isnull=True) ^ Q(cash__isnull=True)),
            models.CheckConstraint(name="pay_out_of_something", condition=Q(fen__gt=0)),
            models.UniqueConstraint(
                name="entry_paid_out_once", fields=["entry"], condition=Q(entry__isnull=False, state__in=_LIVE)
            ),
            models.UniqueConstraint(
                name="cash_paid_out_once", fields=["cash"], condition=Q(cash__isnull=False, state__in=_LIVE)
            ),
            models.CheckConstraint(
                name="pay_out_decided_by_another",
                condition=Q(state="prepared") | Q(prepared_by__isnull=True) | ~Q(prepared_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="pay_out_paid_with_number_and_day",
                condition=~Q(state="paid") | Q(number__isnull=False, paid_on__isnull=False),
            ),
            models.CheckConstraint(
                name="pay_out_returned_on_a_day", condition=~Q(state="returned") | Q(returned_on__isnull=False)
            ),
        )

    @property
    def what(self) -> Entry | CashDue:
        """What it pays."""
        found = self.entry or self.cash
        assert found is not None, "pay_out_of_one_thing"
        return found

    def persons_of(self) -> list[int]:
        return [self.person_id]
