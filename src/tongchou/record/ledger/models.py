"""Entries and postings, months that are closed, and what the accounts held then: all of it is written once.

Vouchers are what the fund office enters by hand.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.ledger.chart import BOOKS, CODES
from tongchou.record.ledger.vouchers import CODES as VOUCHERS
from tongchou.record.orgs.models import Organisation


class Entry(Immutable):
    """One thing that happened, as it stands in a book. `source` is the event, such as `settlement 12`, and is entered
    once in a book. `day` is the day it is entered on, in a month that is open; `business_day` the day it belongs to."""

    book = models.CharField("账簿", max_length=8, choices=BOOKS)
    kind = models.CharField("事项", max_length=30)
    source = models.CharField("来源", max_length=60)
    day = models.DateField("记账日")
    business_day = models.DateField("业务日")
    note = models.CharField("摘要", max_length=200, blank=True)
    at = models.DateTimeField("记录时间")

    class Meta:
        db_table = "ledger_entry"
        verbose_name = "凭证"
        constraints = (
            models.UniqueConstraint(name="entered_once_in_a_book", fields=["book", "source", "kind"]),
            models.CheckConstraint(name="not_entered_before_it_was", condition=Q(day__gte=models.F("business_day"))),
        )


class Posting(Immutable, Scoped):
    """An amount on one account, in fen: a debit is positive, a credit negative. What it is about: scheme, county of
    insurance, fund (the layer), who bears it, insurance year, and to whom or by whom it is owed.

    The postings of an entry come in one statement and add up to nothing for each fund and year; a trigger holds it.
    """

    scope_by: ClassVar = {
        "agency": "county__path",
        "provider": "organisation_id",
        "employer": "organisation_id",
        "person": "person",
    }

    entry = models.ForeignKey(Entry, models.PROTECT, verbose_name="凭证", related_name="postings", db_constraint=False)
    book = models.CharField("账簿", max_length=8, choices=BOOKS)
    day = models.DateField("记账日")
    account = models.CharField("科目", max_length=20, choices=CODES)
    scheme = models.CharField("险种", max_length=20)
    county = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="参保地", related_name="+", db_constraint=False, db_index=False
    )
    fund = models.CharField("基金", max_length=30)
    bearer = models.CharField("承担方", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, verbose_name="往来单位", related_name="+", db_constraint=False
    )
    person = models.BigIntegerField("往来个人", null=True)
    fen = models.BigIntegerField("金额(分)")

    class Meta:
        db_table = "ledger_posting"
        verbose_name = "分录"
        indexes = (models.Index(fields=["day", "account"]),)
        constraints = (models.CheckConstraint(name="posted_something", condition=~Q(fen=0)),)


class Month(Immutable):
    """That a month of a book was closed or reopened; the last row of a month holds. A closed one takes no entry."""

    ACTS: ClassVar = (("closed", "结账"), ("reopened", "反结账"))

    book = models.CharField("账簿", max_length=8, choices=BOOKS)
    month = models.DateField("月份(首日)")
    act = models.CharField("操作", max_length=8, choices=ACTS)
    number = models.PositiveSmallIntegerField("次序")
    reason = models.CharField("事由", max_length=500, blank=True)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "ledger_month"
        verbose_name = "月结"
        constraints = (
            models.UniqueConstraint(name="month_closed_or_reopened_once", fields=["book", "month", "number"]),
            models.CheckConstraint(name="month_by_its_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="month_closed_then_reopened",
                condition=Q(act="closed", number__in=range(1, 999, 2)) | Q(act="reopened", number__in=range(2, 999, 2)),
            ),
        )


class Balance(Immutable, Scoped):
    """What an account held, by all that a posting is about, at the end of a month when it was closed, in fen."""

    scope_by: ClassVar = Posting.scope_by

    close = models.ForeignKey(Month, models.PROTECT, verbose_name="月结", related_name="balances", db_constraint=False)
    book = models.CharField("账簿", max_length=8, choices=BOOKS)
    account = models.CharField("科目", max_length=20, choices=CODES)
    scheme = models.CharField("险种", max_length=20)
    county = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="参保地", related_name="+", db_constraint=False, db_index=False
    )
    fund = models.CharField("基金", max_length=30)
    bearer = models.CharField("承担方", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        verbose_name="往来单位",
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    person = models.BigIntegerField("往来个人", null=True)
    fen = models.BigIntegerField("余额(分)")

    class Meta:
        db_table = "ledger_balance"
        verbose_name = "月末余额"


class Voucher(Scoped):
    """What the fund office enters by hand (fen): made by one, checked by another, who thereby enters it. `agency` is
    the county of insurance that it is about; `account` the one that an opening balance or restatement moves."""

    STATES: ClassVar = (("open", "待复核"), ("approved", "已记账"), ("refused", "退回"))
    scope_by: ClassVar = {"agency": "agency__path"}

    kind = models.CharField("事项", max_length=20, choices=VOUCHERS)
    account = models.CharField("科目", max_length=20, choices=CODES, blank=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="参保地", related_name="+")
    scheme = models.CharField("险种", max_length=20)
    fund = models.CharField("基金", max_length=30)
    bearer = models.CharField("承担方", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="往来单位", related_name="+")
    person = models.BigIntegerField("往来个人", null=True)
    fen = models.BigIntegerField("金额(分)")
    day = models.DateField("业务日")
    document = models.CharField("原始凭证号", max_length=60)
    note = models.CharField("摘要", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    made_by = models.BigIntegerField("制单", null=True)
    made_at = models.DateTimeField("制单时间")
    checked_by = models.BigIntegerField("复核", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "voucher"
        verbose_name = "手工凭证"
        constraints = (
            models.CheckConstraint(
                name="voucher_checked_by_another",
                condition=Q(state="open") | Q(made_by__isnull=True) | ~Q(made_by=models.F("checked_by")),
            ),
            models.CheckConstraint(
                name="voucher_of_something", condition=Q(fen__gt=0) | (Q(kind="opening") & ~Q(fen=0))
            ),
            models.CheckConstraint(
                name="voucher_names_the_account_of_an_opening",
                condition=Q(kind="opening") & ~Q(account="") | ~Q(kind="opening") & Q(account=""),
            ),
            models.UniqueConstraint(
                name="document_entered_once", fields=["kind", "document", "scheme", "agency", "fund", "bearer", "year",
                "account"], condition=~Q(state="refused"),
            ),
        )  # fmt: skip

    def persons_of(self) -> list[int]:
        return [] if self.person is None else [self.person]
