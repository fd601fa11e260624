"""Every part of a type of filing as a sentence, word for word."""

from pathlib import Path

import pytest

from tests.engines.filings.small import HEAD, VOCABULARY
from tests.ground.region.folders import copy
from tongchou.ground.lint.sentences import sentence
from tongchou.ground.region.load import load_region

SAID = [
    ("{by: [person], decided: at once}",
     "备案“甲”由本人申报;当场办结;自申报之日起有效,直到撤销"),
    ("{by: [provider, agency], about: organisation, decided: by another, runs: {from: decided, months: 6}}",
     "备案“甲”由医药机构、经办机构申报,为单位办;由另一人审核;自同意之日起 6 个月有效"),
    ("{by: [employer], names: [disease], may_name: [place, 止日], evidence: [证明, 病历], decided: at once, "
     "runs: {through: 止日}}",
     "备案“甲”由用人单位申报;写明病种;可以写明就医地、止日;交证明、病历;当场办结;自申报之日起至止日有效"),
    ("{by: [person], names: [admitted], filed_within: {days: 3, of: workdays, after: admitted, late: refused}, "
     "decided: at once, runs: {from: admitted, days: 30, backdated: 30}}",
     "备案“甲”由本人申报;写明入院日;自入院日次日起 3 个工作日内申报,逾期不予受理;当场办结;"
     "自入院日起 30 日有效,可以追溯 30 日"),
    ("{by: [person], names: [admitted], filed_within: {days: 3, of: calendar days, after: admitted, late: reviewed}, "
     "decided: at once, runs: {through: year end}}",
     "备案“甲”由本人申报;写明入院日;自入院日次日起 3 日内申报,逾期的须经审核;当场办结;自申报之日起至年末有效"),
    ("{by: [person], names: [admitted], filed_within: {days: 3, of: calendar days, after: admitted, late: noted}, "
     "decided: by another, decided_within: {days: 5, of: workdays}}",
     "备案“甲”由本人申报;写明入院日;自入院日次日起 3 日内申报,逾期的照办并注明;5 个工作日内由另一人审核;"
     "自申报之日起有效,直到撤销"),
    ("{by: [person], decided: by another, decided_within: {days: 5, of: calendar days, late: approved}, fixed_for: 6}",
     "备案“甲”由本人申报;5 日内由另一人审核,逾期视为同意;自申报之日起有效,直到撤销;6 个月内不得撤销或变更"),
    ("{by: [person], decided: by another, decided_within: {days: 5, of: workdays, late: refused}, at_a_time: 3, "
     "full: replaces}",
     "备案“甲”由本人申报;5 个工作日内由另一人审核,逾期视为不同意;"
     "自申报之日起有效,直到撤销;同时最多 3 个;再报的代替原来的"),
    ("{by: [person], names: [disease, 机构], decided: at once, one_of_each: [disease], matches: [机构], "
     "gives: {filing: 长期}, carries: {diseases: disease, 止日: filed}, otherwise: {filing: 无, 签约: 否}}",
     "备案“甲”由本人申报;写明病种、机构;当场办结;自申报之日起有效,直到撤销;每种病种同时一个;满了不再受理;"
     "机构与所写相同的就诊:备案为长期、核准病种为所写的病种、止日为申报之日;没有备案的:备案为无、签约为否"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "said"), SAID, ids=[said[:40] for _, said in SAID])
def test_a_filing_reads_back(value: str, said: str, tmp_path: Path) -> None:
    pack = load_region(copy(tmp_path / "r", filings__all=f"{HEAD}      filing.甲: {value}\n", vocabulary=VOCABULARY))
    (fact,) = [f for f in pack.facts if f.kind == "filing.*"]
    assert sentence(pack, fact) == f"居民:{said}。(按出院日,2020-01-01 起)"


POINTS = [
    ("{at_least: 6, then: warned}", "医务人员一年记分满 6 分的,约谈提醒"),
    ("{at_least: 9, then: suspended, months: 1}", "医务人员一年记分满 9 分的,暂停医保支付资格 1 个月"),
    ("{at_least: 9, then: suspended, months: 1, at_most: 6}", "医务人员一年记分满 9 分的,暂停医保支付资格 1 至 6 个月"),
]


@pytest.mark.parametrize(("value", "said"), POINTS, ids=[said for _, said in POINTS])
def test_points_read_back(value: str, said: str, tmp_path: Path) -> None:
    pack = load_region(copy(tmp_path / "r", filings__all=f"{HEAD}      points.甲: {value}\n", vocabulary=VOCABULARY))
    (fact,) = [f for f in pack.facts if f.kind == "points.*"]
    assert sentence(pack, fact).split(":", 1)[-1].split("。")[0] == said
