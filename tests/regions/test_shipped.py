"""The regions that ship: each loads, each worked example comes out, and the published examples are among them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tongchou.engines.benefits.cases import SettledCase, run_cases
from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.contributions.cases import run_cases as run_contribution_cases
from tongchou.engines.filings.cases import run_cases as run_filing_cases
from tongchou.faces.cli.check import run_all_cases
from tongchou.ground.money import round_fraction
from tongchou.ground.region import expression
from tongchou.ground.region.load import load_region, read_region
from tongchou.ground.region.outcomes import FAILED, INCONSISTENT, PASSED
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import shipped_regions

FOLDERS = shipped_regions()


WITHOUT_BENEFITS = {"shaoguan-dip-draft", "mohrss-2012-70", "jiangsu-2006"}
"""What their documents say is of budgets and supervision alone."""


@cache
def region(folder: Path) -> Pack:
    return load_region(folder)


@cache
def outcomes(folder: Path) -> tuple[SettledCase, ...]:
    return tuple(run_cases(region(folder)))


def every_outcome() -> list[tuple[str, SettledCase]]:
    return [(folder.name, outcome) for folder in FOLDERS for outcome in outcomes(folder)]


def test_there_are_regions() -> None:
    assert {"suyu-2007", "jiangmen-2012", "dibao-2006", "ninghe"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_region_loads_without_problems(folder: Path) -> None:
    pack, problems = read_region(folder)
    assert [problem.text("en") for problem in problems] == []
    assert pack is not None
    assert pack.facts


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_cases_of_a_region_come_out(folder: Path) -> None:
    found = outcomes(folder)
    failed = [(o.entry.case.id, o.mismatches, [p.text("en") for p in o.problems]) for o in found if o.status == FAILED]
    assert failed == []
    assert found or folder.name in WITHOUT_BENEFITS
    assert {o.status for o in found} <= {PASSED, INCONSISTENT}


WITH_CONTRIBUTIONS = {"village-cadres": 59, "suyu-2007": 21, "dibao-2006": 9, "jiangmen-2012": 11, "ninghe": 25}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_cases_about_contributions_come_out(folder: Path) -> None:
    found = run_contribution_cases(region(folder))
    assert [(o.entry.case.id, o.mismatches, o.problems) for o in found if o.status != PASSED] == []
    assert len(found) == WITH_CONTRIBUTIONS.get(folder.name, 0)


WITH_FILINGS = {"ninghe": 26, "suyu-2007": 8, "jiangmen-2012": 3}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_cases_about_filings_come_out(folder: Path) -> None:
    found = run_filing_cases(region(folder))
    assert [(o.entry.case.id, o.mismatches, o.problems) for o in found if o.status != PASSED] == []
    assert len(found) == WITH_FILINGS.get(folder.name, 0)


RECKONED = {
    "shaoguan-dip-draft": 16,
    "mohrss-2012-70": 5,
    "jiangsu-2006": 24,
    "jiangmen-2012": 31,
    "guangxi-plan-145": 16,
    "ninghe": 3,
}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_cases_reckoned_from_figures_come_out(folder: Path) -> None:
    found = [o for o in run_all_cases(region(folder)) if o.entry.case.reckon is not None]
    assert [(o.entry.case.id, o.mismatches, o.problems) for o in found if o.status != PASSED] == []
    assert len(found) == RECKONED.get(folder.name, 0)
    assert len(found) == sum(entry.case.reckon is not None for entry in region(folder).cases)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_settlements_of_a_region_add_up(folder: Path) -> None:
    for outcome in outcomes(folder):
        result = outcome.result
        if not isinstance(result, Settlement):
            continue
        total = result.claim.total
        assert sum(result.paid.values()) + result.hospital + result.cash == total == sum(result.parts.values())
        lines = line_results(result)
        assert sum(line.cash for line in lines) == result.cash
        assert sum(line.hospital for line in lines) == result.hospital
        assert {
            name: sum(line.paid[name] for line in lines if name in line.paid) for name in result.paid
        } == result.paid
        fields = national_fields(result)
        assert fields["medfee_sumamt"] == total
        assert total == int(fields["fund_pay_sumamt"]) + int(fields["psn_part_amt"]) + int(fields["hosp_part_amt"])


def test_suyu_pays_23037_00() -> None:
    (found,) = [o for name, o in every_outcome() if name == "suyu-2007" and o.entry.case.id == "区外市内-46230"]
    assert isinstance(found.result, Settlement)
    (pool,) = found.result.layers
    assert (found.status, pool.paid, pool.deductible) == (PASSED, 2_303_700, 80_000)
    assert [int(band.length) for band in pool.bands] == [420_000, 500_000, 2_000_000, 1_623_000]


# --- the published examples -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "examples" / "benefits.json").read_text("utf-8"))
    return found


def figures(outcome: SettledCase) -> set[int]:
    """The fen that a case expects."""
    texts = [text.strip() for text in outcome.entry.case.expect.values()]
    return {round_fraction(expression.literal(t) * 100) for t in texts if expression.LITERAL.fullmatch(t)}


def named(example: str) -> list[SettledCase]:
    """The case of a published example; an example of several visits may have several, `ID` and `ID-…`."""
    found = [o for _, o in every_outcome()]
    return [o for o in found if o.entry.case.id == example or o.entry.case.id.startswith(f"{example}-")]


def amounts(example: dict[str, Any], role: str) -> dict[str, int]:
    return {step["name"]: step["fen"] for step in example["steps"] if step["role"] == role and "fen" in step}


def test_every_verified_example_is_a_case_with_each_of_its_amounts(published: dict[str, Any]) -> None:
    assert len(published["verified"]) == 43
    for example in published["verified"]:
        cases = named(example["id"])
        assert example["id"] in [case.entry.case.id for case in cases], example["id"]
        assert {case.status for case in cases} == {PASSED}, example["id"]
        expected = set().union(*map(figures, cases))
        wanted = amounts(example, "amount") or amounts(example, "working")  # a table of cells has no more than these
        assert wanted, example["id"]
        missing = {name: fen for name, fen in wanted.items() if fen not in expected}
        assert missing == {}, (example["id"], missing)


def test_every_inconsistent_example_is_reported_and_none_is_fitted(published: dict[str, Any]) -> None:
    assert len(published["inconsistent"]) == 24
    found = {o.entry.case.id: o for _, o in every_outcome() if o.status == INCONSISTENT}
    assert sorted(found) == sorted(example["id"] for example in published["inconsistent"])
    for outcome in found.values():
        told = outcome.entry.case.inconsistent
        assert told is not None
        assert told["published"]
        assert told["why"]
