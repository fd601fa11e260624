"""Persons, their certificates, households, categories and employers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.fields import SealedText, finder
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.periods import DateRangeField, Number, Word, apart, apart_by_box
from tongchou.record.base.scope import Scoped, Through
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import KINDS


def _employed(field: str) -> Through:
    """Whom an employer sees: those whom it employs, or once did. Who they are, that is; what else the record holds of
    them is not its affair (`queries.person`). A hospital sees nobody here, only its own filings and visits."""
    return Through(field, "people.Employment", of="person_id", by="employer_id")


class Household(Scoped):
    """The unit of state: people who share accounts and some limits. A person alone is one."""

    scope_by: ClassVar = {"agency": "agency__path"}

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    address = SealedText("住址", null=True)

    class Meta:
        db_table = "household"
        verbose_name = "家庭"


class Person(Scoped):
    """Somebody known to the region. `merged_into` is set once it turned out that another row is the same person: then
    nothing more is recorded here, and every look leads there."""

    SEXES: ClassVar = (("男", "男"), ("女", "女"), ("未知", "未知"))
    scope_by: ClassVar = {"agency": "agency__path", "employer": _employed("id"), "person": "id"}

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    name = SealedText("姓名")
    name_finder = models.BinaryField("姓名索引", max_length=32, db_index=True)
    born = models.DateField("出生日期")
    sex = models.CharField("性别", max_length=2, choices=SEXES)
    phone = SealedText("电话", null=True)
    died = models.DateField("死亡日期", null=True)
    provisional = models.BooleanField("临时身份", default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, verbose_name="并入", related_name="merged", db_index=False
    )

    class Meta:
        db_table = "person"
        verbose_name = "参保人"
        indexes = (  # few are merged: whoever asks for them reads nothing else
            models.Index(name="merged_persons", fields=["merged_into"], condition=Q(merged_into__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                name="person_dies_after_birth", condition=Q(died__isnull=True) | Q(died__gte=F("born"))
            ),
            models.CheckConstraint(name="person_not_merged_into_self", condition=~Q(merged_into=F("id"))),
        )

    def rename(self, name: str) -> None:
        """Set the name and what it is found by."""
        self.name, self.name_finder = name, finder(name, "name")

    def persons_of(self) -> list[int]:
        return [self.pk]


class Identity(Scoped):
    """A certificate of a person. A number belongs to one person; an ended certificate still finds them."""

    scope_by: ClassVar = {
        "agency": "person__agency__path",
        "employer": _employed("person_id"),
        "person": "person_id",
    }

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="identities")
    kind = models.CharField("证件类型", max_length=2, choices=sorted(KINDS.items()))
    number = SealedText("证件号码")
    number_finder = models.BinaryField("号码索引", max_length=32)
    ended = models.DateField("停用日期", null=True)

    class Meta:
        db_table = "identity"
        verbose_name = "证件"
        constraints = (models.UniqueConstraint(name="identity_of_one_person", fields=["kind", "number_finder"]),)


class Membership(Scoped):
    """That a person belongs to a household; to one at a time."""

    scope_by: ClassVar = {"agency": "person__agency__path", "person": "person_id"}

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="memberships")
    household = models.ForeignKey(Household, models.PROTECT, verbose_name="家庭", related_name="memberships")
    head = models.BooleanField("户主", default=False)
    during = DateRangeField("期间")

    class Meta:
        db_table = "household_member"
        verbose_name = "家庭成员"
        constraints = (apart_by_box("one_household_at_a_time", "person"),)

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Category(Scoped):
    """That a person belongs to a category which rules look at: 低保, 特困, 重度残疾, 返贫监测 …, with evidence."""

    scope_by: ClassVar = {"agency": "person__agency__path", "person": "person_id"}

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="categories")
    name = models.CharField("类别", max_length=30)
    issuer = models.CharField("认定部门", max_length=100)
    evidence = models.CharField("依据", max_length=200)
    during = DateRangeField("期间")

    class Meta:
        db_table = "person_category"
        verbose_name = "人员类别"
        constraints = (apart("one_of_a_category_at_a_time", Number("person"), Word("name")),)

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Employment(Scoped):
    """That a person works for an employer who enrols them."""

    scope_by: ClassVar = {
        "agency": "person__agency__path",
        "employer": "employer_id",
        "person": "person_id",
    }

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="employments")
    employer = models.ForeignKey(Organisation, models.PROTECT, verbose_name="单位", related_name="employees")
    during = DateRangeField("期间")

    class Meta:
        db_table = "employment"
        verbose_name = "用工"
        constraints = (apart("employed_once_by_one", Number("person"), Number("employer")),)

    def persons_of(self) -> list[int]:
        return [self.person_id]


class MergeCase(Scoped):
    """That two rows may be one person: found or reported by one, decided by another."""

    STATES: ClassVar = (("open", "待审"), ("merged", "已合并"), ("refused", "不是同一人"))
    scope_by: ClassVar = {"agency": "keep__agency__path"}

    keep = models.ForeignKey(Person, models.PROTECT, verbose_name="保留", related_name="+")
    drop = models.ForeignKey(Person, models.PROTECT, verbose_name="并入者", related_name="+")
    why = models.CharField("依据", max_length=500)
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    opened_by = models.BigIntegerField("提出", null=True)
    decided_by = models.BigIntegerField("审核", null=True)
    opinion = models.CharField("意见", max_length=500, blank=True)

    class Meta:
        db_table = "merge_case"
        verbose_name = "合并案件"
        constraints = (
            models.CheckConstraint(name="merge_two_rows", condition=~Q(keep=F("drop"))),
            models.CheckConstraint(
                name="merge_decided_by_another",
                condition=Q(state="open") | Q(opened_by__isnull=True) | ~Q(opened_by=F("decided_by")),
            ),
            models.UniqueConstraint(name="one_open_merge_case", fields=["keep", "drop"], condition=Q(state="open")),
        )

    def persons_of(self) -> list[int]:
        return [self.keep_id, self.drop_id]


class Merge(Immutable):
    """What a merge moved, so that it can be understood later: table → numbers of the rows."""

    case = models.OneToOneField(MergeCase, models.PROTECT, verbose_name="案件")
    moved = models.JSONField("移动的记录")

    class Meta:
        db_table = "merge"
        verbose_name = "合并"
