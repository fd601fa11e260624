"""Small bad regions, one for each way to go wrong; what is said about each stands beside it, word for word.

A file `bad/CODE-what.region` holds the files that differ from `good/`, each under a line `--- path`. The findings are
in `CODE-what.expected`; TONGCHOU_PIN=1 writes them anew for review.
"""

import os
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from tongchou.ground.catalogue import CATALOGUE
from tongchou.ground.errors import Problem
from tongchou.ground.grouping_messages import MESSAGES as GROUPING
from tongchou.ground.lint import lint, space
from tongchou.ground.region.load import read_region

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.region"))
TODAY = date(2026, 7, 1)


def build(bundle: Path, folder: Path) -> None:
    """The good region with the files of the bundle over it."""
    shutil.copytree(HERE / "good", folder)
    for part in re.split(r"^--- (?=\S+$)", bundle.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        name, _, content = part.partition("\n")
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")


def findings(folder: Path) -> list[Problem]:
    pack, problems = read_region(folder)
    return problems if problems or pack is None else lint(pack, today=TODAY)


@pytest.mark.parametrize("bundle", BAD, ids=lambda path: path.stem)
def test_a_bad_region_is_told_what_is_wrong(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(space, "LIMIT", 500)
    build(bundle, tmp_path / "REGION")
    found = findings(Path("REGION"))
    said = "".join(f"{p.text('zh')}\n{p.text('en')}\n" for p in found)
    expected = bundle.with_suffix(".expected")
    if os.environ.get("TONGCHOU_PIN"):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")
    code = bundle.stem.partition("-")[0]
    harmless = bundle.stem.endswith(("-is-none", "-is-inside", "-never-meet"))
    assert (code in {p.code for p in found}) != harmless
    for problem in found:
        assert problem.place.file is not None
        assert problem.place.line is not None


def test_the_good_region_is_good() -> None:
    assert findings(HERE / "good") == []


ELSEWHERE = {
    "R001": "test_text: a file that cannot be read",
    "R002": "test_text: a file that is not UTF-8",
    "R009": "test_text: a file that is too large",
    "L261": "lint/test_sources: needs a decree",
    "L262": "lint/test_sources: needs a decree",
    "L263": "lint/test_sources: needs a decree",
    "L264": "lint/test_sources: needs a decree",
    "L265": "lint/test_sources: needs a decree",
    "W310": "lint/test_cells: needs what the cases reached",
    "W311": "lint/test_cells: needs what the cases reached",
    **{code: "engines/grouping/test_lint: of schemes, not regions" for code in GROUPING if code[0] == "W"},
}
"""Codes that no folder alone can raise, and the test that does."""


def test_every_code_of_region_and_lint_is_pinned() -> None:
    said = "".join(file.with_suffix(".expected").read_text("utf-8") for file in BAD)
    pinned = set(re.findall(r": ([RLW]\d+) ", said))
    ours = {code for code in CATALOGUE if code[0] in "RLW"}
    assert ours - pinned == set(ELSEWHERE)
