"""The ways of drawing, and the columns they become."""

from datetime import date

import numpy as np

from tongchou.engines.synth import columns
from tongchou.engines.synth.draw import Calendar, day_number, pick, share_out, steps, stream


def test_streams_are_told_by_seed_purpose_and_chunk() -> None:
    drawn = {stream(*key).integers(2**60) for key in [(1, 0, 0), (2, 0, 0), (1, 1, 0), (1, 0, 1), (1, 0, 0)]}
    assert len(drawn) == 4


def test_shares_stop_at_one_and_still_reach_the_sum() -> None:
    found = share_out(np.array([1.0, 1.0, 8.0, 0.0]), 2.0)
    assert found.tolist() == [0.5, 0.5, 1.0, 0.0]
    assert share_out(np.zeros(3), 1.0).sum() == 0
    assert share_out(np.ones(2), 5.0).tolist() == [1.0, 1.0]


def test_steps_and_picks() -> None:
    assert steps([[0, 1.5], [10, 2]], np.array([0, 9, 10, 90])).tolist() == [1.5, 1.5, 2.0, 2.0]
    assert set(pick(stream(1, 0, 0), [0, 1, 0], 50).tolist()) == {1}


def test_days_are_of_the_year_and_fewer_on_weekends() -> None:
    calendar = Calendar(2025, [1.0] * 12, 0.5)
    days = calendar.days(stream(1, 0, 0), 20_000)
    dates = [date.fromordinal(day + date(1970, 1, 1).toordinal()) for day in days.tolist()]
    assert {day.year for day in dates} == {2025}
    weekend = sum(day.weekday() >= 5 for day in dates) / len(dates)
    assert abs(weekend - 1 / 6) < 0.01
    assert day_number(date(1970, 1, 2)) == 1


def test_columns() -> None:
    assert columns.ids("AB", 7, np.array([12, 1_234_567])).to_pylist() == ["AB0000012", "AB1234567"]
    missing = np.array([True, False])
    assert columns.ids("A", 4, np.array([1, 2]), missing).to_pylist() == [None, "A0002"]
    assert columns.words(["a", "b"], np.array([1, -1, 0])).to_pylist() == ["b", None, "a"]
    assert [str(v) for v in columns.decimals(np.array([12_500]), 18, 4).to_pylist()] == ["1.2500"]
    assert columns.decimals(np.array([0, 5]), 9, 6, missing).is_null().to_pylist() == [True, False]
    facts = [("甲", columns.words(["x"], np.zeros(2, dtype=np.int64)), missing)]
    assert columns.maps(facts, 2).to_pylist() == [[("甲", "x")], []]
    assert columns.lists(["p", "q"], np.array([[True, True], [False, False]])).to_pylist() == [["p", "q"], []]
