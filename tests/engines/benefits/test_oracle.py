"""The engine against the oracle. The 200,000 claims of `make test` are a stage of it (tools/stages.py)."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import tests.oracle.compare
from tests.oracle.book import Book
from tests.oracle.compare import Difference
from tests.oracle.faults import FAULTS, Fault
from tests.oracle.oracle import Oracle, Verdict
from tests.oracle.packs import small_pack
from tests.oracle.run import compare_claims
from tongchou.engines.benefits.claim import Claim, Line

FIRST_SEED, SOON = 500_000, 20_000
"""A fault must be found within so many claims."""


@pytest.mark.bulk
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_comparison_finds_a_fault(fault: Fault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tests.oracle.compare, "OUT", tmp_path)
    fault(monkeypatch)
    with pytest.raises(Difference):
        compare_claims(FIRST_SEED, 1, SOON, histories=1)


@pytest.mark.bulk
def test_without_a_fault_it_finds_nothing() -> None:
    assert compare_claims(FIRST_SEED, 1, 1_000, histories=1)["worlds"] >= 4


def settle_by_hand(sets: dict, claim: Claim) -> Verdict:
    """The oracle alone on a small region, so that a mistake shared with nobody shows."""
    verdict = Oracle(small_pack(sets)).settle(claim, Book())
    assert not verdict.refused
    return verdict


def stay(*lines: Line) -> Claim:
    day = date(2008, 5, 1)
    facts = {"place": "区外市内", "admitted": day, "discharged": day, "settled": day}
    return Claim("c", "p", "resident", "住院", facts, lines, stay_id="s")


def test_oracle_reproduces_suyu_by_hand() -> None:
    """46,230 in scope at 区外市内, of it 6,310 of 乙类药: 23,037.00 (declaring-benefits, section 5)."""
    rows = [{"upto": "5000", "pay": "50%"}, {"upto": "10000", "pay": "55%"}, {"upto": "30000", "pay": "60%"}]
    sets = {
        "pool.deductible": {"per": "stay", "amount": {"by place": {"区内": "500", "区外市内": "800", "市外": "1000"}}},
        "pool.takes": "in_scope",
        "pool.bands": {"measured_on": "expense", "over": "year", "rows": [*rows, {"above": "30000", "pay": "70%"}]},
        "pool.adjust.区外市内": {"when": "place is 区外市内", "points": "-10"},
        "pool.adjust.乙类药": {"when": "item is 乙类药", "points": "-10"},
        "pool.caps.year": {"at_most": "4万", "of": "paid", "per": "year"},
        "allocation": {"deductible": ["甲类", "乙类药"]},
    }
    verdict = settle_by_hand(sets, stay(Line("1", 39_920_00, "甲类"), Line("2", 6_310_00, "乙类药")))
    (pool,) = verdict.layers
    assert pool.paid == 23_037_00
    assert pool.lengths == [4_200_00, 5_000_00, 20_000_00, 16_230_00]
    assert verdict.cash == 46_230_00 - 23_037_00


def test_oracle_reproduces_the_gross_up_of_qingyuan_by_hand() -> None:
    """QY-2023-01: 91 % above 1,200 up to 65,000 paid; the large fund 95 % of what that cap left: 216,002.86."""
    sets = {
        "pool.takes": "in_scope",
        "pool.deductible": {"per": "stay", "amount": "1200"},
        "pool.ratio": "91%",
        "pool.caps.year": {"at_most": "65000", "of": "paid", "per": "year"},
        "large.takes": "pool.over_cap",
        "large.ratio": "95%",
    }
    verdict = settle_by_hand(sets, stay(Line("1", 300_000_00, "甲类")))
    pool, large = verdict.layers
    assert (pool.paid, pool.deductible) == (65_000_00, 1_200_00)
    assert pool.used == round(Fraction(65_000_00 * 100, 91))
    assert large.paid == 216_002_86
