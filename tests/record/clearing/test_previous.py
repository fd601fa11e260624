"""A stay soon after one of the year before, at the same institution with the same disease, is known as one."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.record.clearing.stage import Town, began, catalogue
from tongchou.record.clearing import queries
from tongchou.record.clearing.listed import for_dip
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.clearing.opening import open_year
from tongchou.record.clearing.previous import SINCE, stays_before, with_since_previous
from tongchou.record.clearing.schemes import catalogue_of, keep_scheme
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.reversing import reverse

SOON = """
auxiliary:
  conduct:
    title: 违规行为
    about: conduct
    per: all
    cases: 1
    classes: {readmission: {since_previous: {at_most: 10}, factor: 50%}}
"""
LEFT = date(2025, 5, 15)
"""When all stays of the town ended."""


@pytest.fixture
def after(place: Town) -> ClearingYear:
    """The year after the one in which the town was treated."""
    year = open_year(agency=place.where.pk, scheme="employee", year=2025, reason="年终清算")
    year.year = 2026
    return year


def back(event: Event, days: int, **more: Any) -> dict[str, Any]:
    """The person of a stay, back at the institution so many days after it ended."""
    came = LEFT + timedelta(days=days)
    return {
        "discharge_id": f"back {event.pk} {days}",
        "person_id": str(event.person_id),
        "provider_id": event.institution.code,
        "admitted_on": came,
        "discharged_on": came + timedelta(days=3),
        "principal_diagnosis": "K80.101",
        "total_fee": 1_000_000,
        **more,
    }


def since(year: ClearingYear, files: dict[str, str], *rows: dict[str, Any]) -> list[int | None]:
    kept = keep_scheme(kind="dip", files=files, reason="目录")
    table = for_dip([]).schema.empty_table().from_pylist(list(rows), for_dip([]).schema)
    found = with_since_previous(year, catalogue_of(kept.hash), table)
    return found[SINCE].to_pylist() if SINCE in found.column_names else []


def test_days_since_a_stay_of_the_year_before(place: Town, after: ClearingYear, tmp_path: Path) -> None:
    files = catalogue(tmp_path, said=SOON)
    first, second = place.stays[0][0], place.stays[0][1]
    rows = [
        back(first, 7),
        back(second, 400, principal_diagnosis="K80.100"),
        back(place.stays[0][2], 3, principal_diagnosis="J18.900"),
        back(first, 20, provider_id="elsewhere"),
        back(place.stays[1][1], 5),
        back(first, 12),
    ]
    # Another disease, another institution, and a stay without a list are none; a later stay looks at the one between.
    assert since(after, files, *rows) == [7, 400, None, None, None, 2]
    assert since(after, files) == []


def test_what_was_reversed_is_no_stay(place: Town, after: ClearingYear) -> None:
    people = {event.person_id for event in place.stays[0]}
    assert {row["person_id"] for row in stays_before(after, people)} == {str(one) for one in people}
    gone = place.stays[0][2]
    reverse(event_id=gone.pk, reason="退费")
    people -= {gone.person_id}
    everybody = people | {gone.person_id}
    assert {row["person_id"] for row in stays_before(after, everybody)} == {str(one) for one in people}
    after.year = 2025
    assert list(stays_before(after, people)) == []


def test_without_a_rule_that_asks_nothing_is_looked_up(place: Town, after: ClearingYear, tmp_path: Path) -> None:
    assert since(after, catalogue(tmp_path), back(place.stays[0][0], 7)) == []


def test_a_year_is_grouped_with_it(place: Town, tmp_path: Path) -> None:
    year = began(place, catalogue(tmp_path, said=SOON))
    rows = queries.cases(year_id=year.pk, institution_id=place.hospitals[0].pk)
    assert [json.loads(row["evidence"]).get("conduct_of", "") for row in rows] == ["", "", ""]
