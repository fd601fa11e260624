"""Sign-ins, keys of institutions, the log of messages, and files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.record.base.fields import SealedBytes, SealedText
from tongchou.record.base.scope import Scoped
from tongchou.record.providers.models import Institution

_SEEN: dict[str, str] = {"agency": "institution__organisation__path", "provider": "institution__organisation_id"}


class SignIn(Scoped):
    """签到: that an operator of an institution signed in, one at a time; its number is what later messages carry."""

    scope_by: ClassVar = _SEEN

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="sign_ins")
    operator = models.CharField("经办人", max_length=60)
    address = models.CharField("网络地址", max_length=60, blank=True)
    at = models.DateTimeField("签到时间")
    closed_at = models.DateTimeField("签退时间", null=True)

    class Meta:
        db_table = "exchange_sign_in"
        verbose_name = "签到"
        constraints = (
            models.UniqueConstraint(
                name="one_sign_in_open", fields=["institution", "operator"], condition=Q(closed_at__isnull=True)
            ),
        )


class AccessKey(Scoped):
    """With what an institution's software proves who it is: the way (`method`), the account that it names, and the
    secret it signs with; of `bearer` also the two SM2 keys, in hexadecimal. Two may hold at a time, so that a secret
    can be changed without a pause."""

    METHODS: ClassVar = (
        ("tif", "x-tif 摘要"),
        ("api", "_api_ HMAC-SHA1"),
        ("ca-sm3", "x-ca HMAC-SM3"),
        ("ca-sha256", "x-ca HMAC-SHA256"),
        ("apikey", "固定密钥"),
        ("bearer", "令牌与国密"),
    )
    scope_by: ClassVar = _SEEN

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="access_keys")
    method = models.CharField("认证方式", max_length=10, choices=METHODS)
    account = models.CharField("账户", max_length=100)
    secret = SealedText("密钥")
    theirs = models.CharField("机构公钥", max_length=130, blank=True, default="")
    ours = SealedText("平台私钥", null=True)
    since = models.DateTimeField("启用时间")
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        db_table = "exchange_key"
        verbose_name = "接口密钥"
        constraints = (
            models.CheckConstraint(
                name="key_ends_after_it_began", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since"))
            ),
        )
        indexes = (models.Index(fields=["method", "account"]),)


class Nonce(models.Model):
    """A request that was signed and taken: the same signature is not taken again while its time is near."""

    digest = models.BinaryField("摘要", max_length=32, primary_key=True)
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        db_table = "exchange_nonce"
        verbose_name = "已用签名"


class Message(Scoped):
    """A message of an institution and what it was answered, both sealed as they came. `done`: it had its effect, and
    the same again gets the same answer. Who sent it is None where nobody could be told."""

    scope_by: ClassVar = _SEEN

    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, verbose_name="医药机构", related_name="messages", db_index=False
    )
    infno = models.CharField("交易编号", max_length=10)
    msgid = models.CharField("报文号", max_length=60)
    digest = models.BinaryField("内容摘要", max_length=32)
    operator = models.CharField("经办人", max_length=60, blank=True)
    person = models.BigIntegerField("参保人", null=True)
    done = models.BooleanField("已办成")
    why = models.CharField("未办成的原因", max_length=20, blank=True)
    request = SealedBytes("请求")
    answer = SealedBytes("应答")
    at = models.DateTimeField("时间")
    milliseconds = models.PositiveIntegerField("用时(毫秒)")

    class Meta:
        db_table = "exchange_message"
        verbose_name = "接口报文"
        constraints = (
            models.UniqueConstraint(
                name="message_done_once",
                fields=["institution", "msgid"],
                condition=Q(done=True, institution__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=["institution", "at"]),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="messages_about_a_person"),
        )


class StoredFile(Scoped):
    """A file that an institution handed in (9101), or that is offered for download (9102), kept through `until`.
    `institution` is None for one that every institution may have, such as a catalogue; `source` is the transaction that
    made it, `key` what it holds, so that what was made once is offered again."""

    scope_by: ClassVar = _SEEN

    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, verbose_name="医药机构", related_name="files", db_index=False
    )
    source = models.CharField("来源", max_length=10)
    key = models.CharField("内容", max_length=80, blank=True)
    name = models.CharField("文件名", max_length=100)
    digest = models.CharField("摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    rows = models.PositiveIntegerField("行数", null=True)
    content = SealedBytes("文件内容")
    at = models.DateTimeField("时间")
    until = models.DateField("保留至", db_index=True)

    class Meta:
        db_table = "exchange_file"
        verbose_name = "接口文件"
        indexes = (models.Index(fields=["institution", "source", "key"]),)
