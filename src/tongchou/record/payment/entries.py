"""What each step of a month means in the books. All of it moves among what is owed to providers, but a deduction: that
was never owed. An entry belongs to the last day of its month, and is posted once by its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from tongchou.ground.dates import add_months
from tongchou.record.ledger.posting import Fund, Leg, post, take_back
from tongchou.record.payment.models import Statement

OPENED, FINAL, PREPAID, REOPENED = "statement_opened", "statement_final", "statement_prepaid", "statement_reopened"
Amounts = Mapping[Fund, int]
"""Fen by what they are of."""


def last_day(month: date) -> date:
    return add_months(month, 1, "clamp") - timedelta(days=1)


def source(statement: int, kind: str) -> str:
    return f"month {statement} {kind.removeprefix('statement_')}"


def opened(statement: Statement, charged: Amounts) -> None:
    """A month's charges are under review, and no order pays them."""
    _move(OPENED, statement, {("provider_payable", "provider_review"): charged})


def final(statement: Statement, deducted: Amounts) -> None:
    """What was deducted is not owed any more, and was no benefit of whoever would have borne it."""
    to, legs = statement.institution.organisation_id, list[Leg]()
    for fund, fen in deducted.items():
        accrued = "benefit_accrued" if fund.bearer == "fund" else "bearer_due"
        legs += [Leg("provider_review", fund, fen, to), Leg(accrued, fund, -fen)]
    _post(FINAL, statement, legs)


def prepaid(statement: Statement, payable: Amounts, deposit: Amounts, deferred: Amounts) -> None:
    """What was reviewed becomes payable, but for what is withheld."""
    moves = {"provider_payable": payable, "provider_deposit": deposit, "provider_deferred": deferred}
    _move(PREPAID, statement, {("provider_review", into): amounts for into, amounts in moves.items()})


def reopened(statement: Statement) -> None:
    """Everything that the statement entered is taken back."""
    for kind in (OPENED, FINAL, PREPAID):
        of = source(statement.pk, kind)
        take_back(REOPENED, f"{of} back", of, last_day(statement.month))


def _move(kind: str, statement: Statement, moves: Mapping[tuple[str, str], Amounts]) -> None:
    to = statement.institution.organisation_id
    _post(kind, statement, [leg for (out, into), amounts in moves.items() for leg in legs(out, into, amounts, to)])


def legs(out: str, into: str, amounts: Amounts, to: int) -> list[Leg]:
    """So much leaves one account of what is owed for another."""
    return [
        leg for fund, fen in amounts.items() for leg in (Leg(out, fund, fen, to), Leg(into, fund, -fen, to))
    ]  # fmt: skip


def _post(kind: str, statement: Statement, legs: Iterable[Leg]) -> None:
    post(kind, source(statement.pk, kind), last_day(statement.month), list(legs))
