"""How far the claims of several runs reach together."""

from datetime import date, datetime

from tongchou.engines.benefits.carried import Seen, furthest


def test_the_latest_turn_the_first_day_and_the_last() -> None:
    early = Seen((date(2025, 3, 1), datetime.fromisoformat("2025-03-01"), "C9"), date(2025, 1, 1), date(2025, 6, 30))
    late = Seen((date(2025, 5, 1), datetime.fromisoformat("2025-05-01"), "C1"), date(2025, 2, 1), date(2025, 5, 1))
    assert furthest([None, late, early]) == Seen(late.last, early.since, early.until)
    assert furthest([None]) is None
    assert furthest([]) is None
