"""What was declared, assessed and ordered. Rows are written once; an order is taken back by a later row.

Words that the orders of one assessment have in common stand once in its terms, so that the rows of a million people
are numbers.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person

_OF_PERSON: dict[str, str] = {"agency": "person__agency__path", "employer": "employer_id", "person": "person_id"}
_OF_ORDER = {side: f"order__{field}" for side, field in _OF_PERSON.items()}


class OfTheRun(models.ForeignKey):
    """A key to a row that never goes: persons are merged, not deleted. The rows of a run come by the million, so it is
    checked for all of them at once, by a trigger (`names_what_is_there`), and not for each."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        super().__init__(to, on_delete, **{"db_index": False, **options, "db_constraint": False})


class Declaration(Immutable, Scoped):
    """A declared base, such as the monthly wage, in fen, from a day on until a later one; of two for one day the one
    that was declared last holds. `fact` is the name by which the region's rules know it."""

    scope_by: ClassVar = _OF_PERSON

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="declarations")
    employer = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="单位", related_name="+")
    fact = models.CharField("申报项", max_length=30)
    fen = models.BigIntegerField("金额(分)")
    since = models.DateField("自")
    at = models.DateTimeField("申报时间")

    class Meta:
        db_table = "declaration"
        verbose_name = "基数申报"
        constraints = (models.CheckConstraint(name="declared_not_below_zero", condition=Q(fen__gte=0)),)
        indexes = (models.Index(fields=["person", "fact", "since"]),)

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Assessment(Immutable, Scoped):
    """核定: one run over the people of an employer or an agency, for one month and by one pack."""

    scope_by: ClassVar = {"agency": "agency__path", "employer": "employer_id"}

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    employer = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="单位", related_name="+")
    insurance = models.CharField("险种", max_length=20)
    day = models.DateField("核定日(规则与事实)")
    pack = models.CharField("政策包", max_length=64)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("核定时间")

    class Meta:
        db_table = "assessment"
        verbose_name = "核定"


class Share(Immutable):
    """What the parts of one assessment have in common: who pays, when, by which article, out of which fund."""

    STATES: ClassVar = (("due", "应缴"), ("deferred", "缓缴"), ("claimed", "向财政申领"))

    assessment = models.ForeignKey(Assessment, models.PROTECT, verbose_name="核定", related_name="shares")
    levy = models.CharField("费种", max_length=30)
    payer = models.CharField("缴费方", max_length=30)
    kind = models.CharField("缴费方类别", max_length=12)
    via = models.CharField("因何移转", max_length=30, blank=True)
    state = models.CharField("状态", max_length=8, choices=STATES)
    due_on = models.DateField("到期日", null=True)
    claims = models.CharField("列支资金", max_length=60, blank=True)
    cite = models.CharField("依据", max_length=300)

    class Meta:
        db_table = "contribution_share"
        verbose_name = "分担"


class Order(Immutable, Scoped):
    """应缴: a levy of a person for a period, in fen. `version` counts the orders of that period that were cancelled
    before, so that two can never hold at once."""

    scope_by: ClassVar = _OF_PERSON

    assessment = OfTheRun(Assessment, verbose_name="核定", related_name="orders")
    person = OfTheRun(Person, verbose_name="参保人", related_name="contribution_orders")
    employer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, verbose_name="单位", related_name="+", db_index=False
    )
    insurance = models.CharField("险种", max_length=20)
    levy = models.CharField("费种", max_length=30)
    first = models.DateField("起")
    through = models.DateField("止")
    base = models.BigIntegerField("基数(分)", null=True)
    whole = models.BigIntegerField("应缴额(分)")
    version = models.PositiveSmallIntegerField("版次", default=0)

    class Meta:
        db_table = "contribution_order"
        verbose_name = "应缴单"
        indexes = (
            models.Index(name="orders_of_an_employer", fields=["employer", "first"], condition=Q(employer__gt=0)),
        )
        constraints = (
            models.UniqueConstraint(
                name="one_order_of_a_levy_and_period", fields=["person", "insurance", "levy", "first", "version"]
            ),
            models.CheckConstraint(
                name="order_of_some_days_and_no_debt", condition=Q(through__gte=F("first"), whole__gte=0)
            ),
        )

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Part(Immutable, Scoped):
    """What one payer owes of an order, in fen; its number is what is paid on."""

    scope_by: ClassVar = _OF_ORDER

    order = OfTheRun(Order, verbose_name="应缴单", related_name="parts", db_index=True)
    share = OfTheRun(Share, verbose_name="分担", related_name="+")
    fen = models.BigIntegerField("应缴(分)")

    class Meta:
        db_table = "contribution_part"
        verbose_name = "应缴明细"
        constraints = (models.CheckConstraint(name="part_is_no_debt", condition=Q(fen__gte=0)),)

    def persons_of(self) -> list[int]:
        return self.order.persons_of()


class Cancellation(Immutable, Scoped):
    """That an order does not hold any more."""

    scope_by: ClassVar = _OF_ORDER

    order = models.OneToOneField(
        Order, models.PROTECT, primary_key=True, verbose_name="应缴单", related_name="cancelled"
    )
    why = models.CharField("事由", max_length=500)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "order_cancelled"
        verbose_name = "应缴作废"

    def persons_of(self) -> list[int]:
        return self.order.persons_of()


class CreditTerms(Immutable):
    """What the account credits of one assessment have in common."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, verbose_name="核定", related_name="credit_terms")
    name = models.CharField("划入项", max_length=30)
    account = models.CharField("账户", max_length=30)
    cite = models.CharField("依据", max_length=300)

    class Meta:
        db_table = "contribution_credit_terms"
        verbose_name = "划入依据"


class Credit(Immutable, Scoped):
    """What an account is credited once an order is paid, in fen."""

    scope_by: ClassVar = _OF_ORDER

    order = OfTheRun(Order, verbose_name="应缴单", related_name="credits", db_index=True)
    terms = OfTheRun(CreditTerms, verbose_name="依据", related_name="+")
    fen = models.BigIntegerField("划入(分)")

    class Meta:
        db_table = "contribution_credit"
        verbose_name = "待划入"


class CashDue(Immutable, Scoped):
    """What somebody who cannot be enrolled is paid instead (CON-04, ENR-07), in fen."""

    scope_by: ClassVar = {"agency": "person__agency__path", "person": "person_id"}

    assessment = models.ForeignKey(Assessment, models.PROTECT, verbose_name="核定", related_name="cash")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="+")
    name = models.CharField("发放项", max_length=30)
    first = models.DateField("起")
    fen = models.BigIntegerField("金额(分)")
    cite = models.CharField("依据", max_length=300)

    class Meta:
        db_table = "contribution_cash"
        verbose_name = "应发现金"
        constraints = (models.UniqueConstraint(name="cash_due_once", fields=["person", "name", "first"]),)


class NotAssessed(Immutable, Scoped):
    """Who could not be assessed in a run, and why: for instance no wage was declared."""

    scope_by: ClassVar = {"agency": "person__agency__path", "employer": "assessment__employer_id"}

    assessment = models.ForeignKey(Assessment, models.PROTECT, verbose_name="核定", related_name="refused")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="+")
    code = models.CharField("代码", max_length=4)
    says = models.CharField("原因", max_length=500)

    class Meta:
        db_table = "not_assessed"
        verbose_name = "未核定"

    def persons_of(self) -> list[int]:
        return [self.person_id]
