"""What a settlement list says, version by version: what grouping reads stands in columns, the rest as it was sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongchou.record.base.fields import SealedText
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.lists.models.sheet import SEEN, SettlementList

_OF_LIST: dict[str, str] = {side: f"of__{field}" for side, field in SEEN.items()}
_OF_VERSION: dict[str, str] = {side: f"version__{field}" for side, field in _OF_LIST.items()}


class Version(Immutable, Scoped):
    """What a list said when it was uploaded. Durations in minutes, weights in grams; a weight is empty for whoever is
    no newborn. `said` is the section `setlinfo` and the rows that stand in no table of their own, sealed: it names
    people and their addresses."""

    FORMS: ClassVar = (("trimmed", "精简"), ("full", "完整"))
    scope_by: ClassVar = _OF_LIST

    of = models.ForeignKey(SettlementList, models.PROTECT, verbose_name="结算清单", related_name="versions")
    number = models.PositiveIntegerField("版本")
    form = models.CharField("格式", max_length=7, choices=FORMS)
    checks = models.CharField("质控版本", max_length=20)
    main_code = models.CharField("主要诊断代码", max_length=30, blank=True, db_index=True)
    main_name = models.CharField("主要诊断名称", max_length=500, blank=True)
    admitted_at = models.DateTimeField("入院时间", null=True)
    discharged_at = models.DateTimeField("出院时间", null=True)
    admitted_by = models.CharField("入院途径", max_length=30, blank=True)
    left_by = models.CharField("离院方式", max_length=3, blank=True)
    treatment = models.CharField("治疗类别", max_length=3, blank=True)
    department = models.CharField("出院科别", max_length=50, blank=True)
    ventilated = models.PositiveIntegerField("呼吸机使用(分钟)", null=True)
    coma_before = models.PositiveIntegerField("入院前昏迷(分钟)", null=True)
    coma_after = models.PositiveIntegerField("入院后昏迷(分钟)", null=True)
    age_days = models.PositiveSmallIntegerField("天龄", null=True)
    birth_weight = models.PositiveIntegerField("出生体重(克)", null=True)
    admission_weight = models.PositiveIntegerField("入院体重(克)", null=True)
    said = SealedText("内容")
    by = models.CharField("上传者", max_length=100)
    at = models.DateTimeField("上传时间")

    class Meta:
        db_table = "settlement_list_version"
        verbose_name = "结算清单版本"
        constraints = (models.UniqueConstraint(name="list_version_once", fields=["of", "number"]),)


class Diagnosed(Immutable, Scoped):
    """A diagnosis of a list, in the order in which they were sent: `kind` 1 western, 2 Chinese disease, 3 Chinese
    syndrome; `present`: whether it was there on admission (入院病情)."""

    scope_by: ClassVar = _OF_VERSION

    version = models.ForeignKey(Version, models.PROTECT, verbose_name="结算清单版本", related_name="diagnoses")
    place = models.PositiveIntegerField("排序")
    kind = models.CharField("诊断类别", max_length=3)
    main = models.BooleanField("主诊断")
    code = models.CharField("诊断代码", max_length=30, db_index=True)
    name = models.CharField("诊断名称", max_length=500)
    present = models.CharField("入院病情", max_length=3, blank=True)

    class Meta:
        db_table = "settlement_list_diagnosis"
        verbose_name = "清单诊断"
        constraints = (
            models.UniqueConstraint(name="list_diagnosis_in_place", fields=["version", "place"]),
            models.UniqueConstraint(
                name="list_diagnosis_main_once", fields=["version", "kind"], condition=models.Q(main=True)
            ),
        )


class Operated(Immutable, Scoped):
    """An operation of a list, in the order in which they were sent. A time that was sent as a day is its midnight."""

    scope_by: ClassVar = _OF_VERSION

    version = models.ForeignKey(Version, models.PROTECT, verbose_name="结算清单版本", related_name="operations")
    place = models.PositiveIntegerField("排序")
    main = models.BooleanField("主要手术")
    code = models.CharField("手术操作代码", max_length=30, db_index=True)
    name = models.CharField("手术操作名称", max_length=500)
    began = models.DateTimeField("开始时间", null=True)
    ended = models.DateTimeField("结束时间", null=True)
    anaesthesia = models.CharField("麻醉方式", max_length=6, blank=True)
    anaesthesia_began = models.DateTimeField("麻醉开始时间", null=True)
    anaesthesia_ended = models.DateTimeField("麻醉结束时间", null=True)
    surgeon = models.CharField("术者医师代码", max_length=30, blank=True)
    surgeon_name = models.CharField("术者医师姓名", max_length=50, blank=True)
    anaesthetist = models.CharField("麻醉医师代码", max_length=30, blank=True)
    anaesthetist_name = models.CharField("麻醉医师姓名", max_length=50, blank=True)

    class Meta:
        db_table = "settlement_list_operation"
        verbose_name = "清单手术操作"
        constraints = (
            models.UniqueConstraint(name="list_operation_in_place", fields=["version", "place"]),
            models.UniqueConstraint(name="list_operation_main_once", fields=["version"], condition=models.Q(main=True)),
        )


class IntensiveCare(Immutable, Scoped):
    """A time in intensive care."""

    scope_by: ClassVar = _OF_VERSION

    version = models.ForeignKey(Version, models.PROTECT, verbose_name="结算清单版本", related_name="intensive")
    place = models.PositiveIntegerField("排序")
    ward = models.CharField("重症监护病房类型", max_length=6)
    began = models.DateTimeField("进入时间")
    ended = models.DateTimeField("退出时间")
    minutes = models.PositiveIntegerField("合计时长(分钟)")

    class Meta:
        db_table = "settlement_list_icu"
        verbose_name = "清单重症监护"
        constraints = (models.UniqueConstraint(name="list_icu_in_place", fields=["version", "place"]),)


class Finding(Immutable, Scoped):
    """What a check found in a version that did not keep it from being taken: the code of the message with what fills
    it, and where: section, row (from 1), field, value."""

    scope_by: ClassVar = _OF_VERSION

    version = models.ForeignKey(Version, models.PROTECT, verbose_name="结算清单版本", related_name="findings")
    code = models.CharField("消息编号", max_length=6)
    section = models.CharField("节点", max_length=20)
    row = models.PositiveIntegerField("行", null=True)
    field = models.CharField("字段", max_length=30)
    value = models.CharField("初始值", max_length=60, blank=True)
    details = models.JSONField("说明", default=dict)

    class Meta:
        db_table = "settlement_list_finding"
        verbose_name = "清单质控结果"
