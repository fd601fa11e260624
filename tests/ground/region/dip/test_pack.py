"""The DIP catalogue of a region is part of its pack: read, kept and read back with it, each fault with its line."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.engines.dip.stage import NINGHE, ninghe
from tests.ground.region.folders import copy, delta
from tongchou.ground.errors import ProblemError
from tongchou.ground.lint.sentences import read_back
from tongchou.ground.region.dip.declaration import Core, Range
from tongchou.ground.region.dip.load import kept_dip, load_dip
from tongchou.ground.region.load import load_region, read_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.resolved import pack_from_resolved
from tongchou.ground.region.schema import schemas

HEAD = """base: national
title: 试
source: 试
evidence: fictional
without: [auxiliary.severity, auxiliary.tumour]
"""
YEARS = "  years: [2023, 2024, 2025]\n"


def region(folder: Path, text: str = f"catalogue:\n{YEARS}", **files: str) -> Path:
    root = copy(folder, payment__dip__dip=HEAD + text)
    for name, content in files.items():
        (root / "payment" / "dip" / f"{name}.csv").write_text(content, "utf-8")
    return root


def back(pack: Pack) -> Pack:
    return pack_from_resolved(json.loads(json.dumps(dict(pack.resolved))))


def test_it_is_content_of_the_pack_and_comes_back(tmp_path: Path) -> None:
    without = load_region(copy(tmp_path / "without"))
    assert (without.dip, "dip" in without.resolved, back(without).dip) == (None, False, None)
    pack = load_region(region(tmp_path / "r"))
    again = back(pack)
    assert pack.dip is not None
    assert again.dip is not None
    assert (again.hash, again.dip.hash) == (pack.hash, pack.dip.hash)
    assert again.dip.said.catalogue == pack.dip.said.catalogue
    other = load_region(region(tmp_path / "s", f"catalogue:\n{YEARS}  core: {{cases: 20}}\n"))
    assert len({pack.hash, other.hash, without.hash}) == 3


def test_a_region_and_its_folder_of_dip_give_the_same(tmp_path: Path) -> None:
    pack = load_region(NINGHE.parents[1])
    assert pack.dip is not None
    kept = kept_dip({name: text.decode() for name, text in ninghe().files.items()})
    assert pack.dip.hash == ninghe().hash == kept.hash
    assert (kept.mcc, kept.operations, kept.comorbidities) == (
        pack.dip.mcc,
        pack.dip.operations,
        pack.dip.comorbidities,
    )
    table = "diagnosis,operations,title\nJ18.9,,肺炎\n"
    folder = region(tmp_path / "r", f"tables: {{basic: basic.csv}}\ncatalogue:\n{YEARS}", basic=table)
    own = load_region(folder).dip
    assert own is not None
    assert own.basic == {("J18.9", ""): "肺炎"} == back(load_region(folder)).dip.basic  # type: ignore[union-attr]  # there, or the test fails
    assert own.hash == load_dip(folder / "payment" / "dip").hash


def test_a_delta_has_that_of_its_base_until_it_has_its_own(tmp_path: Path) -> None:
    region(tmp_path / "base")
    of_base = load_region(delta(tmp_path / "r", "../base")).dip
    own = HEAD + f"catalogue:\n{YEARS}  core: {{cases: 20}}\n"
    of_own = load_region(delta(tmp_path / "s", "../base", payment__dip__dip=own)).dip
    assert of_base is not None
    assert of_own is not None
    assert (of_base.said.catalogue.core.cases, of_own.said.catalogue.core.cases) == (15, 20)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"catalogue:\n{YEARS}  core: {{cases: 0.5}}\n", "D303"),
        (f"catalogue:\n{YEARS}  cores: {{cases: 15}}\n", "R102"),
        (f"catalogue:\n{YEARS}tables:\n  basic: nowhere.csv\n", "D310"),
        (f"catalogue:\n{YEARS}tables:\n  basic: ../../../outside.csv\n", "D316"),
        (f"catalogue:\n{YEARS}tables:\n  basic: /etc/hostname\n", "D316"),
    ],
)
def test_what_is_wrong_is_told_with_the_rest_of_the_region(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "outside.csv").write_text("diagnosis,operations,title\n", "utf-8")
    root = region(tmp_path / "r", text)
    (root / "stranger.yaml").write_text("a: b\n", "utf-8")
    _, problems = read_region(root)
    assert {p.code for p in problems} == {code, "R012"}
    (found,) = [p for p in problems if p.code == code]
    assert str(found.place.file).endswith("payment/dip/dip.yaml")
    assert found.place.line == (HEAD + text).count("\n")
    with pytest.raises(ProblemError, match=code):
        load_region(root)


FULL = """valid_from: 2026-01-01
valid_through: 2026-12-31
catalogue:
  years: [2023, 2024, 2025]
  weighting: cases
  key: {diagnosis_characters: 5, operations: main and related}
  core: {coverage: 95%, least: 5, most: 30}
  comprehensive: {levels: [3, chapter], cases: 10}
  trimming: {percentiles: [2.5%, 97.5%]}
  variation: {limit: 80%, above: comprehensive}
  value: {by: benchmark, benchmark: "J18.9:"}
  rounding: down
  decimals: 2
  pre_groups: [{group: X1, title: 移植, operation: ["50.5"]}]
  excluded_diagnoses: [Z38, Z39]
assignment:
  as: tangshan
  order:
    - {type_order: [core related, basic therapeutic]}
    - {kind_order: [core]}
    - {treatment_order: [diagnostic]}
    - longest_diagnosis
  operations: exact
  reference_year: weighted
  reference_level: all
  fallback: ZZZ
auxiliary:
  stay:
    title: 住院
    per: group
    cases: 9
    classes: {long: {title: 过长, days: {above: 60}, factor: 90%}, short: {days: {at_most: 1}}}
combine: product
"""
SAID = """《试》试:
  DIP:用于2026-01-01 起至 2026-12-31 出院的病例。
  DIP:目录用 2023、2024、2025 年的病例,各病例按 1:2:7 加权。
  DIP:病种为主要诊断前 5 位加主要手术和使费用增加的相关手术。
  DIP:另有相关手术、治疗性操作、均费因此增加 10% 以上的,单独成组。
  DIP:核心病种的例数在 5 至 30 之间,使 95% 的病例在核心病种内。
  DIP:其余按诊断(前 3 位、诊断章节)和治疗方式合为综合病种,每级满 10 例。
  DIP:均费只算 2.5% 至 97.5% 分位之间的病例。
  DIP:核心病种的变异系数超过 80% 的,并入综合病种。
  DIP:分值按基准病种 J18.9:计,1000 分为准,保留 2 位小数,舍去零头。
  DIP:先期分组:X1 移植。
  DIP:不入目录的主要诊断:Z38、Z39。
  DIP:一个病例符合几个病种的,依次取核心病种相关手术→基层病种治疗性操作、核心病种、诊断性操作、诊断位数多的;有其他手术的不能入组。
  DIP:费用偏差与全部机构的加权均费相比。
  DIP:都不符合的入 ZZZ,没有分值。
  DIP:辅助目录“年龄”(age)各病种合计:0-28 天、29 天-1 岁、1-6 岁、7-17 岁、66 岁及以上。
  DIP:辅助目录“住院”(stay)逐病种(不足 9 例的合计):过长 90%、short。
  DIP:几个辅助目录的系数相乘。""".splitlines()


def test_it_reads_back(tmp_path: Path) -> None:
    said = read_back(load_region(region(tmp_path / "r", FULL)))
    assert said[said.index(SAID[0]) :] == SAID


def test_the_national_defaults_read_back(tmp_path: Path) -> None:
    said = "\n".join(read_back(load_region(region(tmp_path / "r"))))
    for line in (
        "各年均费按 1:2:7 加权",
        "前 4 位加全部手术",
        "满 15 例的为核心病种",
        "均费不裁剪",
        "分值按全部病例的均费计",
    ):
        assert line in said
    assert "用于" not in said.partition("《试》")[2]
    trimmed = f"catalogue:\n{YEARS}  trimming: {{quartiles: 3/2}}\n"
    for of, words in (("cost", "费用含"), ("cost and days", "费用、住院天数各自含")):
        narrow = (
            f"catalogue:\n{YEARS}  trimming: {{interval: {{share: 90%, of: {of}}}}}\n  separate: [drugs, consumables]\n"
        )
        told = "\n".join(read_back(load_region(region(tmp_path / of.replace(" ", "-"), narrow))))
        assert f"均费只算{words} 90% 病例的最窄区间以内的病例" in told
        assert "药品、耗材另计分值" in told
    assert "离四分位 1.5 倍间距以外" in "\n".join(read_back(load_region(region(tmp_path / "s", trimmed))))


def test_its_file_has_a_schema() -> None:
    schema = schemas()["dip"]
    assert schema["required"] == ["title", "source", "evidence"]
    assert "required" not in schema["$defs"]["Catalogue"]
    assert set(schema["properties"]) >= {"base", "without", "catalogue", "assignment", "auxiliary"}


def test_values_may_be_given_as_they_are_meant() -> None:
    """A program that builds a declaration gives numbers where a file has words."""
    assert Core(cases=5).cases == 5
    assert Range(at_least=Fraction(1, 2)).at_least == Fraction(1, 2)
    with pytest.raises(ValueError, match="policy"):
        Core(cases=-5)


def test_quotas_blank_lines_and_the_citation_of_a_preset(tmp_path: Path) -> None:
    text = f"tables: {{quota: quota.csv}}\ncatalogue:\n{YEARS}  value: {{by: quota}}\nassignment: {{as: tangshan}}\n"
    text += "cites: {assignment.as: 第十一条}\n"
    folder = region(tmp_path / "r", text, quota="group,amount\nJ18.9:,12000.5\n\nJ18.9:36.06,800\n")
    pack = load_region(folder)
    assert pack.dip is not None
    assert pack.dip.quota == {"J18.9:": 1_200_050, "J18.9:36.06": 80_000}
    again = back(pack).dip
    assert again is not None
    assert again.said.cites["assignment.order"] == "第十一条"
    assert again.said.assignment.order == pack.dip.said.assignment.order
