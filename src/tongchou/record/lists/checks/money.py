"""Money: what each fund paid is what was settled, item classes add up, and what the person bears is what was paid."""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.finding import numbered, problem
from tongchou.record.lists.sheet import Known, Sheet, fen, text, yuan

_PARTS = ("claa_sumfee", "clab_amt", "fulamt_ownpay_amt", "oth_amt")
_SHARES, _PAID = ("psn_selfpay", "psn_ownpay"), ("acct_pay", "psn_cashpay")
_SETTLED = {"acct_pay": "acct_pay", "psn_cashpay": "psn_cash_pay"}


def funds(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N371: `payinfo` is `setldetail` of the settlement, code by code; rows of nothing count for nothing."""
    given: dict[str, int] = {}
    for row in sheet.rows("payinfo"):
        code = text(row, "fund_pay_type")
        given[code] = given.get(code, 0) + fen(row.get("fund_payamt"))
    for code in sorted(given.keys() | known.funds.keys()):
        expected, found = known.funds.get(code, 0), given.get(code, 0)
        if expected != found:
            told = {"fund": code[:20], "expected": yuan(expected), "given": yuan(found)}
            yield problem("N371", sheet, "fund_payamt", section="payinfo", **told)


def items(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N372: each row adds up. N373: all rows are the total. N397: own pay is what was settled."""
    rows, total = sheet.rows("iteminfo"), known.amounts["medfee_sumamt"]
    for number, row in numbered(sheet, "iteminfo"):
        given, parts = fen(row.get("amt")), sum(fen(row.get(name)) for name in _PARTS)
        if given != parts:
            told = {"item": text(row, "med_chrgitm")[:20], "given": yuan(given), "expected": yuan(parts)}
            yield problem("N372", sheet, "amt", section="iteminfo", row=number, **told)
    if not rows:
        return
    amount, own = (sum(fen(row.get(name)) for row in rows) for name in ("amt", "fulamt_ownpay_amt"))
    if amount != total:
        yield problem("N373", sheet, "amt", section="iteminfo", given=yuan(amount), expected=yuan(total))
    settled = known.amounts["fulamt_ownpay_amt"]
    if own != settled:
        yield problem("N397", sheet, "fulamt_ownpay_amt", section="iteminfo", given=yuan(own), expected=yuan(settled))


def own_share(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N374: what the person bears is what account and cash paid. N375: as it was settled."""
    info = sheet.info
    if not sheet.full or any(info.get(name) is None for name in (*_SHARES, *_PAID)):
        return
    borne, paid = (sum(fen(info[name]) for name in names) for names in (_SHARES, _PAID))
    if borne != paid:
        yield problem("N374", sheet, _SHARES[0], given=yuan(borne), expected=yuan(paid))
    for name, field in _SETTLED.items():
        given, expected = fen(info[name]), known.amounts[field]
        if given != expected:
            yield problem("N375", sheet, name, given=yuan(given), expected=yuan(expected))
