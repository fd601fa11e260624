"""Bands have no gap and no overlap; the income index is found or asked for."""

from itertools import pairwise

import pytest

from tests.engines.benefits.small import pack
from tongchou.engines.benefits.compare import income_index
from tongchou.engines.benefits.compare.bands import age_band, age_bands, change_band, change_bands


@pytest.mark.parametrize(
    "change", [-3_000_001, -3_000_000, -10_000, -9_999, -1, 0, 1, 10_000, 10_001, 3_000_000, 10**9]
)
def test_a_change_lies_in_its_band(change):
    low, high = change_bands()[change_band(change)]
    if change == 0:
        assert (low, high) == (0, 0)
    elif change < 0:
        assert low is None or low <= change
        assert high is not None
        assert change < high
    else:
        assert low is not None
        assert low < change
        assert high is None or change <= high


def test_bands_follow_one_another():
    bands = [band for band in change_bands() if band != (0, 0)]
    assert (bands[0][0], bands[-1][1]) == (None, None)
    assert all(a[1] == b[0] for a, b in pairwise(bands))


def test_age_bands():
    from datetime import date

    assert age_bands() == ["0-17", "18-44", "45-59", "60-69", "70-79", "80+"]
    day = date(2024, 6, 1)
    found = [age_band(date(year, 6, 1), day) for year in (2024, 2007, 2006, 1980, 1979, 1944, 1900)]
    assert found == ["0-17", "0-17", "18-44", "18-44", "45-59", "80+", "80+"]
    assert age_band(None, day) == ""


def test_the_income_index():
    def region(*names):
        listed = ", ".join(f"{name}: {{values: {{'2024': {{value: 1}}}}}}" for name in names)
        return pack("pool.takes: in_scope", vocabulary=f"{{indices: {{{listed}}}}}")

    assert income_index(region("平均工资")) is None
    one = income_index(region("平均工资", "居民人均可支配收入"))
    assert one is not None
    assert one.name == "居民人均可支配收入"
    two = region("城镇可支配收入", "农村可支配收入")
    assert income_index(two) is None
    chosen = income_index(two, "农村可支配收入")
    assert chosen is not None
    assert chosen.name == "农村可支配收入"
    with pytest.raises(KeyError):
        income_index(two, "收入")
