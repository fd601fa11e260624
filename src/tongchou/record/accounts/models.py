"""What moved on personal accounts, what they held when a year was closed, and whom they may pay for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.periods import DateRangeField, Number, apart
from tongchou.record.base.scope import Scoped
from tongchou.record.people.models import Person


class Entry(Immutable, Scoped):
    """One movement of an account, in fen: in is positive, out negative. `to` says where money out goes.

    `source` is what brought it about, such as `order 12 在职划入`; one thing moves an account once.
    """

    KINDS: ClassVar = (
        ("credit", "划入"),
        ("taken_back", "划入退回"),
        ("interest", "计息"),
        ("year_end", "年末清零"),
        ("on_break", "中断清零"),
        ("inheritance", "继承"),
        ("death", "死亡归入基金"),
        ("relative", "共济支取"),
        ("returned", "共济退回"),
        ("transfer_in", "转入"),
        ("transfer_out", "转出"),
        ("paid_out", "一次性退还"),
        ("care", "就医支付"),
        ("care_back", "就医退回"),
    )
    scope_by: ClassVar = {"agency": "person__agency__path", "person": "person_id"}

    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="参保人", related_name="account_entries", db_index=False
    )
    insurance = models.CharField("险种", max_length=20)
    account = models.CharField("账户", max_length=30)
    day = models.DateField("记账日")
    kind = models.CharField("类别", max_length=12, choices=KINDS)
    fen = models.BigIntegerField("金额(分)")
    to = models.CharField("去向", max_length=60, blank=True)
    cite = models.CharField("依据", max_length=200, blank=True)
    source = models.CharField("事由", max_length=100)
    at = models.DateTimeField("记录时间")

    class Meta:
        db_table = "account_entry"
        verbose_name = "账户明细"
        indexes = (models.Index(fields=["person", "day"]),)
        constraints = (
            models.CheckConstraint(name="account_entry_moves_something", condition=~Q(fen=0)),
            models.UniqueConstraint(
                name="account_moved_once_by_one_thing", fields=["person", "insurance", "account", "kind", "source"]
            ),
        )

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Close(Immutable, Scoped):
    """What an account held at the end of a year's last day, in fen; from then on nothing is entered on days before."""

    scope_by: ClassVar = {"agency": "person__agency__path", "person": "person_id"}

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="account_closes")
    insurance = models.CharField("险种", max_length=20)
    account = models.CharField("账户", max_length=30)
    day = models.DateField("结转日")
    fen = models.BigIntegerField("余额(分)")
    at = models.DateTimeField("记录时间")

    class Meta:
        db_table = "account_close"
        verbose_name = "账户结转"
        constraints = (
            models.UniqueConstraint(name="account_closed_once_a_day", fields=["person", "insurance", "account", "day"]),
            models.CheckConstraint(name="account_never_closed_below_zero", condition=Q(fen__gte=0)),
        )

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Sharing(Scoped):
    """家庭共济: that the account of `owner` may pay for `relative` on some days. A relative has one such account at a
    time."""

    scope_by: ClassVar = {"agency": "owner__agency__path", "person": "owner_id"}

    owner = models.ForeignKey(Person, models.PROTECT, verbose_name="授权人", related_name="shares_with")
    relative = models.ForeignKey(Person, models.PROTECT, verbose_name="被授权人", related_name="shared_by")
    relation = models.CharField("亲属关系", max_length=20)
    insurance = models.CharField("险种", max_length=20)
    account = models.CharField("账户", max_length=30)
    evidence = models.CharField("关系证明", max_length=200)
    during = DateRangeField("期间")

    class Meta:
        db_table = "account_sharing"
        verbose_name = "共济授权"
        constraints = (
            apart("one_shared_account_at_a_time", Number("relative")),
            models.CheckConstraint(name="account_shared_with_another", condition=~Q(owner=F("relative"))),
        )

    def persons_of(self) -> list[int]:
        return [self.owner_id, self.relative_id]
