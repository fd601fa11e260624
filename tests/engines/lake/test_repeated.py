"""Numbers that occur more than once."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.lake.repeated import repeated

_PARTS = st.lists(st.lists(st.integers(0, 40), max_size=15), max_size=4)


@pytest.mark.parametrize("at_once", [1, 5, 1000])
@given(_PARTS)
def test_those_that_occur_twice(at_once: int, parts: list[list[int]]) -> None:
    counts = Counter(number << 14 for part in parts for number in part)
    arrays = [np.array(part, dtype=np.uint64) << np.uint64(14) for part in parts]
    with TemporaryDirectory() as folder:
        found = repeated(arrays, sum(counts.values()), Path(folder), at_once)
        assert list(Path(folder).iterdir()) == []
    assert sorted(found.tolist()) == sorted(number for number, count in counts.items() if count > 1)
