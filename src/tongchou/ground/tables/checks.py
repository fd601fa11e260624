"""Rules of one row by itself. Each yields the column, the code and the details of what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from tongchou.ground.tables.shape import Table
from tongchou.ground.tables.visits import PARTS

Row = dict[str, Any]
Finding = tuple[str, str, dict[str, object]]

IDENTITIES = (
    ("medfee_sumamt", ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")),
    ("medfee_sumamt", ("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")),
    ("psn_part_amt", ("acct_pay", "psn_cash_pay")),
)
"""The identities every settlement of the national interface satisfies; a refused one carries no amounts."""


def row_findings(table: Table, row: Row) -> Iterator[Finding]:
    """What is wrong with a row whose cells are each sound."""
    for earlier, later in table.in_order:
        start, end = row[earlier], row[later]
        if start is not None and end is not None and end < start:
            yield later, "T145", {"later": later, "value": end, "earlier": earlier, "start": start}
    rule = _RULES.get(table.name)
    if rule:
        yield from rule(row)


def is_refund(line: Row) -> bool:
    """Whether a line gives back what another charged."""
    return line["amount"] < 0 or (line["quantity"] is not None and line["quantity"] < 0)


def _claim(row: Row) -> Iterator[Finding]:
    if (row["account_use"] == "relative") != (row["account_person_id"] is not None):
        yield "account_person_id", "T158", {"value": row["account_person_id"] or ""}


def _line(row: Row) -> Iterator[Finding]:
    amount, quantity, price = row["amount"], row["quantity"], row["price"]
    if quantity is not None and ((quantity < 0 < amount) or (amount < 0 <= quantity)):
        yield "quantity", "T154", {"value": quantity}
    elif quantity is not None and price is not None and not _agrees(quantity, price, amount):
        yield "amount", "T151", {"value": amount}
    if is_refund(row) and row["original_line_id"] is None:
        yield "original_line_id", "T147", {"value": ""}
    if not is_refund(row) and row["original_line_id"] is not None:
        yield "original_line_id", "T150", {"value": row["original_line_id"]}
    yield from _parts(row)


def _agrees(quantity: Decimal, price: Decimal, amount: int) -> bool:
    """Whether quantity × price (yuan) is the amount (fen) within 1 fen; in whole 10⁻⁸ fen, so nothing is rounded."""
    exact = int(quantity.scaleb(4)) * int(price.scaleb(6)) * 100 - amount * 10**10
    return abs(exact) <= 10**10


def _parts(row: Row) -> Iterator[Finding]:
    parts = [row[name] for name in PARTS]
    given = [part for part in parts if part is not None]
    if not given:
        return
    if len(given) < len(PARTS):
        yield PARTS[parts.index(None)], "T152", {"value": ""}
    elif (
        sum(given) != row["amount"]
        or any(part * row["amount"] < 0 for part in given)
        or (not row["amount"] and any(given))
    ):
        yield PARTS[0], "T153", {"sum": sum(given), "value": row["amount"]}


def _settlement(row: Row) -> Iterator[Finding]:
    if row["status"] == "refused":
        return
    for whole, parts in IDENTITIES:
        amounts = [row[name] for name in (whole, *parts)]
        if None in amounts or amounts[0] != sum(amounts[1:]):
            yield whole, "T160", {"identity": f"{whole} = {' + '.join(parts)}", "value": row[whole]}


def _line_result(row: Row) -> Iterator[Finding]:
    if row["amount"] != sum(row["paid"].values()) + row["cash"] + row["hospital"]:
        yield "amount", "T160", {"identity": "amount = paid + cash + hospital", "value": row["amount"]}
    yield from _parts(row)


def _year_end(row: Row) -> Iterator[Finding]:
    if row["amount"] != sum(row["paid"].values()) + row["cash"]:
        yield "amount", "T160", {"identity": "amount = paid + cash", "value": row["amount"]}


_RULES: dict[str, Callable[[Row], Iterator[Finding]]] = {
    "claims": _claim,
    "lines": _line,
    "settlements": _settlement,
    "line_results": _line_result,
    "year_end": _year_end,
}
