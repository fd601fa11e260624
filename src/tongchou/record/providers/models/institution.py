"""Institutions, and what of them changes from day to day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.periods import DateRangeField, Number, Word, apart
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation


class Institution(Scoped):
    """What the region knows of an organisation that gives care or sells drugs, beyond its name and its place in the
    tree. `code` is the national one (`fixmedins_code`)."""

    KINDS: ClassVar = (
        ("hospital", "医院"),
        ("community", "基层医疗卫生机构"),
        ("clinic", "门诊部、诊所"),
        ("village", "村卫生室"),
        ("pharmacy", "零售药店"),
        ("rehabilitation", "工伤康复机构"),
        ("device", "辅助器具配置机构"),
        ("other", "其他"),
    )
    OWNERSHIPS: ClassVar = (("public", "公立"), ("private", "社会办"))
    scope_by: ClassVar = {"agency": "organisation__path", "provider": "organisation_id"}

    organisation = models.OneToOneField(Organisation, models.PROTECT, verbose_name="机构", related_name="institution")
    code = models.CharField("国家编码", max_length=12, unique=True)
    kind = models.CharField("类型", max_length=14, choices=KINDS)
    ownership = models.CharField("所有制", max_length=7, choices=OWNERSHIPS)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    opened = models.DateField("开业日期")
    closed = models.DateField("停业日期", null=True)

    class Meta:
        db_table = "institution"
        verbose_name = "医药机构"
        constraints = (
            models.CheckConstraint(
                name="institution_closes_after_opening", condition=Q(closed__isnull=True) | Q(closed__gte=F("opened"))
            ),
        )

    @property
    def name(self) -> str:
        return str(self.organisation.name)


class Level(Scoped):
    """The level of an institution while `during` lasts: `level` in the region's word, which rules look at, `grade` in
    the national code (`hosp_lv`)."""

    GRADES: ClassVar = (
        ("1", "三级特等"),
        ("2", "三级甲等"),
        ("3", "三级乙等"),
        ("4", "三级丙等"),
        ("5", "二级甲等"),
        ("6", "二级乙等"),
        ("7", "二级丙等"),
        ("8", "一级甲等"),
        ("9", "一级乙等"),
        ("10", "一级丙等"),
        ("11", "无等级"),
        ("12", "三级无等"),
        ("13", "二级无等"),
        ("14", "一级无等"),
    )
    scope_by: ClassVar = {
        "agency": "institution__organisation__path",
        "provider": "institution__organisation_id",
    }

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="levels")
    level = models.CharField("等级", max_length=30)
    grade = models.CharField("国家等级", max_length=2, choices=GRADES)
    during = DateRangeField("期间")

    class Meta:
        db_table = "institution_level"
        verbose_name = "机构等级"
        constraints = (apart("one_level_at_a_time", Number("institution")),)


class Campus(Scoped):
    """A place where an institution works."""

    scope_by: ClassVar = {
        "agency": "institution__organisation__path",
        "provider": "institution__organisation_id",
    }

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="campuses")
    name = models.CharField("名称", max_length=100)
    address = models.CharField("地址", max_length=200)
    during = DateRangeField("期间")

    class Meta:
        db_table = "campus"
        verbose_name = "院区"
        constraints = (apart("one_campus_of_a_name", Number("institution"), Word("name")),)


class Department(Scoped):
    """A department: the hospital's own code (`hosp_dept_codg`) and the national one (`caty`), empty where the hospital
    says none that is. `details` is what the hospital tells of it besides, by the names of the interface."""

    scope_by: ClassVar = {
        "agency": "institution__organisation__path",
        "provider": "institution__organisation_id",
    }

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="departments")
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, verbose_name="院区", related_name="departments")
    code = models.CharField("院内编码", max_length=20)
    national_code = models.CharField("科别", max_length=9)
    name = models.CharField("名称", max_length=100)
    beds = models.PositiveIntegerField("批准床位", default=0)
    details = models.JSONField("其他情况", default=dict)
    during = DateRangeField("期间")

    class Meta:
        db_table = "department"
        verbose_name = "科室"
        constraints = (apart("one_department_of_a_code", Number("institution"), Word("code")),)
