"""The page in the documentation is the one the definitions give."""

from pathlib import Path

from tongchou.ground.tables import TABLES, page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "tables.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_column_is_on_the_page() -> None:
    text = page()
    for table in TABLES.values():
        assert f"\n## {table.name}\n" in text
        assert all(f"| `{name}`" in text for name in table.names)
