"""Households are put together from persons already drawn; nobody is left out."""

import numpy as np
import pytest

from tongchou.engines.synth.households import LARGEST, households


@pytest.mark.parametrize("ages", [[30], [5, 6, 7], [40] * 13, [3] * 20, [80, 79, 2, 30, 31, 5]])
def test_everybody_has_a_household_with_room(ages: list[int]) -> None:
    age = np.array(ages)
    female = np.arange(len(ages)) % 2 == 0
    home, homes = households(np.random.default_rng(1), age, female, 2.62)
    counts = np.bincount(home, minlength=homes)
    assert len(counts) == homes
    assert 1 <= counts.min() <= counts.max() <= LARGEST
