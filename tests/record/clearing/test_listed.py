"""What grouping reads of a list: the age of an infant in days."""

from datetime import date

import pytest

from tongchou.record.clearing.listed import age_days

BORN = date(2025, 5, 1)


@pytest.mark.parametrize(
    ("said", "admitted", "days"),
    [
        (3, date(2025, 5, 11), 3),  # the list knows better
        (None, date(2025, 5, 1), 0),
        (None, date(2025, 5, 11), 10),
        (None, date(2026, 4, 30), 364),
        (None, date(2026, 5, 1), None),
    ],
)
def test_an_infant_whose_list_says_no_age_in_days(said: int | None, admitted: date, days: int | None) -> None:
    assert age_days(said, BORN, admitted) == days
