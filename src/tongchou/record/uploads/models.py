"""Uploads that wait."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongchou.record.base.fields import SealedText
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation


class Upload(Scoped):
    """A file, and what a look at it found. Content and findings may be about persons: they are sealed, and go when the
    upload is swept away. `name` is a label and never a path."""

    STATES: ClassVar = (("ready", "待确认"), ("faulty", "有错误"), ("used", "已办理"))
    scope_by: ClassVar = {
        "agency": "organisation__path",
        "provider": "organisation_id",
        "employer": "organisation_id",
    }

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="机构", related_name="+")
    user = models.BigIntegerField("上传")
    purpose = models.CharField("用途", max_length=40)
    options = models.JSONField("选项", default=dict)
    name = models.CharField("文件名", max_length=100)
    digest = models.CharField("摘要", max_length=64)
    size = models.IntegerField("字节数")
    content = SealedText("内容", null=True)
    state = models.CharField("状态", max_length=6, choices=STATES)
    counts = models.JSONField("各类行数", default=dict)
    findings = SealedText("样例与错误")
    taken_at = models.DateTimeField("上传时间")

    class Meta:
        db_table = "upload"
        verbose_name = "导入文件"
