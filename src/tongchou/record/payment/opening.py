"""A month's statement is opened from the books when its days match and it is closed; and reopened, before it is
paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef
from django.dispatch import Signal

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.disbursement.models import PaymentLine, PaymentStep
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.posting import Fund
from tongchou.record.ledger.queries import last_close
from tongchou.record.matching.models import Difference
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.payment import entries
from tongchou.record.payment.charged import ACCOUNT, charged, first_charged
from tongchou.record.payment.declaring import declare_as_applied_for
from tongchou.record.payment.finishing import lines_of
from tongchou.record.payment.models import Prepayment, Statement, StatementLine
from tongchou.record.payment.returning import give_back, take_again
from tongchou.record.payment.steps import (
    key_of,
    month_key,
    must_be,
    order_key,
    standing,
    standing_prepayments,
    state_of,
    step,
    the,
)
from tongchou.record.payment.terms import terms_in_force
from tongchou.record.providers.models import Institution
from tongchou.record.providers.queries import institution

_ALL = system("a month of an institution is all that was charged there, wherever its patients are insured")
unsettling = Signal()
"""Sent with `institution`, `scheme` and `years` within the command by which a month's statement is opened, or opened
again, and what is deducted and kept back of these insurance years may change; a receiver refuses it where it must not.
"""


@command("statements.open", needs="statements.open")
def open_statement(*, institution_id: int, month: date, scheme: str) -> Statement:
    """Open the statement of a month: its charges leave what is payable and are under review. It is declared at once
    where the institution has applied for all of it.

    The month must be closed in the business book, so that nothing enters it any more, and no difference of a daily
    match may be open. Raises A114, M401, M402 for a month or scheme that cannot be, M403 where one stands, M404 for
    open differences, M405 where a payment order has taken of the month, M514 where the clearing of its year is
    confirmed."""
    where, month = institution(institution_id), month.replace(day=1)
    if scheme not in pack_in_force().region.schemes:
        raise fail("M402", why=scheme)
    terms_in_force(scheme, month)
    lock(month_key(where.pk, month, scheme), order_key(scheme))
    return _open(where, month, scheme)


@command("statements.reopen", needs="statements.reopen")
def reopen(*, statement_id: int, reason: str) -> Statement:
    """Take a statement back and open the next round of its month; deductions are entered anew. Raises A114, M407 for
    one that was reopened, M415 where a payment order has taken what was prepaid, or a later month of the year was
    prepaid on top of it, M514 where the clearing of its year is confirmed."""
    found = the(statement_id)
    lock(key_of(found), order_key(found.scheme))
    if state_of(found) == "reopened":
        must_be(found, "opened")
    _unsettle(found.institution, found.scheme, found.month, lines_of(found).items())
    prepaid = Prepayment.objects.within(_ALL).filter(statement=found).first()
    if prepaid is not None:
        _not_built_on(found, prepaid)
    step(found, "reopened", reason)
    entries.reopened(found)
    take_again(found)
    return _open(found.institution, found.month, found.scheme, found.round + 1)


def _open(where: Institution, month: date, scheme: str, round_: int = 0) -> Statement:
    end = add_months(month, 1, "clamp")
    closed = last_close(BUSINESS)
    if closed is None or closed.month < month:
        raise fail("M402", why=f"{month:%Y-%m}")
    if not round_ and standing(where.pk, month, scheme) is not None:
        raise fail("M403", month=f"{month:%Y-%m}", scheme=scheme)
    open_ = Difference.objects.within(_ALL).filter(institution=where, day__gte=month, day__lt=end, state="open")
    if count := open_.count():
        raise fail("M404", count=count, month=f"{month:%Y-%m}")
    since = first_charged(where.organisation_id, scheme, month)
    if since is not None and (order := order_that_took(where.organisation_id, scheme, month, since)) is not None:
        raise fail("M405", order=order, month=f"{month:%Y-%m}")
    amounts = charged(where.organisation_id, scheme, month)
    _unsettle(where, scheme, month, amounts.items())
    made = Statement.objects.create(
        institution=where,
        month=month,
        scheme=scheme,
        round=round_
        or Statement.objects.within(_ALL).filter(institution=where, month=month, scheme=scheme).count() + 1,
        fund=_sum(amounts, "fund"),
        account=_sum(amounts, ACCOUNT),
        others=sum(amounts.values()) - _sum(amounts, "fund") - _sum(amounts, ACCOUNT),
        at=clock.now(),
    )
    StatementLine.objects.bulk_create(
        StatementLine(statement=made, county_id=of.county, fund=of.fund, bearer=of.bearer, year=of.year, fen=fen)
        for of, fen in amounts.items()
    )
    step(made, "opened")
    entries.opened(made, amounts)
    give_back(where.pk, scheme, month)
    declare_as_applied_for(made)
    return made


def _unsettle(where: Institution, scheme: str, month: date, amounts: Iterable[tuple[Fund, int]]) -> None:
    """A month unsettles its own insurance year, and others of which there is something to be deducted or kept back."""
    years = {pack_in_force().year.label_of(month), *(of.year for of, fen in amounts if fen > 0)}
    unsettling.send(Statement, institution=where, scheme=scheme, years=years)


def order_that_took(organisation: int, scheme: str, month: date, since: date) -> int | None:
    """A payment order that was not refused and paid what was owed to an organisation at a day on which some of a month
    was charged already (`since`), while none of it was under review."""
    refused = PaymentStep.objects.within(_ALL).filter(order=OuterRef("order"), act="refused")
    lines = PaymentLine.objects.within(_ALL).filter(
        ~Exists(refused), organisation=organisation, order__payee="provider", order__scheme=scheme, reissues=None,
        order__through__gte=since,
    )  # fmt: skip
    reviewed = Statement.objects.within(_ALL).filter(institution__organisation=organisation, scheme=scheme, month=month)
    first = reviewed.order_by("round").values_list("at", flat=True).first()
    if first is not None:
        lines = lines.filter(order__at__lt=first)
    return lines.order_by("order").values_list("order", flat=True).first()


def _not_built_on(found: Statement, prepaid: Prepayment) -> None:
    refused = PaymentStep.objects.within(_ALL).filter(order=OuterRef("order"), act="refused")
    lines = PaymentLine.objects.within(_ALL).filter(
        ~Exists(refused),
        organisation=found.institution.organisation_id,
        order__payee="provider",
        order__scheme=found.scheme,
        order__at__gte=prepaid.at,
        order__through__gte=entries.last_day(found.month),
    )
    if (order := lines.order_by("order").values_list("order", flat=True).first()) is not None:
        raise fail("M415", statement=found.pk, by=f"拨付单 {order}", by_en=f"payment order {order}")
    later = standing_prepayments(found.institution_id, found.scheme, prepaid.year).filter(
        statement__month__gt=found.month, terms__counted="cumulative"
    )
    if (one := later.order_by("statement__month").first()) is not None:
        raise fail("M415", statement=found.pk, by=f"月结算单 {one.statement_id}", by_en=f"statement {one.statement_id}")


def _sum(amounts: dict[Fund, int], bearer: str) -> int:
    return sum(fen for of, fen in amounts.items() if of.bearer == bearer)
