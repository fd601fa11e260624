"""Events, their lines, the state they fold to, and what was asked and answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value

from tongchou.record.base.fields import WrittenJSON
from tongchou.record.base.immutable import Immutable
from tongchou.record.base.scope import Scoped
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Household, Person
from tongchou.record.providers.models import Institution
from tongchou.record.visits.models import Charge, Visit

_SEEN: dict[str, str] = {
    "agency": "county__path",
    "provider": "institution__organisation_id",
    "person": "person_id",
}


class Event(Immutable, Scoped):
    """A settlement, or the reversal of one; its number is its place in the order of recorded claims.

    Kept with it is all that settling it again needs: the claim as the engine had it, the pack and the version of the
    engine's meaning. `delta` is what it added to the state, `reads` what of the state it looked at, `balances` what
    the accounts held that might pay. Amounts in fen; a reversal has those it takes back, with a minus. Triggers
    hold the keys to what it is about (`guards`).
    """

    KINDS: ClassVar = (("settle", "结算"), ("reverse", "撤销"))
    scope_by: ClassVar = _SEEN

    kind = models.CharField("事项", max_length=7, choices=KINDS)
    visit = models.ForeignKey(Visit, models.PROTECT, verbose_name="就诊", related_name="events", db_constraint=False)
    institution = models.ForeignKey(
        Institution, models.PROTECT, verbose_name="医药机构", related_name="+", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="参保人", related_name="events", db_constraint=False
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, verbose_name="家庭", related_name="events", db_constraint=False
    )
    account_person = models.BigIntegerField("付账户者", null=True)
    account_scheme = models.CharField("账户险种", max_length=20, blank=True)
    payee = models.BigIntegerField("领款人", null=True)
    county = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="参保地", related_name="+", db_index=False, db_constraint=False
    )
    scheme = models.CharField("险种", max_length=20)
    basis_date = models.DateField("定期日")
    year = models.PositiveSmallIntegerField("保险年度")
    day = models.DateField("结算日")
    at = models.DateTimeField("结算时间")
    pack = models.CharField("政策包", max_length=64)
    semantics = models.PositiveSmallIntegerField("口径版本")
    claim = WrittenJSON("就诊与费用")
    total = models.BigIntegerField("总费用(分)")
    fields = models.JSONField("国家口径金额(分)")
    paid = models.JSONField("各层支付(分)")
    hospital = models.BigIntegerField("医院负担(分)")
    cash = models.BigIntegerField("个人现金(分)")
    delta = models.JSONField("累计变动")
    reads = models.JSONField("所看累计")
    balances = models.JSONField("账户余额(分)", default=list, db_default=Value([], models.JSONField()))
    trace = WrittenJSON("计算过程")
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, verbose_name="撤销的结算", related_name="reversed_by", db_index=False
    )
    because = models.ForeignKey(
        "self", models.PROTECT, null=True, verbose_name="起因", related_name="+", db_index=False
    )

    class Meta:
        db_table = "settlement_event"
        verbose_name = "结算"
        constraints = (
            models.UniqueConstraint(name="reversed_once", fields=["reverses"], condition=Q(reverses__isnull=False)),
            models.CheckConstraint(
                name="settlement_only_a_reversal_names_another",
                condition=Q(kind="reverse", reverses__isnull=False) | Q(kind="settle", reverses__isnull=True),
            ),
        )
        indexes = (
            models.Index(fields=["institution", "day"]),
            models.Index(fields=["day"]),
            models.Index(name="event_because_of", fields=["because"], condition=Q(because__isnull=False)),
            models.Index(
                name="event_on_another_account", fields=["account_person"], condition=Q(account_person__isnull=False)
            ),
        )

    def persons_of(self) -> list[int]:
        return [self.person_id]


class LineResult(Immutable, Scoped):
    """One line of a settlement, in fen: its four parts, what each layer paid of it, the hospital's share, and cash.
    Triggers hold its keys (`guards`).

    `turn`: how often its charge was settled then. There is a second when the first settlement was reversed: whatever
    message asks for it, a line is not settled twice at a time. The lines of a settlement are found by the charges of
    its visit.
    """

    scope_by: ClassVar = {side: f"event__{field}" for side, field in _SEEN.items()}

    pk = models.CompositePrimaryKey("charge_id", "turn")
    event = models.ForeignKey(
        Event, models.PROTECT, verbose_name="结算", related_name="lines", db_constraint=False, db_index=False
    )
    charge = models.ForeignKey(
        Charge, models.PROTECT, verbose_name="费用明细", related_name="results", db_constraint=False, db_index=False
    )
    turn = models.SmallIntegerField("第几次结算")
    full_self_pay = models.BigIntegerField("全自费(分)")
    over_limit = models.BigIntegerField("超限价(分)")
    first_self_pay = models.BigIntegerField("先行自付(分)")
    in_scope = models.BigIntegerField("符合范围(分)")
    paid = models.JSONField("各层支付(分)")
    hospital = models.BigIntegerField("医院负担(分)")
    cash = models.BigIntegerField("个人现金(分)")

    class Meta:
        db_table = "settlement_line"
        verbose_name = "结算明细"


class Accumulator(models.Model):
    """What earlier settlements used up: the fold of the events, kept ready. `subject` is `p` or `h` and the number of a
    person or household."""

    subject = models.CharField("所属", max_length=24)
    name = models.CharField("累计", max_length=100)
    period = models.CharField("期间", max_length=60)
    each = models.CharField("分项", max_length=100)
    fen = models.BigIntegerField("累计(分或次)")

    class Meta:
        db_table = "accumulator"
        verbose_name = "累计"
        constraints = (
            models.UniqueConstraint(name="accumulated_in_one_place", fields=["subject", "name", "period", "each"]),
        )


class Message(Immutable, Scoped):
    """What an institution asked under a message id, and what it was answered: the same question gets the same answer,
    another question under the same id is refused."""

    scope_by: ClassVar = {"provider": "institution__organisation_id", "agency": "institution__organisation__path"}

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    msgid = models.CharField("报文号", max_length=60)
    digest = models.CharField("内容摘要", max_length=64)
    asked = models.CharField("命令", max_length=40)
    event = models.ForeignKey(Event, models.PROTECT, null=True, verbose_name="结算", related_name="messages")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "settlement_message"
        verbose_name = "报文"
        constraints = (models.UniqueConstraint(name="message_answered_once", fields=["institution", "msgid"]),)


class Tombstone(Immutable, Scoped):
    """A reversal that came before what it reverses: the message it names may not settle any more."""

    scope_by: ClassVar = Message.scope_by

    institution = models.ForeignKey(Institution, models.PROTECT, verbose_name="医药机构", related_name="+")
    msgid = models.CharField("报文号", max_length=60)
    by = models.CharField("撤销报文号", max_length=60)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "settlement_tombstone"
        verbose_name = "先到的撤销"
        constraints = (models.UniqueConstraint(name="tombstone_once", fields=["institution", "msgid"]),)


class Affected(Immutable, Scoped):
    """That a settlement stands although an earlier one whose state it saw was reversed (the region freezes)."""

    scope_by: ClassVar = {side: f"event__{field}" for side, field in _SEEN.items()}

    event = models.ForeignKey(Event, models.PROTECT, verbose_name="结算", related_name="affected_by")
    by = models.ForeignKey(Event, models.PROTECT, verbose_name="撤销", related_name="affects")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "settlement_affected"
        verbose_name = "受影响的结算"
        constraints = (
            models.UniqueConstraint(name="affected_once_by_one", fields=["event", "by"]),
            models.CheckConstraint(name="affected_by_a_later_event", condition=Q(by__gt=F("event"))),
        )


class Supplement(Scoped):
    """重算补差: a case to settle again what somebody's household settled since a day, because of what became known
    later. One opens it and sees the differences; another decides, and then they are posted."""

    WHYS: ClassVar = (("facts", "身份或事实追认"), ("payment", "补缴"), ("policy", "政策追溯"), ("error", "更正差错"))
    STATES: ClassVar = (("open", "待审核"), ("approved", "已补差"), ("refused", "不予补差"))
    scope_by: ClassVar = {"agency": "person__agency__path", "person": "person_id"}

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="参保人", related_name="supplements")
    why = models.CharField("原因", max_length=8, choices=WHYS)
    since = models.DateField("起始日")
    reason = models.CharField("事由", max_length=500)
    state = models.CharField("状态", max_length=8, choices=STATES, default="open")
    opened_by = models.BigIntegerField("经办", null=True)
    opened_at = models.DateTimeField("提出时间")
    decided_by = models.BigIntegerField("审核", null=True)
    decided_at = models.DateTimeField("审核时间", null=True)

    class Meta:
        db_table = "supplement"
        verbose_name = "重算补差"
        constraints = (
            models.CheckConstraint(
                name="supplement_decided_by_another",
                condition=Q(decided_by__isnull=True) | Q(opened_by__isnull=True) | ~Q(decided_by=F("opened_by")),
            ),
            models.CheckConstraint(
                name="supplement_decided_at_a_time", condition=Q(state="open", decided_at=None) | ~Q(state="open")
            ),
            models.UniqueConstraint(
                name="one_supplement_open_for_a_person", fields=["person"], condition=Q(state="open")
            ),
        )

    def persons_of(self) -> list[int]:
        return [self.person_id]


class Difference(Immutable, Scoped):
    """What a payer (a layer, `cash` or `hospital`) paid for a settlement, and what it should have paid, in fen."""

    scope_by: ClassVar = {side: f"event__{field}" for side, field in _SEEN.items()}

    supplement = models.ForeignKey(Supplement, models.PROTECT, verbose_name="重算补差", related_name="differences")
    event = models.ForeignKey(Event, models.PROTECT, verbose_name="结算", related_name="differences")
    payer = models.CharField("承担方", max_length=30)
    old = models.BigIntegerField("原金额(分)")
    new = models.BigIntegerField("新金额(分)")

    class Meta:
        db_table = "supplement_difference"
        verbose_name = "补差明细"
        constraints = (
            models.UniqueConstraint(name="one_difference_of_a_payer", fields=["supplement", "event", "payer"]),
            models.CheckConstraint(name="difference_is_one", condition=~Q(old=F("new"))),
        )


class Batch(Immutable):
    """A data set that was settled in bulk and posted: the same data under the same pack are posted once, in shares of
    about `at_once` settlements from its beginning to its end. Fen are of what was settled."""

    digest = models.CharField("数据摘要", max_length=64)
    pack = models.CharField("政策包", max_length=64)
    at_once = models.PositiveIntegerField("每份结算数")
    settlements = models.BigIntegerField("结算数")
    total = models.BigIntegerField("总费用(分)")
    by = models.BigIntegerField("经办", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "settlement_batch"
        verbose_name = "批量结算"
        constraints = (models.UniqueConstraint(name="batch_posted_once", fields=["digest", "pack"]),)


class BatchShare(Immutable):
    """That some households of a batch are posted, in one transaction: so many events between `first` and `last`, and
    between them those of whoever settled meanwhile."""

    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="批量结算", related_name="shares")
    number = models.PositiveIntegerField("份次")
    first = models.BigIntegerField("首个结算")
    last = models.BigIntegerField("末个结算")
    settlements = models.BigIntegerField("结算数")
    lines = models.BigIntegerField("明细数")
    total = models.BigIntegerField("总费用(分)")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "settlement_batch_share"
        verbose_name = "批量结算分份"
        constraints = (models.UniqueConstraint(name="batch_share_posted_once", fields=["batch", "number"]),)
