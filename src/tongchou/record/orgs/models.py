"""Organisations, users and what they were given."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from tongchou.record.base.fields import SealedText
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped


class Organisation(Scoped):
    """A side of the region's work. Agencies form one tree on five levels: province, city, county, township, village;
    `path` is the codes from the root down, each followed by a slash, so that a prefix is a branch."""

    KINDS: ClassVar = (
        ("agency", "经办机构"),
        ("provider", "定点医药机构"),
        ("employer", "参保单位"),
        ("public", "公众"),
    )
    LEVELS: ClassVar = ((1, "省"), (2, "市"), (3, "县"), (4, "乡镇街道"), (5, "村社区"))

    scope_by: ClassVar = {"agency": "path", "provider": "id", "employer": "id"}

    kind = models.CharField("类别", max_length=8, choices=KINDS)
    code = models.CharField("编码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=200)
    level = models.PositiveSmallIntegerField("层级", choices=LEVELS, null=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, verbose_name="上级或所属经办机构", related_name="below"
    )
    path = models.CharField("路径", max_length=200, unique=True)
    active = models.BooleanField("启用", default=True)

    class Meta:
        db_table = "organisation"
        verbose_name = "机构"
        constraints = (
            models.CheckConstraint(
                name="organisation_level_of_agencies",
                condition=Q(kind="agency", level__range=(1, 5)) | (~Q(kind="agency") & Q(level__isnull=True)),
            ),
            models.CheckConstraint(
                name="organisation_below_something", condition=Q(level=1) | Q(parent__isnull=False) | Q(kind="public")
            ),
        )


class User(AbstractBaseUser, Scoped):
    """Somebody who signs in. `person` is the insured person that a user of the public is."""

    scope_by: ClassVar = {
        "agency": "organisation__path",
        "provider": "organisation_id",
        "employer": "organisation_id",
        "person": "person",
    }
    USERNAME_FIELD = "username"

    username = models.CharField("用户名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="机构")
    person = models.BigIntegerField("参保人", null=True, unique=True)
    is_active = models.BooleanField("启用", default=True)
    must_change = models.BooleanField("须改密码", default=True)
    totp = SealedText("动态口令密钥", null=True)
    totp_step = models.BigIntegerField("用过的动态口令", default=0)
    failures = models.PositiveSmallIntegerField("连续失败", default=0)
    locked_until = models.DateTimeField("锁定至", null=True)

    class Meta:
        db_table = "user_account"
        verbose_name = "用户"


class Grant(Scoped):
    """A role that a user holds while `during` lasts; who gave it and who took it is in the trail."""

    scope_by: ClassVar = {"agency": "user__organisation__path", "provider": "user__organisation_id"}

    user = models.ForeignKey(User, models.PROTECT, verbose_name="用户", related_name="grants")
    role = models.CharField("角色", max_length=30)
    during = DateTimeRangeField("期间")

    class Meta:
        db_table = "role_grant"
        verbose_name = "角色授予"


class Elevation(Immutable, Scoped):
    """More than a user's roles allow, for a few hours, asked for by the user and approved by somebody else."""

    scope_by: ClassVar = {"agency": "user__organisation__path"}

    user = models.ForeignKey(User, models.PROTECT, verbose_name="用户", related_name="elevations")
    permissions = models.JSONField("权限")
    reason = models.CharField("事由", max_length=500)
    approved_by = models.ForeignKey(User, models.PROTECT, verbose_name="批准", related_name="+")
    starts = models.DateTimeField("开始")
    ends = models.DateTimeField("结束")

    class Meta:
        db_table = "elevation"
        verbose_name = "临时授权"
        constraints = (
            models.CheckConstraint(name="elevation_by_somebody_else", condition=~Q(user=F("approved_by"))),
            models.CheckConstraint(name="elevation_ends", condition=Q(ends__gt=F("starts"))),
        )


class Session(Scoped):
    """A signed-in browser or a token of a program; `key` is the SM3 of what the client holds."""

    KINDS: ClassVar = (("browser", "浏览器"), ("token", "接口令牌"))
    scope_by: ClassVar = {"agency": "user__organisation__path", "provider": "user__organisation_id"}

    key = models.BinaryField("摘要", max_length=32, unique=True)
    kind = models.CharField("类别", max_length=8, choices=KINDS)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="用户", related_name="sessions")
    permissions = models.JSONField("限于这些权限", null=True)
    begun = models.DateTimeField("开始")
    used = models.DateTimeField("最近使用")
    ends = models.DateTimeField("结束")

    class Meta:
        db_table = "session"
        verbose_name = "会话"
