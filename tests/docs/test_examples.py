"""Every example of the handbook and of the algorithm pages loads, and its cases come out to the fen."""

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PRACTICE, blocks, folders, pages, practice, write_folder
from tongchou.faces.cli.check import run_all_cases
from tongchou.ground.lint import lint
from tongchou.ground.region.load import load_region, read_region

WITH_EXAMPLES = pages("handbook/*.md", "algorithms/*.md", "how-to/*.md", "explanation/*.md")


def named(mark: str) -> list[tuple[Path, str]]:
    return [(page, name) for page in WITH_EXAMPLES for name in folders(page, mark) if name != PRACTICE]


def shown(values: list[tuple[Path, str]]) -> list[str]:
    return [f"{page.stem}:{name}" for page, name in values]


EXAMPLES, WRONG = named("example"), named("wrong")


def test_no_two_examples_share_a_name() -> None:
    names = [name for _, name in EXAMPLES + WRONG]
    assert sorted({n for n in names if names.count(n) > 1}) == []


@pytest.mark.parametrize(("page", "name"), EXAMPLES, ids=shown(EXAMPLES))
def test_an_example_loads_and_its_cases_hold(page: Path, name: str, tmp_path: Path) -> None:
    write_folder(tmp_path, PRACTICE, practice())
    pack = load_region(write_folder(tmp_path, name, folders(page)[name]))
    outcomes = run_all_cases(pack)
    failed = [
        (o.entry.case.id, [(m.key, m.expected, m.got) for m in o.mismatches], [p.text("en") for p in o.problems])
        for o in outcomes
        if o.status == "failed"
    ]
    assert failed == []
    assert outcomes or not any(path.startswith("cases/") for path in folders(page)[name])


@pytest.mark.parametrize(("page", "name"), WRONG, ids=shown(WRONG))
def test_a_wrong_example_is_refused_as_the_page_says(page: Path, name: str, tmp_path: Path) -> None:
    write_folder(tmp_path, PRACTICE, practice())
    (code,) = {b.marks["code"] for b in blocks(page) if b.marks.get("wrong") == name}
    _, problems = read_region(write_folder(tmp_path, name, folders(page, "wrong")[name]))
    assert code in {problem.code for problem in problems}


CHINESE = pages("handbook/zh/*.md")


@pytest.mark.parametrize("page", CHINESE, ids=[p.stem for p in CHINESE])
def test_both_languages_show_the_same_examples(page: Path) -> None:
    english = DOCS / "handbook" / page.name
    for mark in ("example", "wrong", "lint"):
        assert folders(page, mark) == folders(english, mark)


LINTED = named("lint")


@pytest.mark.parametrize(("page", "name"), LINTED, ids=shown(LINTED))
def test_lint_finds_what_the_page_says(page: Path, name: str, tmp_path: Path) -> None:
    write_folder(tmp_path, PRACTICE, practice())
    pack = load_region(write_folder(tmp_path, name, folders(page, "lint")[name]))
    codes = {b.marks["code"] for b in blocks(page) if b.marks.get("lint") == name and "code" in b.marks}
    found = {problem.code for problem in lint(pack)}
    assert codes <= found
    if not codes:
        assert not found & {"W302", "W303", "W304"}


@pytest.mark.parametrize(("page", "name"), EXAMPLES, ids=shown(EXAMPLES))
def test_an_example_has_no_lint_errors(page: Path, name: str, tmp_path: Path) -> None:
    write_folder(tmp_path, PRACTICE, practice())
    pack = load_region(write_folder(tmp_path, name, folders(page)[name]))
    # The practice region declares layers and visits for all examples; one example uses some of them.
    unused = {"L250", "L252", "L253"}
    errors = [p.text("en") for p in lint(pack) if p.severity == "error" and p.code not in unused]
    assert errors == []
