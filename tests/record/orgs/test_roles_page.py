"""The page of roles tells what the roles are."""

from pathlib import Path

from tongchou.record.orgs.roles_page import page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "roles.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: see its first comment"
