"""What a pay-out does to the books: the way of a payment order, for one person at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongchou.record.accounts.models import Entry
from tongchou.record.accounts.postings import payee_of
from tongchou.record.base.scope import scoped, system
from tongchou.record.contributions.models import CashDue, PayOut
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.ledger.queries import balance_of
from tongchou.record.packs.queries import pack_in_force

_ALL = system("what is owed to an heir may be owed to another county's person")


@dataclass(frozen=True)
class Whose:
    """Of which fund it is, and to whom it stands in the books."""

    fund: Fund
    person: int

    def owed(self) -> int:
        """What is owed to the person out of the fund and under way nowhere, in fen."""
        of = self.fund
        only = {"scheme": of.scheme, "county": of.county, "fund": of.fund, "year": of.year, "person": self.person}
        with scoped(_ALL):
            return -balance_of("person_payable", date.max, **only)


def whose_money(what: Entry | CashDue) -> Whose:
    """As the books have it since it left the account, or was found to be due."""
    year = pack_in_force().year
    if isinstance(what, CashDue):
        fund = Fund(what.assessment.insurance, what.person.agency_id, what.name, year.label_of(what.first))
        return Whose(fund, what.person_id)
    return Whose(Fund(what.insurance, what.person.agency_id, what.account, year.label_of(what.day)), payee_of(what))


def move(pay_out: PayOut, step: str, day: date, out: str, into: str) -> None:
    """Enter a step. What reaches `paid_out` leaves the expenditure account, and what leaves it comes back."""
    whose = whose_money(pay_out.what)
    fund, fen, person = whose.fund, pay_out.fen, whose.person
    source = f"pay out {pay_out.pk} {step}"
    post("pay_out", source, day, [Leg(out, fund, fen, person=person), Leg(into, fund, -fen, person=person)])
    if "paid_out" in (out, into):
        spent = fen if into == "paid_out" else -fen
        post("pay_out", source, day, [Leg("benefit_paid", fund, spent), Leg("expenditure_bank", fund, -spent)])
