"""The pages on JSON output and semantics say what the commands print."""

import re
from pathlib import Path

import pytest

from tests.docs.console import follow
from tests.docs.pages import DOCS, plain, tables
from tests.faces.cli.desk import Desk
from tongchou.engines.benefits import SEMANTICS

ALWAYS = {"ok", "exit_code"}
BUDGET = """basic:
  figures:
    年度基金预算: 50亿
    一次性预缴保费: 1亿
    统筹区域外就医支出: 4亿
    离休人员就医支出: 3000万
    定点零售药店支出: 2.2亿
    支出风险预留: 5000万
    物价和医疗消费水平调整: 1.2亿
"""

HISTORY = """institution,part,year,费用,有效服务量,首诊人次,转诊人次
甲,门诊,2012,300万,1,1,
甲,住院,2012,600万,1,,1
"""


def keys(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def test_every_command_prints_the_keys_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    follow(DOCS / "tutorial" / "ten-minutes.md", tmp_path, running=False)
    monkeypatch.chdir(tmp_path)
    desk = Desk(capsys)
    commands = {
        "lint": ("lint", "canghe", "--read-back"),
        "check": ("check", "canghe"),
        "settle": ("settle", "canghe", "--data", "data", "--out", "again"),
        "explain": ("explain", "canghe", "--case", "例一"),
        "compare": ("compare", "canghe", "canghe", "--data", "data", "--out", "report"),
        "synth": ("synth", "ninghe", "--persons", "5", "--year", "2025", "--out", "city"),
        "lake": ("lake", "ninghe", "--data", "city", "--out", "lake"),
        "budget": ("budget", "mohrss-2012-70", "--year", "2013", "--figures", "figures.yaml"),
        "quotas": (
            "quotas",
            "mohrss-2012-70",
            "--year",
            "2013",
            "--scheme",
            "basic",
            "--total",
            "950万",
            "--institutions",
            "institutions.csv",
            "--history",
            "history.csv",
        ),
        "region hash": ("region", "hash", "canghe"),
        "region state": ("region", "state", "canghe"),
    }
    Path("figures.yaml").write_text(BUDGET, "utf-8")
    Path("institutions.csv").write_text("institution,level,机构类别\n甲,三级,综合\n", "utf-8")
    Path("history.csv").write_text(HISTORY, "utf-8")
    page = tables(DOCS / "reference" / "json.md")
    documented = {plain(row[0]): keys(row[1]) for row in page["json"]}
    answers = {name: desk(*words, "--json").json() for name, words in commands.items()}
    assert {name: set(answer) - ALWAYS for name, answer in answers.items()} == documented
    assert all(answer["ok"] and answer["exit_code"] == 0 for answer in answers.values())
    assert {plain(row[0]) for row in page["explanation"]} == set(answers["explain"]["explanation"])


def test_the_semantics_page_lists_this_version() -> None:
    text = (DOCS / "reference" / "semantics.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE)[-1] == str(SEMANTICS)
