"""Scores of reviewed records: which case a factor is told by them, and what is no score."""

import json
from pathlib import Path

import pytest
from django.db.models import Sum

from tests.record.clearing.stage import LATER, Town, began, catalogue, cleared, told
from tongchou.ground.errors import ProblemError
from tongchou.ground.money import round_ratio
from tongchou.record.base import clock
from tongchou.record.clearing import queries
from tongchou.record.clearing.giving import give
from tongchou.record.clearing.models import ClearedLine, ClearingYear
from tongchou.record.clearing.opening import open_year

POOR = """
auxiliary:
  conduct:
    title: 违规行为
    about: conduct
    per: all
    cases: 1
    classes: {poor-record: {record_score: {under: 60}, factor: 90%}}
"""


@pytest.fixture
def scored(place: Town, tmp_path: Path) -> ClearingYear:
    """A year grouped by a catalogue in which a poor record costs a tenth."""
    return began(place, catalogue(tmp_path, said=POOR))


def conduct(made: Town, year: ClearingYear) -> list[str]:
    """What the first hospital's stays are told to be, in order."""
    rows = sorted(queries.cases(year_id=year.pk, institution_id=made.hospitals[0].pk), key=_number)
    return [json.loads(row["evidence"]).get("conduct_of", "") for row in rows]


def _number(row: dict[str, str]) -> int:
    return int(row["settlement_id"])


def test_a_poor_record_has_its_factor(place: Town, scored: ClearingYear) -> None:
    assert conduct(place, scored) == ["", "", ""]
    rows = [
        {"settlement_id": event.pk, "record_score": score}
        for event, score in zip(place.stays[0], (60, 59, 0), strict=True)
    ]
    give(year_id=scored.pk, name="scores", rows=rows, reason="病案质控")
    told(scored)
    with clock.at(LATER):
        made = cleared(scored)
    assert conduct(place, scored) == ["", "conduct:poor-record", "conduct:poor-record"]
    points = ClearedLine.objects.filter(cleared=made).values_list("institution").annotate(Sum("points"))
    first, second = (dict(points)[at.pk] for at in place.hospitals)
    # The other hospital has one, of the same group.
    assert first == second + 2 * round_ratio(9 * second, 10, mode="half_up")
    with pytest.raises(ProblemError, match="M503"):  # it would reach no case any more
        give(year_id=scored.pk, name="scores", rows=[], reason="太晚")


@pytest.mark.parametrize(
    ("number", "more"),
    [
        (-1, {}),
        (0, {"record_score": None}),
        (0, {"record_score": "59.5"}),
        (0, {"record_score": -1}),
        (0, {"record_score": 1001}),
        (0, {"record_score": "٥٩"}),
        (0, {"points": 3}),
        (10**30, {}),
    ],
)
def test_what_is_no_score(place: Town, scored: ClearingYear, number: int, more: dict[str, object]) -> None:
    row = {"settlement_id": number or place.stays[0][0].pk, "record_score": 59, **more}
    with pytest.raises(ProblemError, match="M504"):
        give(year_id=scored.pk, name="scores", rows=[row], reason="x")
    assert not queries.steps(year_id=scored.pk)[2:]


def test_of_each_settlement_of_the_year_once(place: Town, scored: ClearingYear) -> None:
    row = {"settlement_id": place.stays[0][0].pk, "record_score": 59}
    for rows in ([row, row], [row, {**row, "settlement_id": 10**9}], [{"settlement_id": row["settlement_id"]}]):
        with pytest.raises(ProblemError, match="M504"):
            give(year_id=scored.pk, name="scores", rows=rows, reason="x")
    with clock.at(LATER):
        later = open_year(agency=place.where.pk, scheme="resident", year=2025, reason="另一险种")
        with pytest.raises(ProblemError, match="M504"):
            give(year_id=later.pk, name="scores", rows=[row], reason="x")
