"""What was deducted of a settlement that is reversed later is given back: the reversal takes back all that was
charged."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Sum

from tongchou.ground.money import allocate
from tongchou.record.base.scope import system
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.models import Entry
from tongchou.record.ledger.posting import Leg, post, take_back
from tongchou.record.payment import entries
from tongchou.record.payment.charged import charged_for
from tongchou.record.payment.models import DeductionStep, Statement
from tongchou.record.payment.steps import state_of
from tongchou.record.settlement.models import Event

RETURNED = "statement_returned"
_ALL = system("a settlement is reversed wherever its patient is insured")


def give_back(institution: int, scheme: str, month: date) -> None:
    """Enter what is given back for settlements that were reversed through a month and of which something was deducted
    in a month that is final; once for each. Whoever calls holds the lock on what is payable."""
    undone = Event.objects.within(_ALL).filter(
        institution=institution, reverses__isnull=False, day__lte=entries.last_day(month)
    )
    rows = DeductionStep.objects.within(_ALL).filter(
        stands__gt=0, deduction__statement__institution=institution, deduction__statement__scheme=scheme,
        deduction__event__in=undone.values("reverses"),
    )  # fmt: skip
    sums = rows.values(of=F("deduction__statement"), event=F("deduction__event")).annotate(fen=Sum("stands"))
    for row in sums.order_by("of", "event"):
        of = Statement.objects.within(_ALL).select_related("institution").get(id=row["of"])
        source = _source(of.pk, row["event"])
        if state_of(of) in ("final", "prepaid") and not _entered(source):
            post(RETURNED, source, entries.last_day(month), _legs(of, row["event"], row["fen"]))


def take_again(of: Statement) -> None:
    """A statement is reopened: what was given back for it is not given back any more."""
    found = Entry.objects.filter(book=BUSINESS, kind=RETURNED, source__startswith=f"month {of.pk} returned ")
    for source in found.values_list("source", flat=True):
        take_back(entries.REOPENED, f"{source} back", source, entries.last_day(of.month))


def _legs(of: Statement, event: int, fen: int) -> list[Leg]:
    """As it was deducted, the other way round."""
    to = of.institution.organisation_id
    amounts = charged_for(event, to, of.scheme)
    caps, legs = list(amounts.values()), list[Leg]()
    for fund, part in zip(amounts, allocate(fen, caps, caps), strict=True):
        accrued = "benefit_accrued" if fund.bearer == "fund" else "bearer_due"
        legs += [Leg(accrued, fund, part), Leg("provider_payable", fund, -part, to)]
    return legs


def _source(statement: int, event: int) -> str:
    return f"month {statement} returned {event}"


def _entered(source: str) -> bool:
    return bool(Entry.objects.filter(book=BUSINESS, kind=RETURNED, source=source).exists())
