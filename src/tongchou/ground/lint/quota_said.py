"""How a budget comes to institutions, as Chinese sentences."""

from __future__ import annotations

from tongchou.ground.lint.phrases import Phrases
from tongchou.ground.region.model import (
    Deficit,
    Fact,
    QuotaBounds,
    QuotaChange,
    QuotaFactor,
    QuotaGroup,
    QuotaNew,
    QuotaOverrun,
    QuotaPart,
    QuotaRounds,
    QuotaSplit,
    Unit,
)
from tongchou.ground.region.pack import Declared


def quota_said(phrases: Phrases, fact: Declared, value: Fact) -> str:
    """The sentence of a fact about the split, the negotiation, what follows, or a county's deficit."""
    number = phrases.number
    match value:
        case QuotaSplit():
            three = (value.years.oldest, value.years.middle, value.years.latest)
            years = ":".join(number(one, Unit.COUNT) for one in three)
            kept = number(value.reserve, Unit.SHARE)
            return f"付费总额留 {kept} 不分,其余按近三年分到各机构,三年由远到近的权重为 {years};零头按最大余数法分"
        case QuotaPart():
            by = "、".join(f"{one.name} {number(one.share, Unit.SHARE)}" for one in value.by)
            of = {None: "", "inpatient": ";用于住院的清算", "outpatient": ";用于门诊的清算"}[value.setting]
            return f"{fact.name}占 {number(value.share, Unit.SHARE)},依据为{by}{of}"
        case QuotaFactor():
            where = f"{'、'.join(value.parts)}的" if value.parts else ""
            what = "、".join(value.of) if value.of else "各项依据"
            return f"系数“{fact.name}”:各机构{where}{what}乘以 {number(value.times, Unit.TIMES)}"
        case QuotaBounds():
            bounds = (("不低于", value.at_least), ("不高于", value.at_most))
            said = "、".join(f"{word} {number(one, Unit.TIMES)}" for word, one in bounds if one is not None)
            return f"各机构的指标与最近一年的{value.of}相比,{said}"
        case QuotaNew():
            like = "、".join(phrases.name(one) for one in value.like)
            return f"没有历史的新机构,按{like}相同的机构的平均数乘以 {number(value.times, Unit.TIMES)} 计"
        case Deficit():
            return _deficit(phrases, value)
        case QuotaGroup():
            return f"协商分组“{fact.name}”:{phrases.when(value.when).removesuffix(',')}"
        case QuotaRounds():
            days, rounds = (number(one, Unit.COUNT) for one in (value.working_days, value.rounds))
            ends = "由经办机构按程序确定" if value.without_agreement == "agency decides" else "不作确定"
            return f"方案提出后 {days} 个工作日内可以提出异议,至多协商 {rounds} 轮;仍未一致的,{ends}"
        case QuotaChange():
            workload, costs, most = (number(one, Unit.SHARE) for one in (value.workload, value.costs, value.at_most))
            return f"有效工作量变动达到 {workload} 或费用构成变动达到 {costs} 的,年度中期可以调整指标,至多为其 {most}"
    assert isinstance(value, QuotaOverrun)
    above, days = number(value.above, Unit.SHARE), number(value.working_days, Unit.COUNT)
    return f"超过总额指标 {above} 以上的机构,在 {days} 个工作日内提交分析和整改意见"


def _deficit(phrases: Phrases, value: Deficit) -> str:
    but = f"({'、'.join(value.but)}除外)" if value.but else ""
    return (
        f"各地{value.balance}为负的是缺口{but},先从当地{'、'.join(value.own)}弥补,不足的由{value.shared}承担 "
        f"{phrases.number(value.share, Unit.SHARE)},以其余额为限,其余由当地政府兜底"
    )
