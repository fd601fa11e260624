"""Arrow in a process that was told to do without pandas."""

import subprocess
import sys

import pytest

_ASKED = """
import sys
from decimal import Decimal
from tongchou.faces.cli.lean import without_pandas
without_pandas()
import numpy as np
import pyarrow as pa
pa.table({"a": [1, None], "b": np.arange(2), "c": [Decimal(1), Decimal(2)]}).to_pylist()
assert "pandas" not in sys.modules
assert [type(one).__name__ for one in sys.meta_path if type(one).__module__ == "tongchou.faces.cli.lean"] == []
"""
_FRAME = """
assert pa.table({"a": [1, 2]}).to_pandas()["a"].sum() == 3
import pandas
assert pa.array(pandas.Series([1, 2])).to_pylist() == [1, 2]
without_pandas()
assert pa.array(pandas.Series([1, 2])).to_pylist() == [1, 2]
"""


def test_arrays_are_made_without_pandas() -> None:
    subprocess.run([sys.executable, "-c", _ASKED], check=True)


def test_a_frame_that_is_asked_for_is_there() -> None:
    pytest.importorskip("pandas")
    subprocess.run([sys.executable, "-c", _ASKED + _FRAME], check=True)
