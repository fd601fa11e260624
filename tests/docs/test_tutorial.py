"""Who follows the tutorial, or a how-to with commands, sees what the page shows."""

from pathlib import Path

import pytest

from tests.docs.console import fits, follow
from tests.docs.pages import blocks, pages

PAGES = [
    page
    for page in pages("tutorial/*.md", "how-to/*.md")
    if any(b.language == "console" and "outside" not in b.marks for b in blocks(page))
]


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_page_can_be_followed(page: Path, tmp_path: Path) -> None:
    said = follow(page, tmp_path)
    assert said
    for one in said:
        assert fits(one.shown, one.printed), f"{page}:{one.block.line}: {one.command}\n{one.printed}"
        assert "Traceback" not in one.printed
