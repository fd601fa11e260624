"""The page of the checks tells every one of them, and no other."""

import re
from pathlib import Path

from tongchou.ground.list_messages import MESSAGES

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "settlement-lists.md"
OF_COMMANDS = {"N353", "N354", "N376", "N377", "N378", "N379", "N380", "N381", "N383", "N384"}
"""What no check of a list says."""


def test_every_check_has_a_row() -> None:
    rows = re.findall(r"^\| (N[\dN, ]+) \|", PAGE.read_text("utf-8"), re.M)
    told = {code for row in rows for code in row.split(", ")}
    assert told & set(MESSAGES) == set(MESSAGES) - OF_COMMANDS
