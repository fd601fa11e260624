"""Bands have no gap and no overlap; the income index is found or asked for."""

from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from tests.engines.benefits.small import pack
from tongchou.engines.benefits.bulk.columns import days
from tongchou.engines.benefits.compare import income_index
from tongchou.engines.benefits.compare.bands import age_bands, age_names, change_bands, change_edges


@pytest.mark.parametrize(
    "change", [-3_000_001, -3_000_000, -10_000, -9_999, -1, 0, 1, 10_000, 10_001, 3_000_000, 10**9]
)
def test_a_change_lies_in_its_band(change):
    low, high = change_edges()[int(change_bands(np.array([change]))[0])]
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
    bands = [band for band in change_edges() if band != (0, 0)]
    assert (bands[0][0], bands[-1][1]) == (None, None)
    assert all(a[1] == b[0] for a, b in pairwise(bands))


def test_age_bands():
    assert age_names() == ["0-17", "18-44", "45-59", "60-69", "70-79", "80+"]
    born = ["2024-06-01", "2007-06-01", "2006-06-01", "1980-06-01", "1979-06-01", "1944-06-01", "1900-06-01"]
    assert bands_on("2024-06-01", *born) == ["0-17", "0-17", "18-44", "18-44", "45-59", "80+", "80+"]
    assert bands_on("2024-06-01", "2006-06-02", "2024-06-02", None) == ["0-17", None, None]
    assert bands_on("2022-02-28", "2004-02-29") == ["0-17"]
    assert bands_on("2022-03-01", "2004-02-29") == ["18-44"]


def bands_on(day, *born):
    column = pa.chunked_array([[date.fromisoformat(one) if one else None for one in (day, *born)]], pa.date32())
    numbers = days(column)
    return age_bands(numbers[1:], np.repeat(numbers[0], len(born))).to_pylist()


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
