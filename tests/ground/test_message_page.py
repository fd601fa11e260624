"""The page in the documentation is the one the catalogue gives."""

from pathlib import Path

import pytest

from tongchou.ground import message_page
from tongchou.ground.catalogue import CATALOGUE
from tongchou.ground.entry import Entry
from tongchou.ground.message_page import page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "messages.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_every_code_is_on_the_page() -> None:
    text = page()
    assert all(f"\n| {code} | " in text for code in CATALOGUE)


def test_a_new_room_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_page, "CATALOGUE", {"Z001": Entry("甲|乙", "a*", "{{丙}}", "[d]")})
    assert "## Z: Z messages" in page()
    assert "| Z001 | 甲\\|乙 | a\\* | {丙} | \\[d] |" in page()
