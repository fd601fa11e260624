"""`tongchou budget`: every step with its article, the shares, and what it refuses."""

import json
from pathlib import Path

import pytest

from tests.faces.cli.desk import Desk

FIGURES = """resident:
  figures:
    当年基金征收总额: 9亿
    异地联网即时结算支出: 6000万
    异地就医零星报销支出: 2500万
    普通门诊统筹支出: 5000万
    门诊特殊病种支出: 1000万
    婚检支出: 20万
    门诊特定项目支出: 3000万
    按床日定额结算支出: 700万
    其他政策性统筹基金支出: 280万
    上年度付费总额: 6.6亿
    当年结余: 100万
    历年结余: 1000万
    医疗机构统筹基金记账总额: 7亿
"""
SHARED = """  institutions:
    甲医院: {points: 200000.25, prepaid: 5亿}
    乙医院: {points: 100000, prepaid: 2亿}
"""


def file(tmp_path: Path, text: str) -> Path:
    (tmp_path / "figures.yaml").write_text(text, "utf-8")
    return tmp_path / "figures.yaml"


def test_the_steps_are_told_with_their_articles(desk: Desk, tmp_path: Path) -> None:
    answer = desk("budget", "shaoguan-dip-draft", "--year", "2018", "--figures", file(tmp_path, FIGURES))
    assert (answer.code, answer.err) == (0, "")
    lines = [line.split() for line in answer.out.splitlines()]
    assert lines[0] == ["城乡居民"]
    assert [
        "−",
        "计提",
        "风险调剂金",
        "27,000,000.00",
        "3%",
        "×",
        "900,000,000.00",
        "shaoguan-dip-draft",
        "第六条",
    ] in lines
    assert ["+", "动用结余", "当年结余", "1,000,000.00", "shaoguan-dip-draft", "第七条"] in lines
    assert ["=", "付费总额", "693,000,000.00", "shaoguan-dip-draft", "第六条"] in lines
    english = desk(
        "budget", "shaoguan-dip-draft", "--year", "2018", "--figures", tmp_path / "figures.yaml", "--lang", "en"
    )
    assert ["=", "total", "693,000,000.00", "shaoguan-dip-draft", "第六条"] in [
        line.split() for line in english.out.splitlines()
    ]


def test_shares_are_told_too(desk: Desk, tmp_path: Path) -> None:
    figures = file(tmp_path, FIGURES + SHARED)
    answer = desk("budget", "shaoguan-dip-draft", "--year", "2018", "--figures", figures)
    assert "每分 2,309.998075 元（decided-here S5）" in answer.out
    assert "甲医院  200000.25  462,000,192.50  500,000,000.00  -37,999,807.50" in answer.out
    told = json.loads(desk("budget", "shaoguan-dip-draft", "--year", "2018", "--figures", figures, "--json").out)
    resident = told["schemes"]["resident"]
    assert resident["total"] == 69_300_000_000 == sum(one["fen"] for one in resident["institutions"])
    assert [step["fen"] for step in resident["steps"] if step["step"] == "drawn"] == [100_000_000, 400_000_000]
    (reserve,) = [step for step in resident["steps"] if step["step"] == "reserve"]
    assert (reserve["times"], reserve["of"], reserve["article"]) == (
        "3/100",
        90_000_000_000,
        "shaoguan-dip-draft 第六条",
    )


@pytest.mark.parametrize(
    ("text", "year", "code"),
    [
        ("", "2018", "R106"),
        ("- 1\n", "2018", "R106"),
        ("other: {figures: {}}\n", "2018", "R141"),
        ("resident: {figure: {}}\n", "2018", "R102"),
        ("resident: {figures: {当年基金征收总额: 1,000}}\n", "2018", "R111"),
        ("resident: {of: budget.points, figures: {}}\n", "2018", "R102"),
        (FIGURES.replace("婚检支出", "婚前检查支出"), "2018", "I103"),
        (FIGURES.replace("    婚检支出: 20万\n", ""), "2018", "I101"),
        (FIGURES.replace("20万", "许多"), "2018", "I102"),
        (FIGURES, "2017", "I107"),
        (FIGURES, "123456", "C004"),
    ],
)
def test_bad_figures_are_refused(desk: Desk, tmp_path: Path, text: str, year: str, code: str) -> None:
    answer = desk("budget", "shaoguan-dip-draft", "--year", year, "--figures", file(tmp_path, text))
    assert answer.code == 3
    assert code in answer.err


def test_there_must_be_a_file(desk: Desk, tmp_path: Path) -> None:
    answer = desk("budget", "shaoguan-dip-draft", "--year", "2018", "--figures", tmp_path / "none.yaml")
    assert (answer.code, "R001" in answer.err) == (3, True)
