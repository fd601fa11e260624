"""Whom an insurance is for: every group is asked, and what speaks against somebody is told with its article."""

from datetime import date
from pathlib import Path

import pytest

from tests.engines.contributions.small import region
from tongchou.engines.contributions import Standing, eligibility, kept_apart
from tongchou.ground.errors import ProblemError

DAY = date(2024, 3, 1)
SETS = (
    "insurance.nrcms: {title: 新农合}",
    "eligible.在职: {when: status is 在职, apart_from: nrcms}",
    "eligible.市外: {when: place is 市外, joins: nrcms}",
)


def test_where_no_group_is_declared_it_is_for_everybody(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "insurance.nrcms: {title: 新农合}")
    assert eligibility(pack, "resident", DAY, {}, ["nrcms"]) == Standing(True)
    assert kept_apart(pack) == {}


@pytest.mark.parametrize(
    ("status", "place", "held", "found"),
    [
        ("在职", "市内", [], Standing(True, "在职", cite="decree 第十条")),
        ("在职", "市外", [], Standing(True, "在职", cite="decree 第十条")),
        ("在职", "市内", ["nrcms", "x"], Standing(False, held=("nrcms",), cite="decree 第十条")),
        ("退休", "市外", ["nrcms"], Standing(False, joins="nrcms", cite="decree 第十条")),
        ("退休", "市内", [], Standing(False, cite="decree 第十条")),
    ],
)
def test_each_group_has_its_say(tmp_path: Path, status: str, place: str, held: list[str], found: Standing) -> None:
    pack = region(tmp_path / "r", *SETS)
    assert eligibility(pack, "resident", DAY, {"status": status, "place": place}, held) == found
    assert kept_apart(pack) == {("nrcms", "resident"): "decree 第十条"}


def test_a_fact_that_is_asked_for_must_be_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="C003"):
        eligibility(region(tmp_path / "r", *SETS), "resident", DAY, {}, [])


def test_before_it_is_in_force_a_group_says_nothing(tmp_path: Path) -> None:
    assert eligibility(region(tmp_path / "r", *SETS), "resident", date(2019, 12, 31), {}, []).eligible
