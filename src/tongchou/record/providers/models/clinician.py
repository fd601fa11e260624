"""Clinicians: who they are, where they practise, and the points they lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.fields import SealedText, finder
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.periods import DateRangeField, Number, apart
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import KINDS as CERTIFICATES
from tongchou.record.providers.models.institution import Department, Institution


class Clinician(Scoped):
    """Somebody who may prescribe, dispense, nurse or examine for the fund (HOS-07, HOS-09). An institution knows them
    through the practices that it has with them."""

    KINDS: ClassVar = (("doctor", "医师"), ("pharmacist", "药师"), ("nurse", "护士"), ("technician", "技师"))
    scope_by: ClassVar = {"agency": "agency__path"}

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    code = models.CharField("国家编码", max_length=20, unique=True)
    kind = models.CharField("类别", max_length=10, choices=KINDS)
    name = SealedText("姓名")
    name_finder = models.BinaryField("姓名索引", max_length=32, db_index=True)
    certificate_kind = models.CharField("证件类型", max_length=2, choices=sorted(CERTIFICATES.items()))
    certificate = SealedText("证件号码")
    certificate_finder = models.BinaryField("号码索引", max_length=32)
    title = models.CharField("职称", max_length=50)
    registered = models.DateField("登记日期")
    ended = models.DateField("终止日期", null=True)

    class Meta:
        db_table = "clinician"
        verbose_name = "医保医师等"
        constraints = (
            models.UniqueConstraint(name="clinician_once", fields=["certificate_kind", "certificate_finder"]),
            models.CheckConstraint(
                name="clinician_ends_after_registration",
                condition=Q(ended__isnull=True) | Q(ended__gte=F("registered")),
            ),
        )

    def identify(self, name: str, kind: str, number: str) -> None:
        """Set name and certificate, and what they are found by."""
        self.name, self.name_finder = name, finder(name, "name")
        self.certificate_kind, self.certificate = kind, number
        self.certificate_finder = finder(number, "certificate")


class Practice(Scoped):
    """That a clinician practises at an institution; at more than one at a time where they are registered so."""

    scope_by: ClassVar = {
        "agency": "institution__organisation__path",
        "provider": "institution__organisation_id",
    }

    clinician = models.ForeignKey(Clinician, models.PROTECT, verbose_name="医保医师等", related_name="practices")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="practices")
    department = models.ForeignKey(Department, models.PROTECT, null=True, verbose_name="科室", related_name="+")
    main = models.BooleanField("主执业机构", default=True)
    during = DateRangeField("期间")

    class Meta:
        db_table = "practice"
        verbose_name = "执业"
        constraints = (
            apart("practises_once_at_one", Number("clinician"), Number("institution")),
            apart("one_main_practice", Number("clinician"), condition=Q(main=True)),
        )


class Stop(Scoped):
    """That the fund does not pay for what a clinician orders while `during` lasts."""

    scope_by: ClassVar = {"agency": "clinician__agency__path"}

    clinician = models.ForeignKey(Clinician, models.PROTECT, verbose_name="医保医师等", related_name="stops")
    why = models.CharField("事由", max_length=500)
    during = DateRangeField("期间")

    class Meta:
        db_table = "clinician_stop"
        verbose_name = "暂停支付资格"
        constraints = (apart("one_stop_at_a_time", Number("clinician")),)


class PointsCase(Scoped):
    """That a clinician's points of a year reached a number for which the region declares what follows (`name` of the
    rule in `pack`, `cite`): opened when the points were taken, decided by another than who took them. It lapses when
    points are taken back before that."""

    STATES: ClassVar = (("open", "待审"), ("approved", "同意"), ("refused", "不同意"), ("lapsed", "不再成立"))
    THEN: ClassVar = (("warned", "约谈提醒"), ("suspended", "暂停支付资格"), ("ended", "终止支付资格"))
    scope_by: ClassVar = {"agency": "clinician__agency__path"}

    clinician = models.ForeignKey(Clinician, models.PROTECT, verbose_name="医保医师等", related_name="points_cases")
    year = models.PositiveSmallIntegerField("记分年度")
    points = models.PositiveSmallIntegerField("累计分值")
    name = models.CharField("规定", max_length=60)
    at_least = models.PositiveSmallIntegerField("满几分")
    then = models.CharField("后果", max_length=9, choices=THEN)
    months = models.PositiveSmallIntegerField("暂停至少几个月", default=0)
    most = models.PositiveSmallIntegerField("暂停最多几个月", null=True)
    pack = models.CharField("政策包", max_length=64)
    cite = models.CharField("依据", max_length=300)
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    opened_by = models.BigIntegerField("记分", null=True)
    opened_at = models.DateTimeField("立案时间")
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)
    stop = models.OneToOneField(Stop, models.PROTECT, null=True, verbose_name="暂停", related_name="points_case")

    class Meta:
        db_table = "points_case"
        verbose_name = "记分案件"
        constraints = (
            models.UniqueConstraint(
                name="one_case_of_a_number_and_year",
                fields=["clinician", "year", "name"],
                condition=Q(state__in=("open", "approved")),
            ),
            models.CheckConstraint(
                name="points_case_decided_by_another",
                condition=Q(state__in=("open", "lapsed")) | Q(opened_by__isnull=True) | ~Q(opened_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="points_case_stops_when_suspended", condition=Q(stop__isnull=True) | Q(then="suspended")
            ),
        )


class Deduction(Immutable, Scoped):
    """Points that a clinician lost in a calendar year, or, with `takes_back`, an earlier row that was found wrong. What
    follows at how many points is declared by the region."""

    scope_by: ClassVar = {
        "agency": "institution__organisation__path",
        "provider": "institution__organisation_id",
    }

    clinician = models.ForeignKey(Clinician, models.PROTECT, verbose_name="医保医师等", related_name="deductions")
    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    on = models.DateField("行为日期")
    year = models.PositiveSmallIntegerField("记分年度")
    points = models.PositiveSmallIntegerField("分值")
    clause = models.CharField("依据条款", max_length=100)
    reason = models.CharField("事由", max_length=500)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.BigIntegerField("登记", null=True)
    takes_back = models.OneToOneField("self", models.PROTECT, null=True, verbose_name="撤销", related_name="taken_back")

    class Meta:
        db_table = "clinician_points"
        verbose_name = "记分"
        indexes = (models.Index(fields=["clinician", "year"]),)
        constraints = (
            models.CheckConstraint(name="points_are_lost", condition=Q(points__gt=0)),
            models.CheckConstraint(name="points_in_their_year", condition=Q(on__year=F("year"))),
        )
