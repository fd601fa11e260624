"""Restatements against the decrees' own text."""

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.ground.region.folders import HEAD, SUYU, articles, copy
from tongchou.ground.lint import lint
from tongchou.ground.region.load import load_region

DECREE = (
    "第一条 起付线市内500元,市外800元。在职人员个人负担20%,退休人员负担15%。每年最高十万元。\n第二条 大额支付60%。\n"
)
SOURCES = "decree: {{title: 甲, published: 2019-12-01, review_by: 2030-12-31, evidence: source, file: a.md{more}}}"


def found(tmp_path: Path, decree: str | bytes | None, more: str = "", benefits: str | None = None) -> list[str]:
    files = {"sources": SOURCES.format(more=more)} | ({"benefits__pool": benefits} if benefits is not None else {})
    folder = copy(tmp_path / "region", **files)
    (tmp_path / "decrees").mkdir()
    if decree is not None:
        content = decree.encode() if isinstance(decree, str) else decree
        (tmp_path / "decrees" / "a.md").write_bytes(content)
    return [p.text("zh") for p in lint(load_region(folder), sources_dir=tmp_path / "decrees")]


def test_figures_that_the_article_contains(tmp_path: Path) -> None:
    assert found(tmp_path, DECREE) == []


def test_a_figure_that_the_article_does_not_contain(tmp_path: Path) -> None:
    (said,) = found(tmp_path, DECREE.replace("800", "900").replace("十万", "八万"))
    assert "L261 says 里的 800、10万 在 decree 第一条 的原文里找不到" in said


def test_an_article_that_is_not_there(tmp_path: Path) -> None:
    (said,) = found(tmp_path, DECREE.replace("第二条", "第三条"))
    assert "L262 decree 的原文里找不到 第二条(找的是 条 2)" in said


def test_a_citation_nobody_understands(tmp_path: Path) -> None:
    text = (
        f"{HEAD}  - {{cite: 见前, says: 60%, sets: {{pool.takes: in_scope, pool.ratio: 60%,"
        " large.takes: pool.over_cap, large.ratio: 60%}}\n"
    )
    (said,) = found(tmp_path, DECREE, benefits=text)
    assert "L265 看不懂条款号“见前”" in said


@pytest.mark.parametrize("decree", [None, "名".encode("gbk")])
def test_a_decree_that_cannot_be_read(tmp_path: Path, decree: bytes | None) -> None:
    (said,) = found(tmp_path, decree)
    assert said.startswith(str(tmp_path / "region" / "sources.yaml:1"))
    assert "L263" in said


def test_the_hash_of_a_decree(tmp_path: Path) -> None:
    right = hashlib.sha256(DECREE.encode()).hexdigest()
    assert found(tmp_path / "a", DECREE, f", sha256: {right.upper()}") == []
    (said,) = found(tmp_path / "b", DECREE, f", sha256: {right[::-1]}")
    assert f"L264 a.md 与登记的 sha256 不同(实为 {right})" in said


def test_a_source_without_a_file_is_not_looked_up(tmp_path: Path) -> None:
    assert lint(load_region(copy(tmp_path / "a")), sources_dir=tmp_path) == []


@pytest.mark.parametrize(
    ("says", "sets"),
    [
        ("起付线五百元", "large.deductible: {per: stay, amount: 500}"),
        ("不设起付线", "large.deductible: {per: stay, amount: 0}"),
        ("起付线减半", "large.deductible.a: {times: 50%}"),
        ("起付线提高 20%", "large.deductible.a: {times: 120%}"),
        ("全额支付", "large.own_ratio.a: {when: item is 乙类, pay: 100%}"),
        ("个人负担 14%", "large.own_ratio.a: {when: item is 乙类, pay: 86%}"),
        ("八折", "large.factor.a: {pay: 80%}"),
        ("降低 10%", "large.adjust.a: {points: -10}"),
        ("5001元以上", "large.bands: {measured_on: expense, over: stay, rows: [{upto: 5000, pay: 1%}]}"),
        ("超过 12 个月", "claim.guard.a: {when: 月数 > 12, do: refuse}"),
        ("2021年3月5日以后缴费", "claim.guard.a: {when: paid_on > 2021-03-05, do: refuse}"),
        ("2021年4月1日起", "claim.guard.a: {when: paid_on > 2021-03-31, do: refuse}"),
        ("2021年起", "claim.guard.a: {when: paid_on >= 2021-01-01, do: refuse}"),
        ("基数的 14%", "grant.a: {amount: 月数 × 14%, to: person}"),
        ("半年", "waiting.a: {after: paid_on, months: 6}"),
        ("第二次住院", "large.deductible.a: {when: nth is 2, times: 0}"),
        ("二种以上加 150 元,免", "large.caps.a: {of: paid, per: year, at_most: {highest: {by disease: {其他: 0}},"
         " over: diseases, plus: 150}}"),
    ],
)  # fmt: skip
def test_ways_to_state_a_figure(tmp_path: Path, says: str, sets: str) -> None:
    full = f"{says},1%、免" if "bands" in sets or "nth" in sets else says
    folder = copy(tmp_path / "a", benefits__more=articles(f"{{cite: 三, says: '{full}', sets: {{{sets}}}}}"))
    assert "L260" not in {p.code for p in lint(load_region(folder))}


@pytest.mark.parametrize(
    ("says", "sets"),
    [
        ("起付线", "large.deductible: {per: stay, amount: 0}"),
        ("支付", "large.own_ratio.a: {when: item is 乙类, pay: 100%}"),
        ("2021年3月", "claim.guard.a: {when: paid_on > 2022-03-05, do: refuse}"),
        ("2021年3月1日", "claim.guard.a: {when: paid_on > 2021-03-05, do: refuse}"),
    ],
)
def test_figures_that_are_not_stated(tmp_path: Path, says: str, sets: str) -> None:
    folder = copy(tmp_path / "a", benefits__more=articles(f"{{cite: 三, says: '{says}', sets: {{{sets}}}}}"))
    assert "L260" in {p.code for p in lint(load_region(folder))}


@pytest.mark.shared
@pytest.mark.parametrize(
    "region",
    [
        "suyu-2007",
        "jiangmen-2012",
        "dibao-2006",
        "village-cadres",
        "shaoguan-dip-draft",
        "mohrss-2012-70",
        "jiangsu-2006",
        "guangxi-plan-145",
    ],
)
def test_the_shipped_regions_say_what_their_decrees_say(shared: Path, region: str) -> None:
    folder = SUYU.parent / region
    if not folder.is_dir():
        pytest.skip(f"{region} is not declared")
    pack = load_region(folder)
    problems = lint(pack, sources_dir=shared / "sources")
    assert [p.text("zh") for p in problems if p.severity == "error"] == []
    assert any(source.file for source in pack.sources.values())


@pytest.mark.shared
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("800", "900", "L261"), ("cite: 四.2", "cite: 四.7", "L262"), ("cite: 五.3", "cite: 五.4", "L261")],
)
def test_a_slip_against_the_decree_is_found(shared: Path, tmp_path: Path, old: str, new: str, code: str) -> None:

    folder = shutil.copytree(SUYU, tmp_path / "suyu")
    file = folder / "benefits" / "inpatient.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    problems = lint(load_region(folder), sources_dir=shared / "sources")
    assert code in {p.code for p in problems}
