"""The gate must be able to close: each kind of gap is shown to it once."""

import json
from pathlib import Path

import pytest

from tools.check_coverage import gate

REACHED = {"missing_lines": [], "missing_branches": []}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "src/p").mkdir(parents=True)
    (tmp_path / "build/coverage").mkdir(parents=True)
    (tmp_path / "src/p/a.py").write_text("", "utf-8")
    return tmp_path


def gaps(tree: Path, measured: dict, rules: str = 'complete = ["p"]') -> list[str]:
    (tree / "pyproject.toml").write_text(f"[tool.tongchou.coverage]\n{rules}\n", "utf-8")
    (tree / "build/coverage/coverage.json").write_text(json.dumps({"files": measured}), "utf-8")
    return gate(tree)


def test_it_opens_when_all_is_reached(tree: Path) -> None:
    assert gaps(tree, {"src/p/a.py": REACHED}) == []


def test_a_missed_line_is_named_once_without_its_branches(tree: Path) -> None:
    missed = {"missing_lines": [3], "missing_branches": [[3, 4], [7, -1]]}
    assert gaps(tree, {"src/p/a.py": missed}) == [
        "src/p/a.py:3: never reached",
        "src/p/a.py:7: never goes on to the end",
    ]


def test_a_file_nobody_imports_is_a_gap(tree: Path) -> None:
    assert gaps(tree, {}) == ["src/p/a.py: never imported by a test"]


def test_a_package_that_is_not_there_is_a_gap(tree: Path) -> None:
    assert gaps(tree, {}, 'complete = ["q"]') == ["q: must be covered, but there is no such package"]


def test_an_exemption_needs_a_file_and_a_reason(tree: Path) -> None:
    exempt = 'complete = ["p"]\nexempt = [{file = "src/p/a.py", reason = " "}, {file = "gone.py", reason = "old"}]'
    assert gaps(tree, {}, exempt) == [
        "gone.py: exempt from coverage, but not there",
        "src/p/a.py: exempt from coverage without a reason",
    ]
