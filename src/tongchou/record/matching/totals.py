"""总对总: what was settled at an institution over some days, by insurance and clearing class, against what it has.

The clearing class of a settlement is what was noted of its visit when it was described (`clr_type`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.matching.models import Application, Comparison
from tongchou.record.providers.queries import institution

_UNDONE = """
NOT EXISTS (
    SELECT FROM settlement_message m JOIN settlement_event r ON r.id = m.event_id
    WHERE m.asked = 'undo' AND m.institution_id = e.institution_id AND (r.id = e.id OR r.reverses_id = e.id)
)"""
"""What was undone because its answer was lost counts for neither side (9.7 of the reference)."""
_CLASS = """(
    SELECT said->>'clr_type' FROM visit_particulars p WHERE p.visit_id = e.visit_id AND said ? 'clr_type'
    ORDER BY stage = 'discharge' DESC, stage = 'visit' DESC LIMIT 1
)"""
_ROWS = f"""
SELECT e.id, e.visit_id, e.person_id, e.kind = 'reverse', e.total, (e.fields->>'fund_pay_sumamt')::bigint,
    (e.fields->>'acct_pay')::bigint, e.cash, COALESCE(m.msgid, '')
FROM settlement_event e
LEFT JOIN settlement_message m ON m.event_id = e.id AND m.institution_id = e.institution_id
WHERE e.institution_id = %s AND e.at BETWEEN %s AND %s AND e.payee IS NULL AND (%s = '' OR e.scheme = %s)
AND (%s = '' OR %s = {_CLASS}) AND (%s = '' OR (e.kind = 'reverse') = (%s = '1')) AND {_UNDONE}
ORDER BY e.id
"""


@dataclass(frozen=True)
class Sums:
    """How many settlements, and their amounts in fen."""

    count: int = 0
    total: int = 0
    fund: int = 0
    account: int = 0
    cash: int = 0


@dataclass(frozen=True)
class Row:
    """One settlement or reversal as it counts, in fen."""

    event: int
    visit: int
    person: int
    taken_back: bool
    total: int
    fund: int
    account: int
    cash: int
    msgid: str


@dataclass(frozen=True)
class Span:
    """What is compared: an insurance and a clearing class (empty: all of them) over days; `refunds` 0: only
    settlements, 1: only what took them back."""

    scheme: str
    clearing: str
    first: date
    last: date
    refunds: str = ""


def rows(institution_id: int, span: Span) -> Iterator[Row]:
    """The settlements of a span in their order. Raises M301 for days in the wrong order."""
    if span.last < span.first:
        raise fail("M301", why=f"{span.first} – {span.last}")
    asked = [
        institution_id,
        *clock.span(span.first, span.last),
        *[span.scheme] * 2,
        *[span.clearing] * 2,
        *[span.refunds] * 2,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, asked)
        yield from (Row(*row) for row in cursor)


def sums_of(found: Iterator[Row]) -> Sums:
    count = total = fund = account = cash = 0
    for one in found:
        count, total, fund = count + 1, total + one.total, fund + one.fund
        account, cash = account + one.account, cash + one.cash
    return Sums(count, total, fund, account, cash)


@command("matching.compare", needs="matching.report")
def compare(*, institution_id: int, span: Span, there: Mapping[str, int | None]) -> Comparison:
    """Compare what an institution has (`count`, `total`, `fund`, `account`; what it leaves out is not compared) with
    what is settled here. Raises A114, M301."""
    where = institution(institution_id)
    lock(("comparison", where.pk))
    here = vars(sums_of(rows(where.pk, span)))
    return Comparison.objects.create(
        institution=where,
        scheme=span.scheme,
        clearing=span.clearing,
        first=span.first,
        last=span.last,
        there=dict(there),
        here=here,
        agrees=all(there.get(name) in (None, here[name]) for name in ("count", "total", "fund", "account")),
        at=clock.now(),
    )


@command("matching.apply_for_clearing", needs="matching.report")
def apply_for_clearing(
    *, institution_id: int, clearing: str, month: date, there: Mapping[str, int | None]
) -> Application:
    """Ask that a month's settlements of a clearing class be cleared. Raises M304 where the institution's figures are
    not ours, M305 where an application for the month stands, M301 for a month to come, A114."""
    where = institution(institution_id)
    lock(("clearing application", where.pk))
    first = month.replace(day=1)
    if first > clock.today():
        raise fail("M301", why=f"{first:%Y-%m}")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    here = sums_of(rows(where.pk, Span("", clearing, first, last)))
    for name, said in there.items():
        if said is not None and said != getattr(here, name):
            raise fail("M304", what=_SAID[name], here=getattr(here, name), there=said)
    try:
        with transaction.atomic():
            return Application.objects.create(
                institution=where, clearing=clearing, month=first, at=clock.now(), **vars(here)
            )
    except IntegrityError as error:
        raise fail("M305", month=f"{first:%Y-%m}", clearing=clearing) from error


_SAID = {
    "count": "人次",
    "total": "医疗费总额",
    "fund": "基金申报总额",
    "account": "个人账户支出",
    "cash": "现金支付金额",
}


@command("matching.withdraw_application", needs="matching.report")
def withdraw_application(*, institution_id: int, application: int) -> Application:
    """Withdraw an application that nobody accepted; again changes nothing. Raises A114, M306 once it is accepted."""
    lock(("clearing application", institution_id))
    found = Application.objects.filter(institution=institution_id, id=application).first()
    if found is None:
        raise fail("A114")
    if found.state == "accepted":
        raise fail("M306", application=found.pk)
    found.state, found.decided_at = "withdrawn", clock.now()
    found.save()
    return found
