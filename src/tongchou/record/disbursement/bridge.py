"""The bridge between the two books: what was accrued, what was paid, and why the two differ.

Accrued comes from the business book, paid from the cash book, and what lies in orders from the orders themselves: three
things that are written apart. What is left over when all of it is told is an error in the books.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date

from django.db import connection

from tongchou.ground.money import yuan
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import statement_of
from tongchou.record.contributions.models import PayOut
from tongchou.record.disbursement.entries import ANSWERED, PAY_OUT
from tongchou.record.disbursement.models import PaymentItem
from tongchou.record.ledger.chart import BUSINESS, CASH, PAYABLES, WITHHELD
from tongchou.record.ledger.models import Posting
from tongchou.record.ledger.queries import balances

Key = tuple[str, str, int]
_ADVANCE = "provider_advance"
_OWED = (*PAYABLES, "transfer_payable", *WITHHELD, _ADVANCE, "in_payment", "approved_payment", "payment_returned")
_SENT = "transfer_sent"
_CASH = """
SELECT p.scheme, p.fund, p.year, -sum(p.fen)::bigint FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
WHERE p.account = 'expenditure_bank' AND e.kind = ANY(%s) AND p.id IN (#rows) GROUP BY p.scheme, p.fund, p.year
"""
_ORDERS = """
WITH entered AS (
    SELECT source, kind FROM ledger_entry WHERE book = 'business' AND day <= %s AND kind LIKE 'payment%%'
), line AS (
    SELECT l.id, l.order_id, (
        SELECT a.outcome FROM bank_answer_line a
        JOIN entered x ON x.source = 'bank answer ' || a.answer_id || ' ' || a.day
        WHERE a.line_id = l.id ORDER BY a.id DESC LIMIT 1
    ) AS outcome, EXISTS (
        SELECT FROM payment_line m JOIN entered x ON x.source = 'payment ' || m.order_id WHERE m.reissues_id = l.id
        AND NOT EXISTS (SELECT FROM entered y WHERE y.source = 'payment ' || m.order_id || ' refused')
    ) AS reissued
    FROM payment_line l JOIN entered o ON o.source = 'payment ' || l.order_id
    WHERE NOT EXISTS (SELECT FROM entered r WHERE r.source = 'payment ' || l.order_id || ' refused')
)
SELECT o.scheme, i.fund, i.year,
    sum(i.fen) FILTER (WHERE line.outcome IS NULL)::bigint,
    sum(i.fen) FILTER (WHERE line.outcome = 'returned' AND NOT line.reissued)::bigint
FROM payment_item i JOIN line ON line.id = i.line_id JOIN payment_order o ON o.id = line.order_id
WHERE i.id IN (#rows) GROUP BY o.scheme, i.fund, i.year
"""
_PAY_OUTS = """
SELECT p.scheme, p.fund, p.year, sum(c.fen)::bigint FROM pay_out c
JOIN ledger_entry e ON e.book = 'business' AND e.source = 'pay out ' || c.id || ' prepared' AND e.day <= %s
JOIN ledger_posting p ON p.entry_id = e.id AND p.account = 'in_payment'
WHERE c.id IN (#rows) AND NOT EXISTS (
    SELECT FROM ledger_entry l WHERE l.book = 'business' AND l.day <= %s AND l.kind = 'pay_out'
    AND l.source IN ('pay out ' || c.id || ' refused', 'pay out ' || c.id || ' paid', 'pay out ' || c.id || ' returned')
) GROUP BY p.scheme, p.fund, p.year
"""


@dataclass
class Span:
    """One fund and year, in fen: `accrued` − `paid` = `free` + `withheld` − `advanced` + `ordered` + `returned` +
    `timing`, or the books err.

    free: owed and in no order. withheld: owed to providers and not payable (under review, deposits, deferred).
    advanced: paid or payable to providers before it was owed. ordered: in an order or pay-out that the bank has not
    answered. returned: sent back by the bank and not reissued. timing: in one book by the day and in the other only
    later, where a month was closed in between."""

    scheme: str
    fund: str
    year: int
    accrued: int = field(default=0)
    paid: int = field(default=0)
    free: int = field(default=0)
    ordered: int = field(default=0)
    returned: int = field(default=0)
    timing: int = field(default=0)
    withheld: int = field(default=0)
    advanced: int = field(default=0)

    @property
    def outstanding(self) -> int:
        return self.accrued - self.paid

    @property
    def unexplained(self) -> int:
        return self.outstanding - self.free - self.withheld + self.advanced - self.ordered - self.returned - self.timing


def bridge(*, on: date) -> list[Span]:
    """The statement at the end of a day, fund by fund and year by year, of what is in scope."""
    actor().needs("ledger.read")
    spans: dict[Key, Span] = {}

    def at(scheme: str, fund: str, year: int) -> Span:
        return spans.setdefault((scheme, fund, year), Span(scheme, fund, year))

    paid_out: defaultdict[Key, int] = defaultdict(int)
    for line in balances(BUSINESS, on, on, ("account", "scheme", "fund", "year")):
        account, *key = line.of
        if account in (*_OWED, "paid_out"):
            one = at(*key)
            one.accrued -= line.after
            if account in (*PAYABLES, "transfer_payable"):
                one.free -= line.after
            elif account in WITHHELD:
                one.withheld -= line.after
            elif account == _ADVANCE:
                one.advanced += line.after
            elif account == "paid_out":
                paid_out[tuple(key)] -= line.after
    for *key, fen in _rows(_CASH, Posting, [[ANSWERED, PAY_OUT, _SENT]], book=CASH, day__lte=on):
        at(*key).paid += fen
    for *key, ordered, returned in _rows(_ORDERS, PaymentItem, [on]):
        one = at(*key)
        one.ordered, one.returned = ordered or 0, returned or 0
    for *key, fen in _rows(_PAY_OUTS, PayOut, [on], [on]):
        at(*key).ordered += fen
    for key, one in spans.items():
        one.timing = paid_out[key] - one.paid
    return [one for _, one in sorted(spans.items())]


def _rows(
    statement: str, model: type, parameters: list[object], after: Sequence[object] = (), **of: object
) -> list[tuple]:
    """The rows of a statement over what of a model is in scope; `after`: parameters behind its place."""
    inner, of_inner = statement_of(model.objects.filter(**of).values("id"))
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("#rows", inner), [*parameters, *of_inner, *after])
        return list(cursor.fetchall())


_SHOWN = (
    ("accrued", "应计"),
    ("paid", "已付"),
    ("outstanding", "未付"),
    ("free", "待编拨付单"),
    ("withheld", "暂不拨付"),
    ("advanced", "周转金"),
    ("ordered", "拨付中"),
    ("returned", "退汇待重发"),
    ("timing", "记账时差"),
    ("unexplained", "无法解释"),
)
HEAD = ("险种 scheme", "基金 fund", "年度 year", *(f"{zh} {name}" for name, zh in _SHOWN))


def table(spans: Sequence[Span]) -> list[tuple[str, ...]]:
    """The statement as rows of texts, amounts in yuan, with a last row of sums."""
    whole = Span("合计 sum", "", 0)
    for one in spans:
        for name in (f.name for f in fields(Span)[3:]):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
    rows = [(one.scheme, one.fund, str(one.year), *_yuan(one)) for one in spans]
    return [*rows, (whole.scheme, "", "", *_yuan(whole))]


def _yuan(one: Span) -> tuple[str, ...]:
    return tuple(yuan(getattr(one, name)) for name, _ in _SHOWN)


def as_csv(spans: Sequence[Span]) -> str:
    """The statement as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *table(spans)])
    return out.getvalue()


def as_markdown(spans: Sequence[Span]) -> str:
    """The statement as a page of Markdown."""
    rows = [HEAD, ("---",) * 3 + ("---:",) * len(_SHOWN), *table(spans)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
