"""The page of the interface tells what its description tells."""

import re
from pathlib import Path

import pytest

from tests.faces.api.needs import NEEDS
from tongchou.faces.api.page import page

pytestmark = pytest.mark.usefixtures("record")
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "http.md"


def test_the_page_is_current_and_has_every_operation() -> None:
    text = PAGE.read_text("utf-8")
    assert text == page(), "write it anew: see its first comment"
    assert {line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")} == set(NEEDS)


def test_no_two_forms_share_a_name() -> None:
    """The description knows forms by their names: of two the one would be told for the other."""
    files = (Path(__file__).parents[3] / "src" / "tongchou" / "faces" / "api").glob("*.py")
    names = [name for file in files for name in re.findall(r"^class (\w+)\(", file.read_text("utf-8"), re.M)]
    assert sorted(names) == sorted(set(names))
