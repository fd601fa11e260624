"""The pages on JSON output and semantics say what the commands print."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.docs.console import MAIN, follow
from tests.docs.pages import DOCS, plain, tables
from tongchou.engines.benefits import SEMANTICS

ALWAYS = {"ok", "exit_code"}


def run(folder: Path, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *words, "--json"],
        cwd=folder,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def keys(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def test_every_command_prints_the_keys_of_the_page(tmp_path: Path) -> None:
    follow(DOCS / "tutorial" / "ten-minutes.md", tmp_path, running=False)
    commands = {
        "lint": ("lint", "canghe", "--read-back"),
        "check": ("check", "canghe"),
        "settle": ("settle", "canghe", "--data", "data", "--out", "again"),
        "explain": ("explain", "canghe", "--case", "例一"),
        "compare": ("compare", "canghe", "canghe", "--data", "data", "--out", "report"),
        "synth": ("synth", "ninghe", "--persons", "5", "--year", "2025", "--out", "city"),
        "lake": ("lake", "ninghe", "--data", "city", "--out", "lake"),
        "region hash": ("region", "hash", "canghe"),
        "region state": ("region", "state", "canghe"),
    }
    page = tables(DOCS / "reference" / "json.md")
    documented = {plain(row[0]): keys(row[1]) for row in page["json"]}
    answers = {name: run(tmp_path, *words) for name, words in commands.items()}
    assert {name: set(answer) - ALWAYS for name, answer in answers.items()} == documented
    assert all(answer["ok"] and answer["exit_code"] == 0 for answer in answers.values())
    assert {plain(row[0]) for row in page["explanation"]} == set(answers["explain"]["explanation"])


def test_the_semantics_page_lists_this_version() -> None:
    text = (DOCS / "reference" / "semantics.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE)[-1] == str(SEMANTICS)
