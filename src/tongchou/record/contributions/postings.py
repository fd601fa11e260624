"""What contributions mean in the books. An assessment is one entry, whoever many it is about; so is a file of receipts.

The fund of a contribution is its levy. What a fiscal fund bears is due from it, all else from whoever pays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from tongchou.ground.dates import InsuranceYear
from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.contributions.models import Assessment, CashDue, LateFee, Order, Part, Receipt, ReceiptFile
from tongchou.record.ledger.banks import must_hold
from tongchou.record.ledger.chart import BANKS
from tongchou.record.ledger.models import Posting
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.packs.queries import pack_in_force

RECEIVED, ELSEWHERE = "received", "transfer_due"
"""Money came into the income account; or from an account of another scheme, and is to be transferred."""
_FISCAL = ("fiscal", "centre", "province", "city", "county", "township")
_CASH = {
    "contribution_due": ("income_bank", "contribution_income"),
    "fiscal_due": ("fiscal_special", "fiscal_income"),
    "late_fee": ("income_bank", "other_income"),
}
"""Where money for it arrives, and what income it is."""
_ACCRUED = {"contribution_due": "contribution_accrued", "fiscal_due": "fiscal_accrued"}
_ALL = system("what is due is in the books of the county that its person is insured in")


@dataclass(frozen=True)
class Due:
    """What payers of a kind owe for the people of a county (an agency's number): of a levy and a period that begins on
    a day. `claims`: the fiscal fund that it is had from. Fen."""

    county: int
    first: date
    levy: str
    kind: str
    claims: str
    fen: int

    @property
    def account(self) -> str:
        return "fiscal_due" if self.claims or self.kind in _FISCAL else "contribution_due"

    def fund(self, insurance: str, year: InsuranceYear) -> Fund:
        return Fund(insurance, self.county, self.levy, year.label_of(self.first))


def for_the_books(parts: QuerySet[Part]) -> QuerySet[Part]:
    """Parts with what `due_of` looks at: not the persons themselves, whose names would have to be unsealed."""
    return parts.select_related("order", "share").annotate(agency=F("order__person__agency_id"))


def due_of(part: Any) -> Due:
    """A part as the books have it, read by `for_the_books`."""
    order, share = part.order, part.share
    return Due(part.agency, order.first, order.levy, share.kind, share.claims, part.fen)


def post_assessment(run: Assessment, dues: Sequence[Due]) -> None:
    """What an assessment orders is due."""
    year = pack_in_force().year
    sums: defaultdict[tuple[str, Fund], int] = defaultdict(int)
    for one in dues:
        for leg in _accrue(one, one.fund(run.insurance, year)):
            sums[leg.account, leg.fund] += leg.fen
    legs = [Leg(account, fund, fen) for (account, fund), fen in sums.items()]
    post("assessment", f"assessment {run.pk}", run.day, legs)


def post_cancelled(order: Order) -> None:
    """What an order asked for is not due any more."""
    year, legs = pack_in_force().year, []
    for part in for_the_books(Part.objects.within(_ALL).filter(order=order)):
        due = replace(due_of(part), fen=-part.fen)
        legs += _accrue(due, due.fund(order.insurance, year))
    post("cancellation", f"order {order.pk} cancelled", clock.today(), legs)


def post_cash(run: Assessment) -> None:
    """What is paid to whoever cannot be enrolled is owed to them."""
    year, legs = pack_in_force().year, []
    rows = CashDue.objects.within(_ALL).filter(assessment=run)
    for one in rows.annotate(agency=F("person__agency_id")):
        fund = Fund(run.insurance, one.agency, one.name, year.label_of(one.first))
        legs += [Leg("benefit_accrued", fund, one.fen), Leg("person_payable", fund, -one.fen, person=one.person_id)]
    post("cash_due", f"assessment {run.pk} cash", run.day, legs)


def post_waiver(fee: LateFee) -> None:
    """A late fee that is waived is not due any more."""
    part = for_the_books(Part.objects.within(_ALL)).get(id=fee.part_id)
    fund = due_of(part).fund(part.order.insurance, pack_in_force().year)
    legs = [Leg("late_fee_accrued", fund, -fee.fen), Leg("contribution_due", fund, fee.fen)]
    post("waiver", f"late fee {fee.pk}", fee.day, legs)


def post_receipts(
    file: ReceiptFile | None,
    receipts: Sequence[tuple[Receipt, str, Due]],
    fees: Sequence[tuple[LateFee, str, Due]],
    through: str,
) -> None:
    """Enter receipts that came together, and the late fees they brought: one entry a day in each book. Each comes with
    the insurance and what its part is. Whoever calls holds the lock of the bank where money goes out.

    Raises M108 where the account does not hold what goes back.
    """
    year = pack_in_force().year
    moved: defaultdict[date, _Sums] = defaultdict(_Sums)
    for one, insurance, due in receipts:
        moved[one.day].came(due.account, due.account, due.fund(insurance, year), one.fen, through)
    for fee, insurance, due in fees:
        fund = due.fund(insurance, year)
        if fee.kind == "charged":
            moved[fee.day].business["contribution_due", fund] += fee.fen
            moved[fee.day].business["late_fee_accrued", fund] -= fee.fen
        else:
            moved[fee.day].came("late_fee", "contribution_due", fund, -fee.fen, through)
    source = f"late fee {fees[0][0].pk}" if not receipts else f"receipt {receipts[0][0].pk}"
    for day, sums in sorted(moved.items()):
        sums.post(f"receipt file {file.pk} {day}" if file is not None else f"{source} {day}", day)


def came_through(receipt: Receipt) -> str:
    """The account of the business book through which a receipt came, so that its reversal goes back there."""
    of = Posting.objects.within(_ALL).filter(entry__source=f"receipt {receipt.pk} {receipt.day}", account=ELSEWHERE)
    return ELSEWHERE if of.exists() else RECEIVED


class _Sums:
    """What a day's receipts move, by account and fund."""

    def __init__(self) -> None:
        self.business: defaultdict[tuple[str, Fund], int] = defaultdict(int)
        self.cash: defaultdict[tuple[str, Fund], int] = defaultdict(int)

    def came(self, what: str, due: str, fund: Fund, fen: int, through: str) -> None:
        self.business[through, fund] += fen
        self.business[due, fund] -= fen
        if through == RECEIVED:
            bank, income = _CASH[what]
            self.cash[bank, fund] += fen
            self.cash[income, fund] -= fen

    def post(self, source: str, day: date) -> None:
        leaves: defaultdict[tuple[str, str], int] = defaultdict(int)
        for (account, fund), fen in self.cash.items():
            if account in BANKS:
                leaves[account, fund.scheme] -= fen
        for (account, scheme), fen in leaves.items():
            if fen > 0:
                must_hold(account, scheme, day, fen)
        for rows in (self.business, self.cash):
            post("receipt", source, day, [Leg(account, fund, fen) for (account, fund), fen in rows.items()])


def _accrue(due: Due, fund: Fund) -> list[Leg]:
    return [Leg(due.account, fund, due.fen), Leg(_ACCRUED[due.account], fund, -due.fen)]
