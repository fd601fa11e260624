"""The order of claims when days and times are written in other ways, are missing or are nonsense."""

from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.engines.lake.small import claim, person, table
from tongchou.engines.lake.order import Homes, _sorted, order_claims, order_of_claims


def ordered(claims: pa.Table, basis: str = "discharge", people: tuple[str, ...] = ("P1", "P2")) -> list[str]:
    """The ids of claims in order."""
    homes = Homes({"persons": table("persons", [person(name) for name in people]), "claims": claims})
    return [claims["claim_id"][int(place)].as_py() for place in order_claims(claims, homes, basis)]


def with_column(claims: pa.Table, name: str, column: Any) -> pa.Table:
    return claims.set_column(claims.column_names.index(name), name, column)


DAYS = (date(2024, 3, 1), date(2023, 12, 31), date(2024, 2, 29))
THREE = table("claims", [claim(f"C{n}", "P1", admitted_on=day) for n, day in enumerate(DAYS)])


@pytest.mark.parametrize(
    "column",
    [
        pa.array(DAYS, pa.date64()),
        pa.array([datetime(day.year, day.month, day.day) for day in DAYS], pa.timestamp("ns")),  # noqa: DTZ001 (a local day)
        pa.array([day.isoformat() for day in DAYS]),
        pa.array([day.isoformat() for day in DAYS], pa.large_string()),
    ],
)
def test_days_in_other_types(column: pa.Array) -> None:
    assert ordered(THREE) == ordered(with_column(THREE, "admitted_on", column)) == ["C1", "C2", "C0"]


@pytest.mark.parametrize(
    "column", [pa.array([3, 1, 2]), pa.array(["2024-02-30", "soon", None]), pa.array([True] * 3), pa.nulls(3)]
)
def test_days_that_cannot_be_read_leave_the_order_to_the_ids(column: pa.Array) -> None:
    backwards = with_column(THREE, "claim_id", pa.array(["C9", "C8", "C7"]))
    assert ordered(with_column(backwards, "admitted_on", column)) == ["C7", "C8", "C9"]


def test_days_that_no_year_has_go_first() -> None:
    days = pa.array([10, -2_000_000_000, 2_000_000_000, 11], pa.int32()).cast(pa.date32())
    claims = with_column(table("claims", [claim(f"C{n}", "P1") for n in range(4)]), "admitted_on", days)
    assert ordered(claims) == ["C1", "C2", "C0", "C3"]


TIMES = (datetime(2024, 1, 1, 8, 0, 1), datetime(2024, 1, 1, 8), datetime(2024, 1, 1, 8, 0, 0, 5))  # noqa: DTZ001 (local times)
TIMED = table("claims", [claim(f"C{n}", "P1", settled_at=at) for n, at in enumerate(TIMES)])


@pytest.mark.parametrize(
    "column",
    [
        pa.array(TIMES, pa.timestamp("ns")),
        pa.array([at.isoformat(" ") for at in TIMES]),
        pa.array([at.isoformat() for at in TIMES], pa.string()),
    ],
)
def test_times_in_other_types(column: pa.Array) -> None:
    assert ordered(TIMED) == ordered(with_column(TIMED, "settled_at", column)) == ["C1", "C2", "C0"]


def test_times_with_a_zone_are_none() -> None:
    zoned = pa.array(TIMES, pa.timestamp("us", "UTC"))
    assert ordered(with_column(TIMED, "settled_at", zoned)) == ["C0", "C1", "C2"]


def test_a_claim_without_time_is_settled_as_its_day_begins() -> None:
    rows = [
        claim("C1", "P1", 2, settled_at=datetime(2024, 1, 2, 0, 0, 1)),  # noqa: DTZ001 (a local time)
        claim("C2", "P1", 1, discharged_on=date(2024, 1, 2)),
        claim("C3", "P1", 3, settled_at=datetime(2024, 1, 1, 9)),  # noqa: DTZ001 (a local time)
    ]
    claims = table("claims", rows)
    assert ordered(claims, "discharge") == ["C2", "C1", "C3"]
    assert ordered(claims, "admission") == ["C2", "C1", "C3"]
    assert ordered(claims, "settlement") == ["C3", "C2", "C1"]


def test_claims_of_nobody_go_first_and_of_strangers_in_their_place() -> None:
    people = ["P3", None, "P0", "P1", "", "P2"]
    claims = table("claims", [claim(f"C{n}", name) for n, name in enumerate(people)])
    assert ordered(claims, people=("P1", "P3")) == ["C1", "C4", "C2", "C3", "C5", "C0"]


def test_a_household_stands_where_its_smallest_member_would() -> None:
    persons = table("persons", [person("P9", "H1"), person("P5"), person("P1", "H2")])
    households = table(
        "households", [{"household_id": "H2", "person_id": "P9"}, {"household_id": "", "person_id": "P5"}]
    )
    claims = table("claims", [claim("C1", "P5", 1), claim("C2", "P9", 3), claim("C3", "P1", 2)])
    homes = Homes({"persons": persons, "households": households, "claims": claims})
    assert order_claims(claims, homes, "discharge").tolist() == [2, 1, 0]


def test_lines_of_no_claim_are_last() -> None:
    lines = table(
        "lines", [{"line_id": f"L{n}", "claim_id": of} for n, of in enumerate(["C?", "C2", None, "C1", "C2"])]
    )
    assert order_of_claims(lines, pa.chunked_array([["C2", None], ["C1", "C2"]])).tolist() == [1, 4, 3, 0, 2]


@pytest.mark.parametrize("scale", [1, 2**40, 2**58])
def test_equal_numbers_stay_as_they_stand(scale: int) -> None:
    numbers = np.random.default_rng(1).integers(0, 20, 300) * scale
    assert _sorted(numbers).tolist() == sorted(range(300), key=lambda place: numbers[place])
