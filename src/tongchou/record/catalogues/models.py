"""Versions, what each changes, who decided on it; and mappings. Only a mapping is ever written twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.immutable import Immutable
from tongchou.record.base.periods import DateRangeField, Number, Word, apart
from tongchou.record.base.scope import Scoped
from tongchou.record.providers.models import Institution

KINDS = (
    ("drug", "药品"),
    ("service", "医疗服务项目"),
    ("consumable", "医用耗材"),
    ("disease", "疾病诊断"),
    ("knowledge", "监管知识点"),
)
CLASSES = ("甲", "乙", "丙")


class Version(Immutable):
    """A version as it was proposed: what it changes against `base`, the version in force then, and from when. `whole`:
    its file was the whole list, so that what it does not name ends."""

    kind = models.CharField("目录", max_length=10, choices=KINDS)
    label = models.CharField("版本", max_length=60)
    whole = models.BooleanField("全量")
    since = models.DateField("生效日期")
    base = models.ForeignKey("self", models.PROTECT, null=True, verbose_name="上一版本", related_name="following")
    source = models.CharField("文件名", max_length=100)
    digest = models.CharField("文件摘要", max_length=64)
    added = models.IntegerField("新增")
    changed = models.IntegerField("变更")
    ended = models.IntegerField("终止")
    reason = models.CharField("依据", max_length=500)
    proposed_by = models.BigIntegerField("提交", null=True)
    proposed_at = models.DateTimeField("提交时间")

    class Meta:
        db_table = "catalogue_version"
        verbose_name = "目录版本"


class Decision(Immutable):
    """What somebody else decided on a version. Versions in force follow one another in one line: two cannot have the
    same version before them."""

    DECISIONS: ClassVar = (("in force", "启用"), ("refused", "不予启用"))

    version = models.OneToOneField(Version, models.PROTECT, verbose_name="目录版本", related_name="decided")
    kind = models.CharField("目录", max_length=10, choices=KINDS)
    base = models.BigIntegerField("上一版本", null=True)
    decision = models.CharField("决定", max_length=8, choices=DECISIONS)
    since = models.DateField("生效日期")
    reason = models.CharField("意见", max_length=500)
    proposed_by = models.BigIntegerField("提交", null=True)
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间")

    class Meta:
        db_table = "catalogue_decision"
        verbose_name = "目录审核"
        constraints = (
            models.CheckConstraint(
                name="catalogue_decided_by_another",
                condition=Q(decided_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                name="versions_in_one_line",
                fields=["kind", "base"],
                condition=Q(decision="in force"),
                nulls_distinct=False,
            ),
        )


class Change(Immutable):
    """What a version does to one entry of its catalogue. An ended one keeps what it said last."""

    WHATS: ClassVar = (("added", "新增"), ("changed", "变更"), ("ended", "终止"))

    what = models.CharField("变化", max_length=7, choices=WHATS)
    key = models.CharField("键", max_length=40)
    name = models.CharField("名称", max_length=300)

    class Meta:
        abstract = True


class ItemChange(Change):
    """An item: a drug, a service, a consumable or a disease; `key` is its national code. Amounts in fen a unit; the
    first self-pay in ten-thousandths. `limits` holds conditions of use: sex, ages, levels, diagnoses, quantities."""

    version = models.ForeignKey(Version, models.PROTECT, verbose_name="目录版本", related_name="items")
    name_key = models.CharField("名称索引", max_length=300, db_index=True)
    spec = models.CharField("规格", max_length=300)
    unit = models.CharField("计价单位", max_length=50)
    maker = models.CharField("生产企业", max_length=200)
    pay_class = models.CharField("类别", max_length=1)
    first_pay = models.IntegerField("先行自付比例（万分之）", null=True)
    price = models.BigIntegerField("价格（分）", null=True)
    ceiling = models.BigIntegerField("限价（分）", null=True)
    limited = models.BooleanField("限制使用")
    limits = models.JSONField("限制条件")
    item = models.CharField("项目组", max_length=30)
    fee_kind = models.CharField("费用类别", max_length=20)
    list_type = models.CharField("目录类别", max_length=3)
    begins = models.DateField("开始日期", null=True)
    ends = models.DateField("结束日期", null=True)
    note = models.CharField("备注", max_length=1000)

    class Meta:
        db_table = "catalogue_item"
        verbose_name = "目录项目"
        indexes = (models.Index(fields=["key", "version"]),)
        constraints = (
            models.UniqueConstraint(name="item_once_in_a_version", fields=["version", "key"]),
            models.CheckConstraint(name="item_class", condition=Q(pay_class__in=("", *CLASSES))),
            models.CheckConstraint(
                name="item_first_pay", condition=Q(first_pay__isnull=True) | Q(first_pay__range=(0, 10_000))
            ),
            models.CheckConstraint(
                name="item_prices",
                condition=(Q(price__isnull=True) | Q(price__gte=0)) & (Q(ceiling__isnull=True) | Q(ceiling__gte=0)),
            ),
            models.CheckConstraint(
                name="item_ends_after_it_begins",
                condition=Q(begins__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("begins")),
            ),
        )


class PointChange(Change):
    """A knowledge point of supervision: that a rule limits a drug or an item, to what, and against which other item.
    `key` is a digest of rule, code, limit and other code."""

    version = models.ForeignKey(Version, models.PROTECT, verbose_name="目录版本", related_name="points")
    kind = models.CharField("对象", max_length=4, choices=(("drug", "药品"), ("item", "项目")))
    rule = models.CharField("规则", max_length=30)
    code = models.CharField("编码", max_length=40, db_index=True)
    limit = models.CharField("限定", max_length=500)
    basis = models.CharField("依据", max_length=1000)
    other_code = models.CharField("对应项目编码", max_length=40)
    other_name = models.CharField("对应项目名称", max_length=300)

    class Meta:
        db_table = "knowledge_point"
        verbose_name = "监管知识点"
        indexes = (models.Index(fields=["key", "version"]),)
        constraints = (models.UniqueConstraint(name="point_once_in_a_version", fields=["version", "key"]),)


class Mapping(Scoped):
    """That an item of an institution is an item of the national catalogue: proposed by the one, decided by the agency.
    An approved one holds while `during` lasts."""

    STATES: ClassVar = (("proposed", "待审"), ("approved", "已对照"), ("refused", "退回"), ("withdrawn", "撤回"))
    scope_by: ClassVar = {
        "agency": "institution__organisation__path",
        "provider": "institution__organisation_id",
    }

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="mappings")
    kind = models.CharField("目录", max_length=10, choices=KINDS[:3])
    local_code = models.CharField("院内编码", max_length=40)
    local_name = models.CharField("院内名称", max_length=300)
    spec = models.CharField("规格", max_length=300)
    unit = models.CharField("计价单位", max_length=50)
    national_code = models.CharField("国家编码", max_length=40)
    during = DateRangeField("期间")
    state = models.CharField("状态", max_length=9, choices=STATES, default="proposed")
    proposed_by = models.BigIntegerField("提交", null=True)
    proposed_at = models.DateTimeField("提交时间")
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "item_mapping"
        verbose_name = "目录对照"
        indexes = (models.Index(fields=["institution", "local_code"]), models.Index(fields=["state", "institution"]))
        constraints = (
            apart(
                "one_mapping_at_a_time",
                Number("institution"),
                Word("local_code"),
                condition=Q(state="approved"),
            ),
            models.UniqueConstraint(
                name="one_open_mapping", fields=["institution", "local_code"], condition=Q(state="proposed")
            ),
            models.CheckConstraint(
                name="mapping_decided_by_another",
                condition=Q(state__in=("proposed", "withdrawn"))
                | Q(proposed_by__isnull=True)
                | ~Q(proposed_by=F("decided_by")),
            ),
        )
