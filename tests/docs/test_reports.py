"""The report pages are those of today's regions, and their small runs come out again to the fen."""

import re
from pathlib import Path

import pytest

from tongchou.engines.benefits.compare import load_patch
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir, shipped_reforms
from tools.reports import REFORMS, VILLAGE, Reform, run, standalone, summary_of, village, written_into

EACH = pytest.mark.parametrize("reform", REFORMS, ids=lambda reform: reform.patch)


@EACH
def test_the_page_is_of_the_policies_of_today(reform: Reform) -> None:
    """A change of a region or of its reform makes the page stale: `make reports` writes it anew."""
    base = regions_dir() / reform.region
    hashes = [load_region(base).hash, load_patch(base, shipped_reforms()[reform.patch]).hash]
    assert re.findall(r"`([0-9a-f]{64})`", reform.page.read_text("utf-8")) == hashes


@EACH
def test_the_page_shows_the_commands_that_wrote_it_and_its_pictures(reform: Reform) -> None:
    page = reform.page.read_text("utf-8")
    for words in reform.commands(reform.persons, reform.patch):
        assert f"$ tongchou {' '.join(words)}\n" in page
    shown = re.findall(r"!\[.+\]\((.+)\)", page)
    assert shown == [f"{reform.patch}-{name}.svg" for name in reform.pictures]
    for name in shown:
        picture = (reform.page.parent / name).read_text("utf-8")
        assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert not re.search(r"""(?:href|src)=|url\(|@import""", picture)  # nothing is fetched


@EACH
def test_a_village_comes_out_as_the_page_says(reform: Reform, tmp_path: Path) -> None:
    drawn = village(summary_of(run(reform, VILLAGE, tmp_path)))
    assert drawn in reform.page.read_text("utf-8"), f"the page is stale, `make reports` writes it anew:\n{drawn}"


def test_what_cannot_be_written_is_said() -> None:
    with pytest.raises(ValueError, match="no picture by-age"):
        standalone("<p>nothing drawn</p>", "by-age")
    with pytest.raises(ValueError, match="lacks"):
        written_into("a page without marks", "figures")
