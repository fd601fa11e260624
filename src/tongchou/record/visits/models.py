"""A visit, the lines that an institution charges for it, and those that it took back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.filings.models import Filing
from tongchou.record.people.models import Person
from tongchou.record.providers.models import Institution

_SEEN: dict[str, str] = {
    "agency": "person__agency__path",
    "provider": "institution__organisation_id",
    "person": "person_id",
}


class Visit(Scoped):
    """One visit to an institution, known by the institution's own number: registered, charged, discharged, settled.

    `kind` is the region's kind of visit; `facts` are what its rules ask of it beyond person, level and dates, as JSON
    holds them (`disease`, `place`, `referral` …). An outpatient is discharged on the day of the visit. `filing` is the
    registration of the admission, where the region asks for one. `by_hand`: the agency keeps it, for somebody who paid
    the institution and claims it back. Triggers hold whose it is and where (`guards`).
    """

    STATES: ClassVar = (("open", "在诊"), ("discharged", "已出院"), ("cancelled", "已撤销"))
    scope_by: ClassVar = _SEEN

    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="visits", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="参保人", related_name="visits", db_index=False, db_constraint=False
    )
    number = models.CharField("就诊号", max_length=40)
    scheme = models.CharField("险种", max_length=20)
    kind = models.CharField("就诊类别", max_length=20)
    admitted = models.DateField("入院或就诊日期")
    discharged = models.DateField("出院日期", null=True)
    facts = models.JSONField("事实", default=dict)
    episode = models.CharField("连续住院", max_length=40, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="open")
    registered_at = models.DateTimeField("登记时间")
    discharged_at = models.DateTimeField("办理出院时间", null=True)
    filing = models.ForeignKey(Filing, models.PROTECT, null=True, verbose_name="住院登记", related_name="visits")
    by_hand = models.BooleanField("手工报销", default=False, db_default=False)

    class Meta:
        db_table = "visit"
        verbose_name = "就诊"
        constraints = (
            models.UniqueConstraint(name="visit_known_by_its_number", fields=["institution", "number"]),
            models.CheckConstraint(
                name="visit_ends_after_it_began",
                condition=Q(discharged__isnull=True) | Q(discharged__gte=F("admitted")),
            ),
            models.CheckConstraint(
                name="visit_discharged_on_a_day", condition=Q(discharged__isnull=False) | ~Q(state="discharged")
            ),
        )
        indexes = (models.Index(fields=["person", "admitted"]),)

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Charge(Immutable, Scoped):
    """One line, as it was charged: money in fen, quantities and prices exact. `returns` names the line of which a
    negative one gives something back. `batch` is the institution's charge batch. `facts` are columns of the canonical
    table `lines` beyond these: class, fee_kind, limited_use, approved …"""

    scope_by: ClassVar = {side: f"visit__{field}" for side, field in _SEEN.items()}

    visit = models.ForeignKey(
        Visit, models.PROTECT, verbose_name="就诊", related_name="charges", db_index=False, db_constraint=False
    )
    number = models.CharField("明细号", max_length=40)
    batch = models.CharField("收费批次", max_length=40, blank=True)
    returns = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        verbose_name="退费的原明细",
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    fee_at = models.DateTimeField("费用发生时间")
    local_code = models.CharField("院内编码", max_length=40, blank=True)
    national_code = models.CharField("国家编码", max_length=40, blank=True)
    name = models.CharField("名称", max_length=300, blank=True)
    item = models.CharField("项目组", max_length=30, blank=True)
    quantity = models.DecimalField("数量", max_digits=16, decimal_places=4)
    price = models.DecimalField("单价(元)", max_digits=16, decimal_places=6, null=True)
    fen = models.BigIntegerField("金额(分)")
    price_limit = models.BigIntegerField("限价(分)", null=True)
    first_pay = models.DecimalField("先行自付比例", max_digits=7, decimal_places=6, null=True)
    parts = models.JSONField("已拆分(分)", null=True)
    facts = models.JSONField("事实", default=dict)
    charged_at = models.DateTimeField("上传时间")

    class Meta:
        db_table = "charge"
        verbose_name = "费用明细"
        constraints = (
            models.UniqueConstraint(name="charged_once", fields=["visit", "number"]),
            models.CheckConstraint(
                name="charge_returns_with_a_minus",
                condition=Q(returns__isnull=True, fen__gte=0) | Q(returns__isnull=False, fen__lt=0),
            ),
        )
        indexes = (models.Index(name="charge_returning", fields=["returns"], condition=Q(returns__isnull=False)),)


class Withdrawn(Immutable, Scoped):
    """That a line was taken back before it was settled. It is never settled then, and its number stays used: what was
    meant is charged under another. A line that is settled is given back by a negative one; a trigger holds it."""

    scope_by: ClassVar = {side: f"charge__{field}" for side, field in Charge.scope_by.items()}

    charge = models.OneToOneField(
        Charge, models.PROTECT, primary_key=True, verbose_name="费用明细", related_name="withdrawn"
    )
    reason = models.CharField("事由", max_length=500)
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "charge_withdrawn"
        verbose_name = "撤回明细"


class Diagnosis(Scoped):
    """A diagnosis of a visit, as the institution numbers it: on admission, at discharge, or of an outpatient. One that
    is sent again takes the place of the one before."""

    STAGES: ClassVar = (("visit", "门诊"), ("admission", "入院"), ("discharge", "出院"))
    scope_by: ClassVar = {side: f"visit__{field}" for side, field in _SEEN.items()}

    visit = models.ForeignKey(Visit, models.PROTECT, verbose_name="就诊", related_name="diagnoses", db_index=False)
    stage = models.CharField("时点", max_length=9, choices=STAGES)
    kind = models.CharField("诊断类别", max_length=3)
    number = models.PositiveIntegerField("排序号")
    code = models.CharField("诊断代码", max_length=30)
    name = models.CharField("诊断名称", max_length=200)
    main = models.BooleanField("主诊断", default=False)
    details = models.JSONField("其他", default=dict)

    class Meta:
        db_table = "visit_diagnosis"
        verbose_name = "就诊诊断"
        constraints = (models.UniqueConstraint(name="diagnosis_once", fields=["visit", "stage", "kind", "number"]),)


class Particulars(Scoped):
    """What else an institution says of a visit and no rule asks for: department, bed, clinician, contact. The last that
    was said of each stage holds."""

    scope_by: ClassVar = {side: f"visit__{field}" for side, field in _SEEN.items()}

    visit = models.ForeignKey(Visit, models.PROTECT, verbose_name="就诊", related_name="particulars", db_index=False)
    stage = models.CharField("时点", max_length=9, choices=Diagnosis.STAGES)
    said = models.JSONField("内容")

    class Meta:
        db_table = "visit_particulars"
        verbose_name = "就诊附加信息"
        constraints = (models.UniqueConstraint(name="particulars_of_a_stage", fields=["visit", "stage"]),)
