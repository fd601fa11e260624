"""总对总: what was settled at an institution over some days, by insurance and clearing class, against what it has.

The clearing class of a settlement is what was noted of its visit when it was described (`clr_type`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import date

from django.db import connection

from tongchou.ground.dates import add_months
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.matching.models import Comparison
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
_SHARES = f"""
SELECT COALESCE({_CLASS}, ''), e.scheme, CASE WHEN e.account_person IS NULL THEN e.scheme ELSE e.account_scheme END,
    count(*), sum(e.total)::bigint, sum((e.fields->>'fund_pay_sumamt')::bigint)::bigint,
    sum((e.fields->>'acct_pay')::bigint)::bigint, sum(e.cash)::bigint
FROM settlement_event e WHERE e.institution_id = %s AND e.day >= %s AND e.day < %s AND e.payee IS NULL AND {_UNDONE}
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Sums:
    """How many settlements, and their amounts in fen."""

    count: int = 0
    total: int = 0
    fund: int = 0
    account: int = 0
    cash: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Share:
    """What of a month's settlements is of a clearing class (empty: none was noted), of an insurance, and of the
    insurance whose accounts paid, which is another where a relative's did."""

    clearing: str
    scheme: str
    account_scheme: str
    sums: Sums


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


def shares(institution_id: int, month: date) -> list[Share]:
    """The settlements of a month (its first day) by the day of business, as the books have them."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, [institution_id, month, add_months(month, 1, "clamp")])
        return [Share(clearing, scheme, own, Sums(*sums)) for clearing, scheme, own, *sums in cursor]


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
