"""Filings, their evidence, and everything that was done with them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from tongchou.engines.filings import STATES
from tongchou.record.base.fields import SealedBytes, SealedText
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.periods import DateRangeField, Number, Word, apart
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person

_STATES = tuple(zip(STATES, ("待审", "生效", "未同意", "已撤销", "已到期", "已被代替"), strict=True))
_ONCE_APPROVED = ("approved", "expired", "replaced")


class Filing(Scoped):
    """One filing about a person or an organisation, of a type that the pack `pack` declares.

    What is named, and what it gives to claims, may tell of an illness: it is sealed. `key` is found by the same
    HMAC as certificates. `during` is empty of days until it is approved, and stays when it runs out.
    """

    SIDES: ClassVar = (
        ("person", "本人"),
        ("provider", "医药机构"),
        ("employer", "用人单位"),
        ("agency", "经办机构"),
    )
    scope_by: ClassVar = {
        "agency": "agency__path",
        "provider": "filed_at_id",
        "employer": "filed_at_id",
        "person": "person_id",
    }

    agency = models.ForeignKey(Organisation, models.PROTECT, verbose_name="经办机构", related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, verbose_name="参保人", related_name="filings")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, verbose_name="所备案的单位", related_name="filings"
    )
    by = models.CharField("申报方", max_length=8, choices=SIDES)
    filed_at = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="申报单位", related_name="+")
    submitted_by = models.BigIntegerField("申报", null=True)
    pack = models.CharField("政策包", max_length=64)
    scheme = models.CharField("险种", max_length=30)
    type = models.CharField("类型", max_length=60)
    content = SealedText("内容")
    key = models.CharField("同类标识", max_length=64, blank=True)
    slot = models.PositiveSmallIntegerField("名额", null=True)
    filed_on = models.DateField("申报日")
    due_on = models.DateField("审核期限", null=True)
    late = models.BooleanField("逾期申报", default=False)
    state = models.CharField("状态", max_length=9, choices=_STATES)
    during = DateRangeField("有效期", null=True)
    decided_by = models.BigIntegerField("审核", null=True)
    reminded_on = models.DateField("催办日", null=True)

    class Meta:
        db_table = "filing"
        verbose_name = "备案"
        indexes = (
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["person", "scheme"]),
        )
        constraints = (
            models.CheckConstraint(
                name="filing_about_one", condition=Q(person__isnull=True) ^ Q(organisation__isnull=True)
            ),
            models.CheckConstraint(name="filing_state_known", condition=Q(state__in=STATES)),
            models.CheckConstraint(
                name="filing_approved_for_days", condition=~Q(state__in=_ONCE_APPROVED) | Q(during__isnull=False)
            ),
            models.CheckConstraint(
                name="filing_decided_by_another",
                condition=Q(decided_by__isnull=True) | Q(submitted_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
            ),
            models.UniqueConstraint(
                name="one_filing_waiting",
                fields=["person", "scheme", "type", "key"],
                condition=Q(state="submitted", person__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_filing_waiting_of_organisation",
                fields=["organisation", "scheme", "type", "key"],
                condition=Q(state="submitted", organisation__isnull=False),
            ),
            *(
                apart(f"one_filing_{name}", Number(about), Word("scheme"), Word("type"), what, condition=condition)
                for about, name, what, condition in (
                    ("person", "in_a_slot", Number("slot"), Q(slot__isnull=False, person__isnull=False)),
                    ("person", "of_a_kind", Word("key"), ~Q(key="") & Q(person__isnull=False)),
                    ("organisation", "in_a_slot_of_org", Number("slot"), Q(slot__isnull=False, person__isnull=True)),
                    ("organisation", "of_a_kind_of_org", Word("key"), ~Q(key="") & Q(person__isnull=True)),
                )
            ),
        )

    def persons_of(self) -> list[int]:
        return [] if self.person_id is None else [self.person_id]


class Evidence(Immutable, Scoped):
    """A file that was brought with a filing, sealed. `media_type` is what its content is, whatever it was called."""

    scope_by: ClassVar = {side: f"filing__{field}" for side, field in Filing.scope_by.items()}

    filing = models.ForeignKey(Filing, models.PROTECT, verbose_name="备案", related_name="evidence")
    kind = models.CharField("材料", max_length=60)
    name = SealedText("文件名")
    media_type = models.CharField("格式", max_length=40)
    size = models.IntegerField("字节数")
    digest = models.BinaryField("SM3 摘要", max_length=32)
    content = SealedBytes("内容")

    class Meta:
        db_table = "filing_evidence"
        verbose_name = "备案材料"


class FilingEvent(Immutable, Scoped):
    """One step of a filing: what was done by whom, and the state since then."""

    STEPS: ClassVar = (
        ("submit", "申报"),
        ("approve", "同意"),
        ("refuse", "不同意"),
        ("withdraw", "撤销"),
        ("replace", "被代替"),
        ("expire", "到期"),
        ("remind", "催办"),
        ("end", "死亡终止"),
    )
    scope_by: ClassVar = {side: f"filing__{field}" for side, field in Filing.scope_by.items()}

    filing = models.ForeignKey(Filing, models.PROTECT, verbose_name="备案", related_name="events")
    at = models.DateTimeField("时间")
    step = models.CharField("事项", max_length=8, choices=STEPS)
    state = models.CharField("状态", max_length=9, choices=_STATES)
    who = models.CharField("经办", max_length=100)
    user = models.BigIntegerField("用户", null=True)
    reason = models.CharField("事由", max_length=500, blank=True)

    class Meta:
        db_table = "filing_event"
        verbose_name = "备案经过"

    def persons_of(self) -> list[Any]:
        return self.filing.persons_of()
