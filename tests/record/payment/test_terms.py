"""What a region declares of its months, out of its pack, and how it says the same as its clearing."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.record.contributions.stage import region
from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.months import Month, split_month
from tongchou.engines.payment.rules import load_rules
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.clearing_kinds import Prepayment
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir
from tongchou.record.packs.working_days import working_days_after
from tongchou.record.payment.terms import PrepaymentTerms, terms_of

MAY = date(2025, 5, 1)


def ninghe(scheme: str = "employee", month: date = MAY) -> PrepaymentTerms:
    return terms_of(region(), scheme, month)


@pytest.mark.parametrize("scheme", ["employee", "resident"])
def test_ninghe_says_the_same_as_its_clearing(scheme: str) -> None:
    terms = ninghe(scheme)
    said = load_rules(regions_dir() / "ninghe" / "payment" / "clearing").need("prepayment", Prepayment)
    figures = (said.share, said.deposit, said.clearing_reserve, said.revolving)
    assert (terms.share, terms.deposit, terms.reserve, terms.advance) == tuple(map(figure, figures))
    assert (terms.over, terms.counted, terms.kinds) == (said.over_limit, "month", ())
    assert terms.cited == ("ninghe-2024-41 第七条", "ninghe-2024-41 第九条")


def test_before_it_was_declared_there_are_no_terms() -> None:
    with pytest.raises(ProblemError, match="M401"):
        ninghe(month=date(2024, 12, 1))


@pytest.mark.parametrize(("old", "new"), [("deposit: 5%", "deposit: 6%"), ("working_days: 10", "working_days: 0")])
def test_what_cannot_be_is_refused(old: str, new: str, tmp_path: Path) -> None:
    base = regions_dir() / "ninghe"
    (tmp_path / "payment").mkdir()
    text = (base / "payment" / "employee.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "region.yaml").write_text(f'base: {base}\ncode: "990100"\n', "utf-8")
    (tmp_path / "payment" / "employee.yaml").write_text(text.replace(old, new).replace(" 5% ", " 6% "), "utf-8")
    with pytest.raises(ProblemError, match="M418"):
        terms_of(load_region(tmp_path), "employee", MAY)


def test_twelve_months_are_the_quota_less_the_reserve() -> None:
    for quota in (0, 1, 11, 100_000_00, 99_999_99):
        each = [ninghe().month_quota(quota, number) for number in range(12)]
        assert sum(each) == int(quota * Fraction(95, 100))
        assert max(each) - min(each) <= 1


@pytest.mark.parametrize("reviewed", [-500, 0, 1, 19, 20, 99, 100_01, 10**12])
@pytest.mark.parametrize("quota", [None, -5, 0, 1, 50, 80_05])
@pytest.mark.parametrize("share", [Fraction(1), Fraction(9, 10)])
def test_what_a_month_comes_to_adds_up(reviewed: int, quota: int | None, share: Fraction) -> None:
    of = split_month(reviewed, quota, share, Fraction(5, 100))
    assert of.paid + of.deposit + of.withheld + of.deferred == reviewed
    assert min(of.deposit, of.withheld, of.deferred) >= 0
    assert of.paid >= min(0, reviewed)
    if quota is not None and reviewed > 0:
        assert of.deferred == max(0, reviewed - max(0, quota))
    if reviewed <= 0:
        assert of == Month(reviewed, 0, 0, 0, reviewed)


def test_the_term_counts_working_days() -> None:
    """Told on 30 September 2025: the National Day holiday through the 8th does not count, Saturday the 11th does."""
    terms = ninghe()
    assert working_days_after(region(), date(2025, 9, 30), terms.appeal_days) == date(2025, 10, 21)
    with pytest.raises(ProblemError, match="M417"):
        working_days_after(region(), date(2026, 12, 25), terms.appeal_days)
