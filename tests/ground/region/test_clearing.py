"""How institutions are paid is part of the region: read, dated, cited, checked, read back and kept in the pack."""

import json
from pathlib import Path

import pytest

from tests.ground.region.folders import add, articles, copy, delta
from tongchou.ground.errors import ProblemError
from tongchou.ground.lint import lint
from tongchou.ground.lint.sentences import read_back, sentence
from tongchou.ground.region.care_kinds import as_written
from tongchou.ground.region.clearing_file import read_clearing
from tongchou.ground.region.clearing_kinds import CLEARING_KINDS, NAMES
from tongchou.ground.region.load import load_region, read_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.resolved import pack_from_resolved
from tongchou.ground.region.schema import schemas

HEAD = """source: decree
effective: {from: 2024-01-01, by: discharge}
articles:
  - cite: 第九条
    says: 例
    sets:
"""
SAID = [
    ("care: [{word: 精神, kinds: [住院], diagnoses: [F, G4]}, {word: 放疗, procedures: [\"92.2\"], facts: {签约: 是}}]",
     "诊疗依次为:住院,主要诊断以 F、G4 开头的为“精神”;有手术操作以 92.2 开头,签约为是的为“放疗”;其余的为就诊类别"),
    ("routes: [{method: dip, setting: inpatient, schemes: [resident], levels: [三级, 二级]}, {method: lump, setting: "
     "inpatient, institutions: [甲]}, {method: per_diem, setting: inpatient, care: [精神], groups: [乙]}, "
     "{method: service, setting: outpatient}]",
     "依次为:住院(居民,三级、二级)按病种分值(DIP)付费;住院(甲)总额包干付费;住院(精神,乙)按床日付费;门诊按项目付费"),
    ("points: {decimals: 2, rounding: down}", "分值保留 2 位小数,舍去零头"),
    ("points: {decimals: 4, cost_of_one: 12元}", "分值保留 4 位小数,四舍五入;由费用折算的,一分 12 元"),
    ("bands.dip: [{status: low, below: 50%, factor: ratio}, {status: normal, upto: {by level: {三级: 3, 其他: 2}}, "
     "factor: 1}, {status: extremely_high, factor: ratio - 1, review: needed}]",
     "按病种分值(DIP)付费的病例,费用与均费之比低于 50%的(偏低)系数 费用比值;至 三级 300%、其他 200%的(正常)系数 1;"
     "其余的(极高)系数 费用比值 − 1,送评审"),
    ("path.ungrouped: {pays: cost, loss: 5%}", "未入组的病例按实际发生的基金费用支付,扣减 5%"),
    ("path.qy: {pays: points, review: needed}", "手术与诊断不符(QY)的病例由费用折算分值,送评审"),
    ("path.incomplete: {pays: group, factor: ratio, at_most: 100%}",
     "未完成诊疗的病例按病组分值乘以 费用比值,最高 100%"),
    ("stays: {upto: 1, at_least: 60}", "住院 1 天及以下、60 天及以上的不按病组付费"),
    ("stays: {at_least: 60}", "住院 60 天及以上的不按病组付费"),
    ("readmission: {within: 15, where: institution, factor: 50%, exempt: [放疗, 化疗]}",
     "同一人 15 天内因同一病组在同一机构再次住院的(放疗、化疗除外),前一次分值乘以 50%"),
    ("readmission: {within: 15, where: region, factor: 50%, review: needed}",
     "同一人 15 天内因同一病组在全市再次住院的,前一次分值乘以 50%,送评审"),
    ("few_cases: {below: 5}", "全年不足 5 例的病组为例数过少"),
    ("day_points.精神: {points: 20}", "精神的住院每天 20 分"),
    ("hospital_factor: {combine: weighted, parts: {level: 60%, cmi: 40%}, decimals: 4, at_least: 80%, at_most: 120%, "
     "same_price: [A, B]}",
     "机构系数由level 60%、cmi 40%加权而成,保留 4 位小数,不低于 80%,不高于 120%;A、B同病同价"),
    ("hospital_factor: {combine: sum, parts: {level: 100%}, decimals: 2}",
     "机构系数由level 100%累加而成,保留 2 位小数"),
    ("hospital_factor: {combine: given, decimals: 4}", "机构系数逐家给定,保留 4 位小数"),
    ("adjustment: {plus: support, times: score}", "病组分值乘以(1 + 机构的 support)乘以机构的 score"),
    ("auxiliary: {names: [age, tumour], combine: product}", "辅助目录的校正系数(age、tumour)相乘"),
    ("auxiliary: {names: [age, tumour], combine: largest}", "辅助目录的校正系数(age、tumour)取最大的一个"),
    ("price.dip: {form: settlement, scope: [scheme, month], basis: total, ratio: 80%, decimals: 4}",
     "按病种分值(DIP)付费的点值分险种、月份计算:可用基金除以支付比例(80%)再除以总分值,保留 4 位小数,其余舍去"),
    ("price.drg_points: {form: settlement}", "按 DRG 点数付费的点值分险种计算:可用基金除以总分值"),
    ("price.dip: {form: fixed, fixed: 12元}", "按病种分值(DIP)付费的一分定为 12 元"),
    ("price.dip: {form: budget, past: [{cost: 900元, points: 10, weight: 1}, {cost: 1100元, points: 11, weight: 2}]}",
     "按病种分值(DIP)付费的点值按以往年度的费用和分值加权:900 元、10 分、权重 1、1100 元、11 分、权重 2"),
    ("rate: {price: {by scheme: {resident: 8000元}}, fund: ratio}",
     "DRG 权重为 1 的 居民 8000 元,基金按病例的支付比例支付"),
    ("standard.白内障: {groups: [甲, 乙], standard: 4200元, fund: minus, leaves_below: 40%, leaves_above: 2}",
     "白内障(甲、乙)按病种付费,标准 4200 元,基金支付个人和其他支付以外的部分;"
     "费用低于标准 40%或高于标准 200%的退出,按项目付费"),
    ("standard.疝: {groups: [甲], standard: 5800元, fund: all}", "疝(甲)按病种付费,标准 5800 元,全部由基金支付"),
    ("per_diem.精神: {phases: [{upto: 30, price: 320元}, {price: 256元}], fund: all}",
     "精神按床日付费:至第 30 天每天 320 元;其后每天 256 元;全部由基金支付"),
    ("capitation.签约: {fee: {by scheme: {resident: 10元}}, package: [{fee_kind: [一般诊疗费]}, {class: [甲], "
     "fee_kind: [西药费, 中成药费]}]}",
     "签约签约的每人每月 居民 10 元,服务包:费用类别为一般诊疗费的、类别为甲,费用类别为西药费、中成药费的"),
    ("capitation.签约: {fee: 10元}", "签约签约的每人每月 10 元"),
    ("lump.医共体: {fee: 620元}", "医共体每人每年包干 620 元"),
    ("sharing.dip: {surplus: [{upto: 10%, pays: 100%}, {pays: 50%}], overrun: [{pays: 0%}], surplus_at_most: 10%, "
     "no_surplus_above: 2%, compensates: {growth_above: 15%, pays: 40%}}",
     "按病种分值(DIP)付费的结余至标准的 10%留用 100%、再往上留用 50%;超支再往上基金分担 0%;留用最多为标准的 10%;"
     "指标高于 2%的不留用;病例数增长超过 15%的,其余超支补偿 40%"),
    ("sharing.lump: {surplus: [{pays: 100%}], overrun: [{pays: 0%}]}",
     "总额包干付费的结余再往上留用 100%;超支再往上基金分担 0%"),
    ("split.inpatient: {share: 75%, first: [lump, per_diem], reserve: 5%, methods: {dip: 60%}}",
     "住院占预算的 75%,留 5%用于清算,先支付总额包干、按床日,按病种分值(DIP) 60%"),
    ("split.outpatient: {}", "门诊"),
    ("special_cases.dip: {at_most: 1/200}", "按病种分值(DIP)付费的特例单议不超过病例的 0.5%"),
    ("prepayment: {share: 90%, deposit: 5%, clearing_reserve: 4%, revolving: 1/12, over_limit: paid}",
     "每月按应付额的 90%预付,其中 5%为质量保证金;年度指标留 4%用于清算,超过月指标的照付;"
     "年初预拨年度指标的 1/12作周转金"),
    ("prepayment: {share: 90%, deposit: 5%, clearing_reserve: 4%, revolving: 1/12, over_limit: deferred}",
     "每月按应付额的 90%预付,其中 5%为质量保证金;年度指标留 4%用于清算,超过月指标的缓付;"
     "年初预拨年度指标的 1/12作周转金"),
    ("assessment: {returns: [{at_least: 90, returns: 100%}, {at_least: 60, returns: 70%}], unassessed: 100%}",
     "质量保证金按考核退还:90 分以上退还 100%、60 分以上退还 70%,再低的不退;没有考核的退还 100%"),
    ("clearing: {year: 2024, lists_by: 2025-03-31, ends_by: 2025-06-30}",
     "2024 年度清算:2025-03-31 以后上传结算清单的计入下一次,2025-06-30 前完成;金额计算到分,四舍五入"),
    ("clearing: {year: 2024, lists_by: 2025-03-31, feedback: 10}",
     "2024 年度清算:2025-03-31 以后上传结算清单的计入下一次;对预分组有异议的,10 个工作日内提出;金额计算到分,四舍五入"),
    ("clearing: {year: 2024, lists_by: 2025-03-31, rounding: up}",
     "2024 年度清算:2025-03-31 以后上传结算清单的计入下一次;金额计算到分,进位"),
    ("year_weights.catalogue: [2, 3, 5]", "病组均费按往年加权,由远及近 2:3:5"),
]  # fmt: skip
WRONG = [
    ("colour: red", "R150"),
    ("bands.service: [{status: normal, factor: 1}]", "R150"),
    ("path.: {pays: cost}", "R150"),
    ("bands.dip: [{status: low, factor: 1}, {status: normal, factor: 1}]", "Y112"),
    ("per_diem.精神: {phases: [{upto: 3, price: 1元}], fund: all}", "Y112"),
    ("sharing.dip: {surplus: [{pays: 1}, {pays: 1}], overrun: [{pays: 0}]}", "Y112"),
    ("path.qy: {pays: group}", "Y113"),
    ("path.qy: {pays: cost, at_most: 100%}", "Y113"),
    ("hospital_factor: {combine: weighted, decimals: 4}", "Y114"),
    ("price.dip: {form: fixed}", "Y115"),
    ("stays: {upto: 1, atleast: 3}", "R102"),
    ("few_cases: {below: 50%}", "R133"),
    ("year_weights.catalogue: [2, 50%]", "R133"),
    ("hospital_factor: {combine: sum, parts: {level: 60元}, decimals: 4}", "R133"),
    ("points[level=三级]: 3", "R151"),
    ("bands.dip: [{status: normal, factor: colour}]", "R180"),
    ("rate: {price: {by level: {四级: 1元}}, fund: all}", "R181"),
    ("rate: {price: {by scheme: {employee: 1元}}, fund: all}", "R181"),
    ("capitation.签约: {fee: {by month: {2024-01: 1元}}}", "R181"),
    ("routes: [{method: dip, setting: inpatient, levels: [四级]}]", "R181"),
    ("routes: [{method: dip, setting: inpatient, schemes: [employee]}]", "R181"),
    ("care: [{word: 精神}]", "Y117"),
    ("care: [{word: 精神, diagnosis: [F]}]", "R102"),
    ("care: []", "R107"),
    ("care: [{word: 精神, kinds: [精神住院]}]", "R185"),
    ("care: [{word: 签约, facts: {签了约: 是}}]", "R180"),
    ("care: [{word: 签约, facts: {签约: 有}}]", "R181"),
    ("care: [{word: 签约, facts: {item: 甲类}}]", "R182"),
    ("care: [{word: 签约, facts: {人群: 老人}}]", "R187"),
    ("care: [{word: 签约, facts: {备注: 老人}}]", "R187"),
    ("care: [{word: 签约, package: 医生}]", "R198"),
    ("capitation.签约: {fee: 10元, package: [{item: [丙类]}]}", "R181"),
    ("capitation.签约: {fee: 10元, package: [{class: [丁]}]}", "R181"),
    ("capitation.签约: {fee: 10元, package: [{fee_kind: [药费]}]}", "R181"),
    ("capitation.签约: {fee: 10元, package: [{colour: [红]}]}", "R1"),
    ("capitation.签约: {fee: 10元, package: [{}]}", "R107"),
]


def region(folder: Path, said: str) -> Pack:
    return load_region(copy(folder, payment__clearing__year=f"{HEAD}      {said}\n"))


@pytest.mark.parametrize(("written", "said"), SAID, ids=[said[:30] for _, said in SAID])
def test_a_rule_reads_back(written: str, said: str, tmp_path: Path) -> None:
    pack = region(tmp_path / "r", written)
    (fact,) = [f for f in pack.facts if f.scheme == "*" and f.source == "decree"]
    assert sentence(pack, fact) == f"各险种:{said}。(按出院日,2024-01-01 起)"


def test_every_kind_reads_back() -> None:
    said = {line.partition(":")[0] for line, _ in SAID}
    assert {f"{word.partition('.')[0]}.*" if "." in word else word for word in said} == set(CLEARING_KINDS)
    assert set(NAMES) <= set(CLEARING_KINDS)


@pytest.mark.parametrize(("written", "code"), WRONG, ids=[written[:30] for written, _ in WRONG])
def test_what_cannot_be_meant_is_told_with_its_line(written: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        region(tmp_path / "r", written)
    found = [p for p in caught.value.problems if p.code.startswith(code)]
    assert len(found) >= 1
    assert str(found[0].place.file).endswith("payment/clearing/year.yaml")
    assert found[0].place.line == HEAD.count("\n") + 1


def test_months_of_the_year_that_is_cleared(tmp_path: Path) -> None:
    fee = "capitation.签约: {fee: {by month: {2024-01: 12元, 其他: 10元}}}"
    pack = region(tmp_path / "r", f"{fee}\n      clearing: {{year: 2024, lists_by: 2025-03-31}}")
    (fact,) = [f for f in pack.facts if f.address == "*.capitation.签约"]
    assert "签约签约的每人每月 2024-01 12 元、其他 10 元" in sentence(pack, fact)


def test_a_level_without_a_list_of_levels(tmp_path: Path) -> None:
    routes = "routes: [{method: dip, setting: inpatient, levels: [三级]}]"
    folder = copy(tmp_path / "r", payment__clearing__year=f"{HEAD}      {routes}\n", vocabulary="lists: {甲: [乙]}\n")
    _, problems = read_region(folder)
    assert any(p.code == "R183" and str(p.place.file).endswith("year.yaml") for p in problems)


def test_care_within_a_package(tmp_path: Path) -> None:
    care = "care: [{word: 签约, package: 医生}]"
    pack = region(tmp_path / "r", f"{care}\n      capitation.医生: {{fee: 10元, package: [{{item: [甲类]}}]}}")
    (fact,) = [f for f in pack.facts if f.address == "*.care"]
    assert "诊疗依次为:所用都在医生的服务包内的为“签约”" in sentence(pack, fact)
    with pytest.raises(ProblemError, match="R198"):
        region(tmp_path / "empty", f"{care}\n      capitation.医生: {{fee: 10元}}")


CARE = "care: [{word: 精神, diagnoses: [F]}, {word: 放疗, diagnoses: [Z51.0]}]"
ASKED = [
    ("routes: [{method: per_diem, setting: inpatient, care: [精神, 住院, 精神科]}]", ["精神科"]),
    ("readmission: {within: 15, where: region, factor: 50%, exempt: [放疗, 化疗]}", ["化疗"]),
    ("per_diem.精神: {phases: [{price: 1元}], fund: all}", []),
    ("per_diem.康复: {phases: [{price: 1元}], fund: all}", ["康复"]),
    ("day_points.康复: {points: 20}", ["康复"]),
    ("routes: [{method: per_diem, setting: inpatient, care: [家庭病床]}]", []),
]


@pytest.mark.parametrize(("asks", "unknown"), ASKED, ids=[asks[:30] for asks, _ in ASKED])
def test_care_that_is_asked_for_but_never_is(asks: str, unknown: list[str], tmp_path: Path) -> None:
    folder = copy(tmp_path / "r", payment__clearing__year=f"{HEAD}      {CARE}\n      {asks}\n")
    add(folder, benefits__bed=articles("{cite: 一, says: 例, sets: {visits.家庭病床: {layers: [pool]}}}"))
    found = [p for p in lint(load_region(folder)) if p.code == "W314"]
    assert [p.details["value"] for p in found] == unknown
    assert all(str(p.details["known"]) == "住院、家庭病床、放疗、精神" for p in found)


def test_care_that_was_declared_for_another_year_is_none_now(tmp_path: Path) -> None:
    ended = f"{HEAD}      {CARE}\n".replace("2024-01-01", "2023-01-01, through: 2023-12-31")
    asks = f"{HEAD}      per_diem.精神: {{phases: [{{price: 1元}}], fund: all}}\n"
    pack = load_region(copy(tmp_path / "r", payment__clearing__year=asks, payment__clearing__last=ended))
    assert [p.details["value"] for p in lint(pack) if p.code == "W314"] == ["精神"]


def test_a_line_is_in_a_package_by_code_or_by_word() -> None:
    assert as_written("class", ["甲"]) == ["甲", "01"]
    assert as_written("fee_kind", ["西药费", "中成药费"]) == ["西药费", "中成药费", "09", "11"]
    assert as_written("item", ["甲类"]) == ["甲类"]


def test_national_defaults_are_in_the_pack_of_a_region_that_clears(tmp_path: Path) -> None:
    without = load_region(copy(tmp_path / "without"))
    assert not [f for f in without.facts if f.scheme == "*"]
    assert "national-defaults" not in without.sources
    pack = region(tmp_path / "r", "special_cases.dip: {at_most: 1/500}")
    national = {f.address for f in pack.facts if f.source == "national-defaults"}
    assert {"*.auxiliary", "*.bands.dip", "*.special_cases.dip"} <= national
    dip = [f for f in pack.facts if f.address == "*.special_cases.dip"]
    assert [(f.source, str(f.from_date), str(f.through)) for f in dip] == [
        ("national-defaults", "2020-01-01", "2023-12-31"),
        ("decree", "2024-01-01", "None"),
    ]
    assert any(line.startswith("《国家技术规范和暂行办法中的默认口径》") for line in read_back(pack))


def test_it_is_content_of_the_pack_and_comes_back(tmp_path: Path) -> None:
    packs = [region(tmp_path / f"r{n}", f"special_cases.dip: {{at_most: 1/{n}}}") for n in (500, 400)]
    assert packs[0].hash != packs[1].hash
    again = pack_from_resolved(json.loads(json.dumps(dict(packs[0].resolved))))
    assert again.hash == packs[0].hash
    assert [f.value for f in again.facts if f.scheme == "*"] == [f.value for f in packs[0].facts if f.scheme == "*"]


def test_a_delta_sets_one_rule_over_its_base(tmp_path: Path) -> None:
    own = f"{HEAD}      stays: {{upto: 1}}\n      few_cases: {{below: 5}}\n"
    copy(tmp_path / "base", payment__clearing__year=own)
    pack = load_region(delta(tmp_path / "r", "../base", payment__clearing__own=f"{HEAD}      stays: {{upto: 2}}\n"))
    held = {f.address: f for f in pack.facts if f.scheme == "*" and f.source == "decree"}
    assert held["*.stays"].value.upto.value == 2  # type: ignore[attr-defined]  # of its kind
    assert held["*.few_cases"].value.below.value == 5  # type: ignore[attr-defined]  # of its kind


def test_lint_looks_at_it_as_at_every_article(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "rate: {price: {by level: {三级: 8000元, 二级: -1元}}, fund: all}")
    found = {(p.code, str(p.details.get("address"))) for p in lint(pack)}
    assert {("L210", "*.rate"), ("L231", "*.rate"), ("L260", "*.rate")} <= found
    assert not [code for code, address in found if address.startswith("*.") and code in ("W301", "W313", "L201")]
    every = region(tmp_path / "s", "rate: {price: {by scheme: {resident: 8000元}}, fund: all}")
    assert not [p for p in lint(every) if p.code == "L210"]


def test_days_supported_do_not_begin_with_the_national_defaults(tmp_path: Path) -> None:
    text = (copy(tmp_path / "r") / "region.yaml").read_text("utf-8")
    less = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("supports"))
    clearing = f"{HEAD}      few_cases: {{below: 5}}\n".replace("2024-01-01", "2010-01-01")
    pack = load_region(copy(tmp_path / "s", region=less, payment__clearing__year=clearing))
    assert not [p for p in lint(pack) if "2010" in p.text("zh")]


def test_a_file_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "clearing.yaml"
    file.write_text(f"{HEAD}      rate: {{price: {{by level: {{四级: 1元}}}}, fund: all}}\n", "utf-8")
    own = [f for f in read_clearing(file) if f.source == "decree"]
    assert [(f.address, f.published, f.review_by) for f in own] == [("*.rate", None, None)]
    more = "  - {cite: 第十条, says: 又, sets: {stays: {upto: 1}}}\n"
    for text, code in ((f"{HEAD}      stays: {{upto: 2}}\n{more}", "R160"), ("x", "R106"), ("a: [", "R0")):
        file.write_text(text, "utf-8")
        with pytest.raises(ProblemError, match=code):
            read_clearing(file)


def test_its_files_have_a_schema() -> None:
    clearing = schemas()["clearing"]
    assert "scheme" not in clearing["required"]
    patterns = clearing["$defs"]["Article"]["properties"]["sets"]["patternProperties"]
    assert "^routes$" in patterns
    assert "^bands\\.(?:dip|drg_points|drg_rate)$" in patterns
    assert "^standard\\.[^\\[\\]]+$" in patterns


def test_files_of_other_kinds_are_strangers(tmp_path: Path) -> None:
    folder = copy(tmp_path / "r")
    (folder / "payment" / "clearing").mkdir(parents=True)
    (folder / "payment" / "clearing" / "prepayment.toml").write_text("x = 1", "utf-8")
    with pytest.raises(ProblemError, match="R012"):
        load_region(folder)


def test_without_a_region_its_form_is_still_looked_at(tmp_path: Path) -> None:
    _, problems = read_region(copy(tmp_path / "r", region="", payment__clearing__year="source: decree\n"))
    assert {p.code for p in problems if str(p.place.file).endswith("year.yaml")} == {"R103"}
