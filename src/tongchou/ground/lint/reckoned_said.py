"""Budgets, months of cover, rewards, grades, cards and targets as Chinese sentences."""

from __future__ import annotations

from tongchou.ground.lint.indicator_said import agreed_said, indicator_said
from tongchou.ground.lint.phrases import Phrases
from tongchou.ground.lint.words import ROUNDING
from tongchou.ground.region.model import (
    Agreed,
    Budget,
    BudgetCeiling,
    BudgetFloor,
    BudgetPoints,
    Cards,
    Fact,
    Grade,
    Indicator,
    MonthsOfCover,
    Reward,
    Rounding,
    Target,
    Unit,
)
from tongchou.ground.region.pack import Declared

_MONTH = {
    "average of the last 12 months": "最近 12 个月平均",
    "average of the year": "当年 12 个月平均",
    "last month": "当月数",
}
_PROPERTY = {"binding": "约束性", "expected": "预期性"}


def reckoned_said(phrases: Phrases, fact: Declared, value: Fact) -> str:
    """The sentence of any kind of fact that is reckoned from figures."""
    if isinstance(value, Budget):
        return _budget(phrases, value)
    if isinstance(value, BudgetFloor):
        ends = "不足部分记为欠拨" if value.exhausted == "floor stands" else "用完为止,总额以此为限"
        times = phrases.number(value.times, Unit.SHARE)
        return f"付费总额不低于{value.of}的 {times},不足的依次从{'、'.join(value.drawn_from)}列支,{ends}"
    if isinstance(value, BudgetCeiling):
        over = "以本条为准" if value.against_floor == "prevails" else "以下限为准"
        return f"付费总额不超过{value.of}的 {phrases.number(value.times, Unit.SHARE)};与下限相抵触的,{over}"
    if isinstance(value, BudgetPoints):
        times = phrases.number(value.factor, Unit.COUNT)
        return f"付费总额按分值分配:各机构的分值乘以系数 {times},扣除已预付的;零头按最大余数法分"
    if isinstance(value, MonthsOfCover):
        below = phrases.number(value.warns_below, Unit.COUNT)
        return f"“{fact.name}”为{value.surplus}除以{value.spending}的{_MONTH[value.month]},不足 {below} 个月的预警"
    if isinstance(value, Indicator):
        return indicator_said(phrases, fact, value)
    if isinstance(value, Agreed):
        return agreed_said(phrases, fact, value)
    if isinstance(value, Reward):
        return _reward(phrases, fact, value)
    if isinstance(value, Grade):
        return f"评分 {phrases.number(value.at_least, Unit.COUNT)} 分以上的为 {fact.name} 级"
    if isinstance(value, Cards):
        yellows, months = (phrases.number(number, Unit.COUNT) for number in (value.yellows, value.months))
        return f"{months} 个月内 {yellows} 张黄牌为一张红牌,红牌退出"
    assert isinstance(value, Target)
    return _target(phrases, fact, value)


def _budget(phrases: Phrases, value: Budget) -> str:
    without = f"(不含{'、'.join(value.without)})" if value.without else ""
    said = f"付费总额为{value.from_}{without}减去{'、'.join(value.less)}"
    if value.plus:
        said += f",加上{'、'.join(value.plus)}"
    if value.reserve is not None:
        one = value.reserve
        but = f"(不含{'、'.join(one.without)})" if one.without else ""
        rate = phrases.number(one.rate, Unit.SHARE)
        said += f",再减去{one.of}{but}的 {rate} 作为{one.name},{_to(one.rounding)}"
    return said


def _reward(phrases: Phrases, fact: Declared, value: Reward) -> str:
    parts = "、".join(
        f"{p.payer} {phrases.number(p.part, Unit.SHARE)}" if p.part is not None else f"{p.payer}得其余"
        for p in value.to
    )
    rate = phrases.number(value.rate, Unit.SHARE)
    return f"“{fact.name}”奖励为{value.of}的 {rate},{_to(value.rounding)};其中{parts}"


def _target(phrases: Phrases, fact: Declared, value: Target) -> str:
    unit = Unit.SHARE if value.unit == "%" else Unit.PLAIN
    if value.words is not None:
        goal = value.words
    elif value.above is not None:
        goal = f"超过 {phrases.number(value.above, unit)}"
    else:
        goal = f"达到 {phrases.number(value.at_least, unit)}"
    return (
        f"指标 {fact.name} {value.title}({value.unit},{_PROPERTY[value.property]}):起点 {value.starts},"
        f"到 {value.by} {goal}"
    )


def _to(rounding: Rounding) -> str:
    return f"计算到{rounding.unit},{ROUNDING[rounding.mode]}"
