"""The page of stored traces names every column, in their order."""

import re
from pathlib import Path

from tongchou.engines.benefits.traces import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "traces.md"


def test_every_column_is_explained() -> None:
    table = PAGE.read_text("utf-8").split("<!-- table: traces -->")[1].split("##")[0]
    cells = [row.split("|")[1] for row in table.strip().splitlines()[2:]]
    assert tuple(name for cell in cells for name in re.findall("`(.+?)`", cell)) == NAMES
