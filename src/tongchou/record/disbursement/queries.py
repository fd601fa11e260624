"""Orders, their lines, what the bank left open, and who waits for an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet, Sum

from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.disbursement.deciding import the
from tongchou.record.disbursement.models import LineAnswer, PayeeAccount, PaymentLine, PaymentOrder, PaymentStep
from tongchou.record.disbursement.owed import owed
from tongchou.record.disbursement.payees import accounts_of
from tongchou.record.orgs.commands import organisation

PAGE = 200


@dataclass(frozen=True)
class Seen:
    """An order as it stands, amounts in fen. `state` is its last step, or `answered` when no line is open at the
    bank."""

    id: int
    payee: str
    agency: int
    scheme: str
    through: date
    at: datetime
    state: str
    lines: int
    fen: int
    paid: int
    returned: int


@dataclass(frozen=True)
class Line:
    """A line as it stands: open, paid, returned or reissued. Of the account its last four digits."""

    id: int
    order: int
    number: int
    organisation: int | None
    person: int | None
    bank: str
    tail: str
    fen: int
    state: str
    code: str


@dataclass(frozen=True)
class Waiting:
    """What is owed to a payee, in fen; `ready` where an account is confirmed, so that an order would pay it."""

    payee: int
    fen: int
    ready: bool


def orders(*, state: str = "", after: int = 0) -> list[Seen]:
    """Orders in scope, the oldest first; of one state where it is named."""
    actor().needs("payments.read")
    rows = PaymentOrder.objects.filter(id__gt=after).order_by("id")
    if state in dict(PaymentStep.ACTS):
        later = PaymentStep.objects.filter(order=OuterRef("order"), number__gt=OuterRef("number"))
        last = PaymentStep.objects.filter(~Exists(later), order=OuterRef("pk"), act=state)
        rows = rows.filter(Exists(last))
    return [_seen(one) for one in rows[:PAGE]]


def look_at(*, order_id: int) -> Seen:
    """One order. Raises A114."""
    actor().needs("payments.read")
    return _seen(the(order_id))


def steps(*, order_id: int) -> list[PaymentStep]:
    """Who did what with an order."""
    actor().needs("payments.read")
    return list(PaymentStep.objects.filter(order=the(order_id)).order_by("number"))


def lines(*, order_id: int, after: int = 0) -> list[Line]:
    """The lines of an order, by number."""
    actor().needs("payments.read")
    rows = PaymentLine.objects.filter(order=the(order_id), number__gt=after).order_by("number")
    return _shown(rows[:PAGE])


def mine(*, after: int = 0) -> list[Line]:
    """The lines in scope, the oldest first: what a provider, an employer or a person was paid."""
    actor().needs("payments.read")
    return _shown(PaymentLine.objects.filter(id__gt=after).order_by("id")[:PAGE])


def unanswered(*, order_id: int) -> list[Line]:
    """The lines that the bank left out of its answers."""
    actor().needs("payments.read")
    rows = PaymentLine.objects.filter(order=the(order_id), answers=None).order_by("number")
    return _shown(rows)


def waiting(*, payee: str, agency: int, scheme: str, through: date) -> list[Waiting]:
    """What is owed and in no order, payee by payee."""
    actor().needs("payments.read")
    found = owed(payee, organisation(agency), scheme, through)
    ready = accounts_of(payee, found)
    if payee == "person":
        trail.seen("disbursement.waiting", found)
    return [Waiting(to, sum(one.fen for one in items), to in ready) for to, items in found.items()]


def accounts(*, organisation_id: int | None = None, person_id: int | None = None) -> list[PayeeAccount]:
    """The accounts of a payee, or those that wait to be confirmed, the oldest first."""
    actor().needs("payments.read")
    rows = PayeeAccount.objects.order_by("id")
    if organisation_id is not None:
        rows = rows.filter(organisation=organisation_id)
    elif person_id is not None:
        rows = rows.filter(person=person_id)
    else:
        rows = rows.filter(state="open")
    found = list(rows[:PAGE])
    trail.seen("disbursement.accounts", {one.person for one in found if one.person is not None})
    return found


def returned(order: PaymentOrder) -> list[PaymentLine]:
    """The lines that the bank returned and that no order pays again."""
    back = LineAnswer.objects.filter(line=OuterRef("pk"), outcome="returned")
    refused = PaymentStep.objects.filter(order=OuterRef("order"), act="refused")
    again = PaymentLine.objects.filter(~Exists(refused), reissues=OuterRef("pk"))
    rows = PaymentLine.objects.filter(Exists(back), ~Exists(again), order=order)
    return list(rows.select_related("account").order_by("number"))


def _seen(order: PaymentOrder) -> Seen:
    rows = PaymentLine.objects.filter(order=order)
    back = rows.filter(answers__outcome="returned")
    paid = rows.filter(answers__outcome="paid").exclude(id__in=back.values("id"))
    last = str(PaymentStep.objects.filter(order=order).order_by("number").values_list("act", flat=True).last())
    if last == "sent" and not rows.filter(answers=None).exists():
        last = "answered"
    return Seen(
        id=order.pk,
        payee=order.payee,
        agency=order.agency_id,
        scheme=order.scheme,
        through=order.through,
        at=order.at.astimezone(clock.CHINA),
        state=last,
        lines=rows.count(),
        fen=_sum(rows),
        paid=_sum(paid),
        returned=_sum(back),
    )


def _sum(rows: QuerySet[PaymentLine]) -> int:
    return rows.aggregate(fen=Sum("fen"))["fen"] or 0


def _shown(rows: QuerySet[PaymentLine]) -> list[Line]:
    found = list(rows.select_related("account"))
    told: dict[int, LineAnswer] = {}
    for one in LineAnswer.objects.filter(line__in=[line.pk for line in found]).order_by("id"):
        told[one.line_id] = one
    refused = PaymentStep.objects.filter(order=OuterRef("order"), act="refused")
    again = PaymentLine.objects.filter(~Exists(refused), reissues__in=[line.pk for line in found])
    reissued = set(again.values_list("reissues", flat=True))
    trail.seen("disbursement.lines", {line.person for line in found if line.person is not None})
    return [
        Line(
            id=line.pk,
            order=line.order_id,
            number=line.number,
            organisation=line.organisation_id,
            person=line.person,
            bank=line.account.bank,
            tail=line.account.tail,
            fen=line.fen,
            state="reissued" if line.pk in reissued else told[line.pk].outcome if line.pk in told else "open",
            code=told[line.pk].code if line.pk in told else "",
        )
        for line in found
    ]
