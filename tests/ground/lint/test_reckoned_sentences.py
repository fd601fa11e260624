"""Budgets, months of cover, rewards, grades, cards and targets as sentences, word for word."""

from pathlib import Path

import pytest

from tests.engines.filings.small import HEAD
from tests.ground.region.folders import copy
from tongchou.ground.lint.sentences import sentence
from tongchou.ground.region.load import load_region

SAID = [
    ("payment", "budget: {from: 收入, less: [甲, 乙]}", "付费总额为收入减去甲、乙"),
    ("payment",
     "budget: {from: 收入, without: [一次性], less: [甲], plus: [丙], reserve: {name: 风险金, rate: 3%, of: 收入, "
     "without: [一次性], rounding: {unit: 元, mode: down}}}",
     "付费总额为收入(不含一次性)减去甲,加上丙,再减去收入(不含一次性)的 3% 作为风险金,计算到元,舍去零头"),
    ("payment", "budget: {from: 收入, less: [甲], reserve: {name: 风险金, rate: 3%, of: 收入}}",
     "付费总额为收入减去甲,再减去收入的 3% 作为风险金,计算到分,四舍五入"),
    ("payment", "budget.floor: {times: 105%, of: 上年, drawn_from: 结余, exhausted: floor stands}",
     "付费总额不低于上年的 105%,不足的依次从结余列支,不足部分记为欠拨"),
    ("payment", "budget.floor: {times: 105%, of: 上年, drawn_from: [结余, 历年], exhausted: floor gives way}",
     "付费总额不低于上年的 105%,不足的依次从结余、历年列支,用完为止,总额以此为限"),
    ("payment", "budget.ceiling: {times: 105%, of: 记账, against_floor: prevails}",
     "付费总额不超过记账的 105%;与下限相抵触的,以本条为准"),
    ("payment", "budget.ceiling: {times: 105%, of: 记账, against_floor: yields}",
     "付费总额不超过记账的 105%;与下限相抵触的,以下限为准"),
    ("payment", "budget.points: {factor: {by level: {三级: 1, 其他: 2}}}",
     "付费总额按分值分配:各机构的分值乘以系数 三级 1、其他 2,扣除已预付的;零头按最大余数法分"),
    ("payment", "month: {paid: 90%, deposit: 5%, reserve: 4%, counted: month, over: deferred, advance: 1/12}",
     "每月按审定金额的 90% 预付,其中 5% 留作质量保证金;年度额度留 4% 用于清算,其余分十二个月,逐月计算,超出的缓付;"
     "年初可以预拨年度额度的 1/12 作周转金"),
    ("payment",
     "month: {paid: 100%, deposit: 3%, reserve: 0%, counted: cumulative, over: paid, of: [住院, 门诊], advance: 10%}",
     "每月按审定金额的 100% 预付,其中 3% 留作质量保证金;住院、门诊的年度额度留 0% 用于清算,其余分十二个月,"
     "按当年累计计算,超出的照付;年初可以预拨年度额度的 10% 作周转金"),
    ("payment", "month.appeal: {working_days: 10}", "对扣款有异议的,自告知次日起 10 个工作日内申诉"),
    ("indicators", "months.月数: {surplus: 结余, spending: 支出, month: average of the last 12 months, warns_below: 9}",
     "“月数”为结余除以支出的最近 12 个月平均,不足 9 个月的预警"),
    ("indicators", "months.月数: {surplus: 结余, spending: 支出, month: average of the year, warns_below: 9}",
     "“月数”为结余除以支出的当年 12 个月平均,不足 9 个月的预警"),
    ("indicators", "months.月数: {surplus: 结余, spending: 支出, month: last month, warns_below: 9}",
     "“月数”为结余除以支出的当月数,不足 9 个月的预警"),
    ("indicators", "indicator.率: {unit: share, of: {kind: [住院]}, above: {take: cases, facts: {备注: [急]}, "
     "any: [{outcome: [\"5\"]}, {procedures: [\"96.7\"]}]}, below: {take: cases, repeats_within: 14}}",
     "“率”(就诊类别为住院的)为备注为急;离院方式为5或手术操作为96.7的人次除以同一人在同一机构 14 天内再来的人次"),
    ("indicators", "indicator.增长: {unit: share, as: growth, above: {take: line_amount, lines: {class: [丙]}}}",
     "“增长”为明细类别为丙的明细金额比上年同期增长的比率"),
    ("indicators", "agreed.率: {at_most: 1/2}", "协议要求“率”不高于 0.5"),
    ("indicators", "agreed.率: {at_least: {by level: {三级: 1, 其他: 2}}}", "协议要求“率”不低于 三级 1、其他 2"),
    ("supervision", "reward.举报: {rate: 2%, of: 金额, to: {单位: 40%, 举报人: rest}}",
     "“举报”奖励为金额的 2%,计算到分,四舍五入;其中单位 40%、举报人得其余"),
    ("supervision", "grade.AA: {at_least: 75}", "评分 75 分以上的为 AA 级"),
    ("supervision", "cards: {yellows: 2, months: 12}", "12 个月内 2 张黄牌为一张红牌,红牌退出"),
    ("plan", 'target.1: {title: 参保率, unit: "%", starts: 95%, by: 2025-12-31, above: 97%, property: binding}',
     "指标 1 参保率(%,约束性):起点 95%,到 2025-12-31 超过 97%"),
    ("plan", "target.8: {title: 品种, unit: 个, starts: \"126\", by: 2025-12-31, at_least: 800, property: expected}",
     "指标 8 品种(个,预期性):起点 126,到 2025-12-31 达到 800"),
    ("plan", 'target.4: {title: 比例, unit: "%", starts: 85%左右, by: 2025-12-31, words: 保持稳定, property: expected}',
     "指标 4 比例(%,预期性):起点 85%左右,到 2025-12-31 保持稳定"),
]  # fmt: skip


@pytest.mark.parametrize(("room", "value", "said"), SAID, ids=[said[:30] for _, _, said in SAID])
def test_it_reads_back(room: str, value: str, said: str, tmp_path: Path) -> None:
    pack = load_region(copy(tmp_path / "r", **{f"{room}__all": f"{HEAD}      {value}\n"}))
    (fact,) = [f for f in pack.facts if f.source == "decree" and f.cite == "第九条"]
    assert sentence(pack, fact) == f"居民:{said}。(按出院日,2020-01-01 起)"
