"""A final statement is prepaid: what lies above the month's quota waits for the year's end, a share is kept as deposit,
and the rest becomes payable, to be paid by the usual order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tongchou.engines.payment.months import split_month
from tongchou.ground.dates import InsuranceYear
from tongchou.ground.errors import fail
from tongchou.ground.money import allocate
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.ledger.posting import Fund
from tongchou.record.negotiation.agreed import YearQuota, agreed_quotas
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.payment import entries
from tongchou.record.payment.finishing import as_booked, deducted, lines_of
from tongchou.record.payment.models import Prepayment, Statement
from tongchou.record.payment.steps import (
    key_of,
    must_be,
    order_key,
    standing_prepayments,
    step,
    the,
    with_state,
)
from tongchou.record.payment.terms import PrepaymentTerms, terms_in_force
from tongchou.record.providers.models import Budget

_ALL = system("a quota is an institution's, whoever asks")


@command("statements.prepay", needs="statements.prepay")
def prepay(*, statement_id: int) -> Prepayment:
    """Prepay a final statement. Raises A114, M407 where it is not final, or an earlier month of a year that is counted
    together is not prepaid; M401, M414 without a budget for the year, M413 where the books have changed."""
    found = the(statement_id)
    terms = terms_in_force(found.scheme, found.month)
    lock(key_of(found), order_key(found.scheme))
    must_be(found, "final")
    as_booked(found)
    left = lines_of(found)
    for fund, fen in deducted(found).items():
        left[fund] -= fen
    borne = {fund: fen for fund, fen in left.items() if fund.bearer == "fund"}
    reviewed = sum(borne.values())
    year, quota = _quota(found, terms)
    of = split_month(reviewed, quota, terms.share, terms.deposit)
    deferred = _spread(of.deferred + of.withheld, borne)
    deposit = _spread(of.deposit, {fund: fen - deferred[fund] for fund, fen in borne.items()})
    payable = {fund: fen - deferred.get(fund, 0) - deposit.get(fund, 0) for fund, fen in left.items()}
    made = Prepayment.objects.create(
        statement=found,
        year=year,
        reviewed=reviewed,
        quota=quota,
        deferred=of.deferred,
        withheld=of.withheld,
        deposit=of.deposit,
        payable=sum(payable.values()),
        terms=terms.kept(),
        by=actor().user,
        at=clock.now(),
    )
    step(found, "prepaid")
    entries.prepaid(found, payable, deposit, deferred)
    return made


def _spread(fen: int, over: dict[Fund, int]) -> dict[Fund, int]:
    """An amount over funds, counties and years in proportion to what each is owed, odd fen by largest remainder."""
    caps = [max(0, one) for one in over.values()]
    return dict(zip(over, allocate(fen, caps, caps), strict=True)) if over else {}


def _quota(of: Statement, terms: PrepaymentTerms) -> tuple[int, int | None]:
    """The quota's year, and what of it the month may be paid; None where nothing is deferred."""
    years = pack_in_force().year
    year = years.label_of(of.month)
    if terms.over == "paid":
        return year, None
    parts, number = year_quotas(of.institution_id, of.scheme, year, terms), _number(years, of.month)
    if terms.counted == "month":
        return year, _month(terms, parts, number)
    waiting = with_state(
        Statement.objects.within(_ALL).filter(
            institution=of.institution_id, scheme=of.scheme, month__gte=years.span(year)[0], month__lt=of.month
        )
    )
    for one in waiting.order_by("month", "round"):
        if one.state not in ("prepaid", "reopened"):
            must_be(one, "prepaid")
    before = standing_prepayments(of.institution_id, of.scheme, year).filter(statement__month__lt=of.month)
    paid = sum(one.reviewed - one.deferred for one in before)
    return year, sum(_month(terms, parts, n) for n in range(number + 1)) - paid


def _month(terms: PrepaymentTerms, parts: Sequence[YearQuota], number: int) -> int:
    return sum(terms.month_quota(one.fen, number, one.first) for one in parts)


def _number(years: InsuranceYear, month: date) -> int:
    first = years.span(years.label_of(month))[0]
    return (month.year - first.year) * 12 + month.month - first.month


def year_quota(institution: int, scheme: str, year: int, terms: PrepaymentTerms) -> int:
    """The quota of a whole year, in fen. Raises M414."""
    return sum(one.fen for one in year_quotas(institution, scheme, year, terms))


def year_quotas(institution: int, scheme: str, year: int, terms: PrepaymentTerms) -> list[YearQuota]:
    """What was negotiated and published of a year, with its adjustments; where nothing was, the budget of agreements:
    the last line of each agreement and kind. Raises M414."""
    starts = pack_in_force().year.span(year)[0]
    if published := agreed_quotas(institution, scheme, year, terms.kinds, starts):
        return published
    rows = Budget.objects.within(_ALL).filter(agreement__institution=institution, year=year, insurance=scheme)
    last = {(one.agreement_id, one.kind): one.fen for one in rows.order_by("id")}
    found = [fen for (_, kind), fen in last.items() if not terms.kinds or kind in terms.kinds]
    if not found:
        raise fail("M414", year=year, scheme=scheme)
    return [YearQuota(sum(found))]
