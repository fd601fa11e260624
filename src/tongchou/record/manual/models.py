"""Manual claims and their invoices."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tongchou.record.base.scope import Scoped
from tongchou.record.disbursement.models import PayeeAccount
from tongchou.record.filings.models import Filing
from tongchou.record.people.models import Person
from tongchou.record.visits.models import Visit


class ManualClaim(Scoped):
    """A claim for a visit that was paid for beforehand. Its filing keeps the clocks of claimant and agency, the
    evidence, and who decided; the money goes to `payee`. `paid_into` is the account that was asked for: it is used once
    another confirmed it, and a newer one takes its place (`disbursement.payees`)."""

    scope_by: ClassVar = {"agency": "visit__person__agency__path", "person": "visit__person_id"}

    visit = models.OneToOneField(Visit, models.PROTECT, verbose_name="就诊", related_name="manual_claim")
    filing = models.OneToOneField(Filing, models.PROTECT, verbose_name="申请", related_name="manual_claim")
    payee = models.ForeignKey(Person, models.PROTECT, verbose_name="领款人", related_name="+")
    paid_into = models.ForeignKey(PayeeAccount, models.PROTECT, verbose_name="收款账户", related_name="+")
    at = models.DateTimeField("录入时间")

    class Meta:
        db_table = "manual_claim"
        verbose_name = "手工报销"

    def persons_of(self) -> list[int]:
        return sorted({self.visit.person_id, self.payee_id})


class Invoice(Scoped):
    """An invoice is claimed once in the whole region; that of a claim which was refused is `released`."""

    scope_by: ClassVar = {side: f"claim__{field}" for side, field in ManualClaim.scope_by.items()}

    claim = models.ForeignKey(ManualClaim, models.PROTECT, verbose_name="手工报销", related_name="invoices")
    code = models.CharField("发票代码", max_length=20, blank=True)
    number = models.CharField("发票号码", max_length=20)
    day = models.DateField("开票日期")
    fen = models.BigIntegerField("金额(分)")
    released = models.BooleanField("已释放", default=False)

    class Meta:
        db_table = "manual_invoice"
        verbose_name = "发票"
        constraints = (
            models.UniqueConstraint(
                name="invoice_claimed_once", fields=["code", "number"], condition=Q(released=False)
            ),
            models.CheckConstraint(name="invoice_of_something", condition=Q(fen__gt=0)),
        )
