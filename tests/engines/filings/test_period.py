"""Periods, clocks and room: lengths from tables, ends of months, years, calendars, slots."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.filings.small import day, file, region, span
from tongchou.engines.filings import Filing, decide, withdraw
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack


@pytest.mark.parametrize(
    ("runs", "names", "first", "last"),
    [
        ("{}", {}, "2024-03-15", "None"),
        ("{months: 6}", {}, "2024-03-15", "2024-09-14"),
        ("{days: 1}", {}, "2024-03-15", "2024-03-15"),
        ("{through: year end}", {}, "2024-03-15", "2024-12-31"),
        ("{through: 止日}", {"止日": "2024-04-01"}, "2024-03-15", "2024-04-01"),
        ("{through: 止日}", {}, "2024-03-15", "None"),
        ("{from: admitted, months: 1}", {"admitted": "2024-03-31"}, "2024-03-31", "2024-04-29"),
        ("{from: admitted, months: 1}", {}, "2024-03-15", "2024-04-14"),
        ("{from: admitted, backdated: 3}", {"admitted": "2024-03-12"}, "2024-03-12", "None"),
        ("{from: admitted, backdated: 不限}", {"admitted": "2020-03-12"}, "2020-03-12", "None"),
        ("{months: {by disease: {高血压: 24, 其他: 不限}}}", {"disease": "高血压"}, "2024-03-15", "2026-03-14"),
        ("{months: {by disease: {高血压: 24, 其他: 不限}}}", {"disease": "透析"}, "2024-03-15", "None"),
        ("{days: {by disease: {高血压: 24, 其他: 不限}}}", {"disease": "透析"}, "2024-03-15", "None"),
    ],
)
def test_how_long_it_runs(tmp_path: Path, runs: str, names: dict[str, str], first: str, last: str) -> None:
    pack = region(tmp_path / "r", f"甲: {{may_name: [admitted, 止日, disease], decided: at once, runs: {runs}}}")
    assert span(file(pack, "2024-03-15", names=names).filing) == (first, last)


def test_it_may_run_from_the_decision(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {decided: by another, runs: {from: decided, days: 5}}")
    waiting = file(pack, "2024-03-15").filing
    assert span(decide(pack, waiting, approve=True, on=day("2024-03-20")).filing) == ("2024-03-20", "2024-03-24")


@pytest.mark.parametrize(
    ("runs", "names", "code"),
    [
        ("{from: admitted}", {"admitted": "2024-03-14"}, "F008"),
        ("{from: admitted, backdated: 3}", {"admitted": "2024-03-11"}, "F008"),
        ("{through: 止日}", {"止日": "2024-03-14"}, "F009"),
        ("{days: 0}", {}, "F009"),
        ("{months: 1/2}", {}, "F016"),
        ("{months: 99999}", {}, "F016"),
        ("{days: 0 - 次数}", {"次数": "2"}, "F016"),
        ("{months: {by disease: {高血压: 24, 其他: 不限}}}", {}, "C003"),
    ],
)
def test_what_is_no_period(tmp_path: Path, runs: str, names: dict[str, str], code: str) -> None:
    named = "may_name: [admitted, 止日, disease, 次数]"
    pack = region(tmp_path / "r", f"甲: {{{named}, decided: at once, runs: {runs}}}")
    with pytest.raises(ProblemError, match=code):
        file(pack, "2024-03-15", names=names)


CLOCK = "filed_within: {days: %s, of: %s, after: admitted, late: refused}"


@pytest.mark.parametrize(
    ("days", "of", "admitted", "last"),
    [
        ("3", "calendar days", "2024-05-01", "2024-05-04"),
        ("3", "workdays", "2024-04-30", "2024-05-08"),
        ("1", "workdays", "2024-04-27", "2024-04-28"),
        ("0", "workdays", "2024-04-30", "2024-04-30"),
        ("0", "calendar days", "2024-04-30", "2024-04-30"),
        ("5", "workdays", "2024-05-06", "2024-05-11"),
    ],
)
def test_the_last_day_of_a_clock(tmp_path: Path, days: str, of: str, admitted: str, last: str) -> None:
    """BEN-11, BEN-12: the day after the event is the first; a weekend that is worked counts, a holiday does not."""
    pack = region(tmp_path / "r", f"甲: {{names: [admitted], {CLOCK % (days, of)}, decided: at once}}")
    assert not file(pack, last, names={"admitted": admitted}).filing.late
    after = str(day(last) + timedelta(days=1))
    with pytest.raises(ProblemError, match="F007"):
        file(pack, after, names={"admitted": admitted})


def test_a_year_without_holidays_is_not_guessed(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", f"甲: {{names: [admitted], {CLOCK % (3, 'workdays')}, decided: at once}}")
    for admitted, year in (("2024-12-30", 2025), ("2023-05-01", 2023), ("2024-12-31", 2025)):
        with pytest.raises(ProblemError, match=str(year)) as refused:
            file(pack, admitted, names={"admitted": admitted})
        assert refused.value.problems[0].code == "F014"
    assert not file(pack, "2024-12-26", names={"admitted": "2024-12-26"}).filing.late


def test_one_of_each_and_so_many_at_a_time(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {names: [disease], decided: at once, one_of_each: [disease], at_a_time: 2}")
    one = file(pack, "2024-03-01", names={"disease": "高血压"}).filing
    with pytest.raises(ProblemError, match="F011"):
        file(pack, "2024-03-02", "甲", "b", one, names={"disease": "高血压"})
    two = file(pack, "2024-03-02", "甲", "b", one, names={"disease": "糖尿病"}).filing
    assert (one.slot, two.slot, two.key) == (1, 2, "糖尿病")
    with pytest.raises(ProblemError, match="F010"):
        file(pack, "2024-03-03", "甲", "c", one, two, names={"disease": "透析"})
    gone = withdraw(pack, one, on=day("2024-03-05")).filing
    third = file(pack, "2024-03-05", "甲", "c", gone, two, names={"disease": "透析"}).filing
    assert third.slot == 1


def test_one_that_names_the_same_is_replaced(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {names: [disease], decided: at once, one_of_each: [disease], full: replaces}")
    one = file(pack, "2024-03-01", names={"disease": "高血压"}).filing
    other = file(pack, "2024-03-01", "甲", "b", one, names={"disease": "透析"}).filing
    step = file(pack, "2024-04-01", "甲", "c", one, other, names={"disease": "高血压"})
    assert [(gone.id, str(gone.last)) for gone in step.replaced] == [("a", "2024-03-31")]
    assert step.filing.slot is None


def test_with_no_room_at_all_nothing_is_replaced(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {decided: at once, at_a_time: 0, full: replaces}")
    with pytest.raises(ProblemError, match="F010"):
        file(pack, "2024-03-01")


def test_the_oldest_gives_way(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "甲: {decided: at once, at_a_time: 2, full: replaces}")
    held: list[Filing] = []
    for i, on in enumerate(("2024-03-01", "2024-03-02", "2024-03-03")):
        step = file(pack, on, "甲", f"f{i}", *held)
        held = [
            *(one for one in held if one.id not in {gone.id for gone in step.replaced}),
            *step.replaced,
            step.filing,
        ]
    assert sorted((one.id, one.state, one.slot) for one in held) == [
        ("f0", "replaced", 1), ("f1", "approved", 2), ("f2", "approved", 1),
    ]  # fmt: skip


def test_a_backdated_one_takes_the_days_of_what_has_run_out(tmp_path: Path) -> None:
    runs = "runs: {from: admitted, days: 10, backdated: 30}"
    pack = region(tmp_path / "r", f"甲: {{names: [admitted], decided: at once, at_a_time: 1, full: replaces, {runs}}}")
    one = file(pack, "2024-03-01", names={"admitted": "2024-03-01"}).filing
    step = file(pack, "2024-03-20", "甲", "b", one, names={"admitted": "2024-03-05"})
    assert [span(gone) for gone in step.replaced] == [("2024-03-01", "2024-03-04")]
    earlier = file(pack, "2024-03-20", "甲", "c", one, names={"admitted": "2024-02-25"})
    assert [(gone.last < gone.first) for gone in earlier.replaced if gone.last and gone.first] == [True]


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    runs = "runs: {from: admitted, days: 次数, backdated: 不限}"
    return region(
        tmp_path_factory.mktemp("limited") / "r",
        f"甲: {{names: [admitted, 次数, disease], decided: at once, at_a_time: 2, one_of_each: [disease], {runs}}}",
        f"乙: {{names: [admitted, 次数], decided: at once, at_a_time: 2, full: replaces, {runs}}}",
    )


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from("甲乙"),
    st.lists(
        st.tuples(st.integers(1, 28), st.integers(1, 20), st.sampled_from(["高血压", "糖尿病", "透析"])), max_size=8
    ),
)
def test_never_more_than_two_and_never_two_of_a_kind(
    limited: Pack, type_: str, wanted: list[tuple[int, int, str]]
) -> None:
    held: dict[str, Filing] = {}
    refused: set[str] = set()
    for i, (first, days, disease) in enumerate(wanted):
        names = {"admitted": f"2024-03-{first:02d}", "次数": str(days)}
        names |= {"disease": disease} if type_ == "甲" else {}
        try:
            step = file(limited, "2024-06-01", type_, f"f{i:02d}", *held.values(), names=names)
        except ProblemError as error:
            refused |= {problem.code for problem in error.problems}
            continue
        held |= {one.id: one for one in (*step.replaced, step.filing)}
    assert refused <= ({"F010", "F011"} if type_ == "甲" else set())
    for number in range(1, 29):
        running = [one for one in held.values() if one.holds(day(f"2024-03-{number:02d}"))]
        assert len(running) <= 2
        assert len({one.slot for one in running}) == len(running)
        assert len({one.key for one in running if one.key}) == len([one for one in running if one.key])
