"""The documentation page of the commands is the one the commands write."""

from pathlib import Path

from tongchou.faces.cli.page import page

ROOT = Path(__file__).parents[3]


def test_the_page_is_what_the_commands_say() -> None:
    assert (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8") == page(), "write it anew from page()"


def test_every_option_is_explained_in_both_languages() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `--")]
    assert len(rows) > 20
    assert [row for row in rows if [cell for cell in row.split(" | ") if not cell.strip(" |")]] == []
