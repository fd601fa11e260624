"""What is generated lies near what was aimed at. Tolerances are relative, and allow for 20,000 persons."""

from pathlib import Path

import pytest

from tongchou.engines.synth import Made, Profile

TOLERANCE = {
    **dict.fromkeys(("age_0_14", "age_60_up", "age_65_up"), 0.05),
    "age_15_59": 0.02,
    "male": 0.02,
    "household_size": 0.005,
    "employee_share": 0.05,
    "active_per_retired": 0.10,
    **dict.fromkeys(("stays_employee", "stays_resident"), 0.10),
    **dict.fromkeys(("stay_cost_employee", "stay_cost_resident"), 0.12),  # a heavy tail: few stays decide
    "stay_days": 0.04,
    "visits": 0.05,
    "primary_visits": 0.02,
    **dict.fromkeys(("visit_cost_hospital", "visit_cost_primary"), 0.03),
    **dict.fromkeys(("drug_share_visit", "drug_share_stay"), 0.08),
    **dict.fromkeys(("class_a", "class_b"), 0.05),
    "class_c": 0.20,
    **dict.fromkeys(("lines_per_visit", "lines_per_stay"), 0.04),
    "away": 0.20,
    **dict.fromkeys(("births", "deaths"), 0.30),
    "minimum_living": 0.30,
    "destitute_per_minimum_living": 0.60,
}
REPORTED = {"top_1_percent", "top_5_percent"}


def test_every_figure_is_generated_near_its_target(town: tuple[Path, Made]) -> None:
    rows = {row["figure"]: row for row in town[1].calibration}
    assert set(rows) == set(TOLERANCE) | REPORTED
    far = {
        name: (rows[name]["target"], rows[name]["generated"])
        for name, allowed in TOLERANCE.items()
        if abs(rows[name]["generated"] / rows[name]["target"] - 1) > allowed
    }
    assert far == {}


def test_cost_is_concentrated(town: tuple[Path, Made]) -> None:
    rows = {row["figure"]: row["generated"] for row in town[1].calibration}
    assert 0.1 < rows["top_1_percent"] < rows["top_5_percent"] < 0.75


def test_every_target_has_a_document_or_says_that_it_is_ours(profile: Profile) -> None:
    for figure in profile.figures.values():
        assert figure.source or all(figure.assumed)
        assert bool(figure.published) == bool(figure.source)
        assert figure.origin("zh")
        assert figure.origin("en")


@pytest.mark.parametrize(("name", "expected"), [("lines", 1_000_000), ("claims", 80_000)])
def test_a_town_has_many_rows(town: tuple[Path, Made], name: str, expected: int) -> None:
    assert town[1].rows[name] > expected
