"""`tongchou quotas`: what each institution has, the tables and the page that say why, and what it refuses."""

import csv
import json
from pathlib import Path

import pytest

from tests.faces.cli.desk import Desk

INSTITUTIONS = """institution,parts,level,机构类别
市一医院,,三级,综合
城东社区,门诊,一级,基层
城南社区,门诊,一级,基层
"""
HISTORY = """institution,part,year,months,基金费用,有效服务量,首诊人次,下转人次
市一医院,门诊,2023,,850万,61000,1900,
市一医院,门诊,2024,,900万,62000,1800,
市一医院,住院,2024,,4000万,4300,,450
城东社区,门诊,2024,,310万,48000,27000,
"""


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    (tmp_path / "i.csv").write_text(INSTITUTIONS, "utf-8")
    (tmp_path / "h.csv").write_text(HISTORY, "utf-8")
    files = ["--institutions", str(tmp_path / "i.csv"), "--history", str(tmp_path / "h.csv")]
    return ["quotas", "ninghe", "--year", "2025", "--scheme", "employee", *files]


def test_every_quota_is_told_and_explained(desk: Desk, asked: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = desk(*asked, "--total", "5600万", "--out", out)
    assert (answer.code, answer.err) == (0, "")
    assert ["市一医院", "住院", "37,240,000.00"] in [line.split() for line in answer.out.splitlines()]
    assert "总额 56,000,000.00，留 2,800,000.00，因上限未分 0.00" in answer.out
    with (out / "quotas.csv").open(encoding="utf-8") as file:
        quotas = list(csv.DictReader(file))
    assert sum(int(row["quota"].replace(".", "")) for row in quotas) == 5_320_000_000
    assert [row["institution"] for row in quotas if row["new"]] == ["城南社区"]
    with (out / "steps.csv").open(encoding="utf-8") as file:
        steps = list(csv.DictReader(file))
    own = [row for row in steps if (row["institution"], row["part"]) == ("市一医院", "住院")]
    assert [(row["step"], row["name"]) for row in own][:4] == [
        ("part", "住院"), ("mean", "基金费用"), ("factor", "等级"), ("share", "基金费用"),
    ]  # fmt: skip
    assert own[2]["value"] == "49/50"
    assert own[2]["article"] == "ninghe-2024-43 第五条"
    page = (out / "quotas.html").read_text("utf-8")
    assert page.count("<svg") >= 2
    assert "宁和市(示例) 2025 年度总额指标" in page
    assert "新机构按同类计" in page


def test_it_speaks_english_and_json(desk: Desk, asked: list[str], tmp_path: Path) -> None:
    answer = desk(*asked, "--total", "5600万", "--out", tmp_path / "out", "--lang", "en")
    assert "of 56,000,000.00 2,800,000.00 are kept, and bounds leave 0.00" in answer.out
    page = (tmp_path / "out" / "quotas.html").read_text("utf-8")
    assert "a new one, by those like it" in page
    told = json.loads(desk(*asked, "--total", "5600万", "--json").out)
    assert told["total"] == told["reserve"] + told["left"] + sum(one["fen"] for one in told["quotas"])
    assert {one["institution"] for one in told["quotas"] if one["new"]} == {"城南社区"}
    assert told["quotas"][0]["steps"][0]["step"] == "part"


def test_upper_bounds_leave_what_nobody_may_have(desk: Desk, asked: list[str], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(INSTITUTIONS.replace("城南社区,门诊,一级,基层\n", ""), "utf-8")
    told = json.loads(desk(*asked, "--total", "1亿", "--json").out)
    assert {one["bound"] for one in told["quotas"]} == {"at_most"}
    assert told["left"] == 10_000_000_000 - told["reserve"] - 6_512_500_000


def test_what_is_not_asked_rightly_is_refused(desk: Desk, asked: list[str], tmp_path: Path) -> None:
    assert desk(*asked).code == 2
    assert desk(*asked, "--total", "1亿", "--figures", tmp_path / "i.csv").code == 2
    for option, value, code in (("--total", "许多", "I102"), ("--total", "1万", "I113")):
        answer = desk(*asked, option, value)
        assert (answer.code, code in answer.err) == (3, True)
    assert "I107" in desk(*asked[:4], "--scheme", "resident", *asked[6:], "--total", "1亿").err
    (tmp_path / "i.csv").write_text(INSTITUTIONS, "utf-8-sig")  # as spreadsheets write it
    assert desk(*asked, "--total", "5600万").code == 0
    (tmp_path / "i.csv").write_text(INSTITUTIONS, "gbk")
    assert "R002" in desk(*asked, "--total", "1亿").err
    (tmp_path / "i.csv").unlink()
    assert "R001" in desk(*asked, "--total", "1亿").err


def test_the_total_may_be_that_of_the_years_figures(desk: Desk, asked: list[str], tmp_path: Path) -> None:
    """A region that declares both: the total first, then its split."""
    figures = tmp_path / "f.yaml"
    nothing = ("一次性预缴保费", "统筹区域外就医支出", "离休人员就医支出", "定点零售药店支出", "支出风险预留")
    none = ", ".join(f"{name}: 0" for name in (*nothing, "物价和医疗消费水平调整"))
    figures.write_text(f"basic: {{figures: {{年度基金预算: 1000万, {none}}}}}\n", "utf-8")
    (tmp_path / "i.csv").write_text("institution,parts,level,机构类别\n甲,,三级,综合\n", "utf-8")
    (tmp_path / "h.csv").write_text(
        "institution,part,year,费用,有效服务量,首诊人次,转诊人次\n甲,门诊,2012,300万,1,1,\n甲,住院,2012,600万,1,,1\n",
        "utf-8",
    )
    asked = ["quotas", "mohrss-2012-70", "--year", "2013", "--scheme", "basic", *asked[6:], "--json"]
    told = json.loads(desk(*asked, "--figures", figures).out)
    assert [one["fen"] for one in told["quotas"]] == [285_000_000, 665_000_000]
    assert "I101" in desk(*asked[:-1], "--figures", _empty(tmp_path)).err


def _empty(folder: Path) -> Path:
    (folder / "e.yaml").write_text("basic: {figures: {}}\n", "utf-8")
    return folder / "e.yaml"
