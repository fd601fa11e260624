"""The page on negotiating quotas, computed from its own table."""

from fractions import Fraction

from tests.docs.pages import DOCS, tables
from tongchou.ground.money import yuan
from tongchou.record.payment.terms import PrepaymentTerms


def test_the_months_of_a_quota() -> None:
    rows = tables(DOCS / "algorithms" / "quota-negotiation.md")["months"]
    terms = PrepaymentTerms(Fraction(1), Fraction(0), Fraction(5, 100), "month", "deferred", (), Fraction(0), 1, ())
    for month, *shown in rows:
        year, added = terms.month_quota(120_000, int(month) - 1), terms.month_quota(6_000, int(month) - 1, 6)
        assert [yuan(fen) for fen in (year, added, year + added)] == shown
