"""What a region declares of its months is read strictly, and says the same as its clearing."""

from datetime import date
from fractions import Fraction

import pytest

from tests.record.contributions.stage import region
from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.kinds import Prepayment
from tongchou.engines.payment.rules import load_rules
from tongchou.ground.errors import ProblemError
from tongchou.ground.shipped import regions_dir
from tongchou.record.payment.prepaying import Shares, shares
from tongchou.record.payment.terms import FILE, last_day_of_appeal, read_terms

TEXT = (regions_dir() / "ninghe" / FILE).read_text("utf-8")


def test_ninghe_says_the_same_as_its_clearing() -> None:
    terms = read_terms(TEXT)
    rules = load_rules(regions_dir() / "ninghe" / "payment" / "clearing")
    said = rules.need("prepayment", Prepayment)
    figures = (said.share, said.deposit, said.clearing_reserve, said.revolving)
    assert (terms.share, terms.deposit, terms.reserve, terms.advance) == tuple(map(figure, figures))
    assert terms.over == said.over_limit
    assert f"{terms.source} {dict(terms.cited)['deposit']}" == rules.cite("prepayment")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('share = "5%"', 'share = "6%"'),  # above the national ceiling
        ('share = "5%"', 'share = "1/0"'),
        ('share = "5%"', "share = 5"),
        ('share = "5%"', 'share = "5 %"'),
        ('share = "90%"', 'share = "101%"'),
        ('reserve = "5%"', ""),
        ('reserve = "5%"', 'reserve = "5%"\nmore = 1'),
        ('months = "equal"', 'months = ["1/2", "1/2"]'),
        ('months = "equal"', 'months = "unequal"'),
        ('counted = "month"', 'counted = "year"'),
        ('over = "deferred"', 'over = ""'),
        ("kinds = []", 'kinds = "住院"'),
        ("kinds = []", "kinds = [1]"),
        ("working_days = 10", "working_days = 0"),
        ("working_days = 10", "working_days = true"),
        ("from = 2025-01-01", 'from = "2025-01-01"'),
        ('cite = "第十九条"', 'cite = " "'),
        ('cite = "第十九条"', ""),
        ("[advance]", "[advances]"),
        ("[advance]", "[advance"),
        ('evidence = "fictional"', "evidence = 1"),
    ],
)
def test_anything_else_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(ProblemError, match="M418"):
        read_terms(TEXT.replace(old, new, 1))


def test_a_section_that_is_none() -> None:
    plain = 'source = "x"\ntitle = "x"\nevidence = "x"\nfrom = 2025-01-01\nthrough = 2025-01-01\npaid = 1\n'
    with pytest.raises(ProblemError, match="M418"):
        read_terms(plain + "deposit = 1\nquota = 1\nadvance = 1\nappeal = 1\n")


def test_twelve_months_are_the_quota_less_the_reserve() -> None:
    uneven = '["10%", "6%", "8%", "8%", "8%", "8%", "8%", "8%", "9%", "9%", "9%", "9%"]'
    for months in ('"equal"', uneven):
        terms = read_terms(TEXT.replace('"equal"', months))
        for quota in (0, 1, 11, 100_000_00, 99_999_99):
            each = [terms.month_quota(quota, number) for number in range(12)]
            assert sum(each) == int(quota * Fraction(95, 100))
            assert min(each) >= 0


@pytest.mark.parametrize("reviewed", [-500, 0, 1, 19, 20, 99, 100_01, 10**12])
@pytest.mark.parametrize("quota", [None, -5, 0, 1, 50, 80_05])
@pytest.mark.parametrize("share", [Fraction(1), Fraction(9, 10)])
def test_what_a_month_comes_to_adds_up(reviewed: int, quota: int | None, share: Fraction) -> None:
    of = shares(reviewed, quota, share, Fraction(5, 100))
    assert of.payable + of.deposit + of.withheld + of.deferred == reviewed
    assert min(of.deposit, of.withheld, of.deferred) >= 0
    assert of.payable >= min(0, reviewed)
    if quota is not None and reviewed > 0:
        assert of.deferred == max(0, reviewed - max(0, quota))
    if reviewed <= 0:
        assert of == Shares(reviewed, 0, 0, 0)


def test_the_term_counts_working_days() -> None:
    """Told on 30 September 2025: the National Day holiday through the 8th does not count, Saturday the 11th does."""
    terms = read_terms(TEXT)
    assert last_day_of_appeal(region(), terms, date(2025, 9, 30)) == date(2025, 10, 21)
    with pytest.raises(ProblemError, match="M417"):
        last_day_of_appeal(region(), terms, date(2026, 12, 25))
