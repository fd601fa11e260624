"""Indicators of agreements as Chinese sentences: numerator, denominator, what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tongchou.ground.lint.phrases import Phrases
from tongchou.ground.region.indicator_kinds import Agreed, Indicator, Taken
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.scalars import Unit

_TAKES = {
    "cases": "人次", "people": "人数", "days": "天数", "total_fee": "总费用", "fund": "基金支付", "person": "个人负担",
    "line_amount": "明细金额",
}  # fmt: skip
_COLUMNS = {
    "kind": "就诊类别", "level": "等级", "place": "就医地", "scheme": "险种", "referral": "转诊", "filing": "备案",
    "disease": "病种", "option": "选择", "outcome": "离院方式", "sex": "性别", "principal_diagnosis": "主要诊断",
    "other_diagnoses": "其他诊断", "procedures": "手术操作", "item": "项目组", "class": "类别", "fee_kind": "费用类别",
    "national_code": "医保编码", "hospital_code": "医院编码",
}  # fmt: skip


def indicator_said(phrases: Phrases, fact: Declared, value: Indicator) -> str:
    """What is divided by what, of which cases."""
    whole = f"({which(value.of)}的)" if value.of else ""
    below = f"除以{_taken(phrases, value.below)}" if value.below is not None else ""
    growth = "比上年同期增长的比率" if value.shown == "growth" else ""
    return f"“{fact.name}”{whole}为{_taken(phrases, value.above)}{below}{growth}"


def agreed_said(phrases: Phrases, fact: Declared, value: Agreed) -> str:
    """The end that is not to be passed."""
    if value.at_most is not None:
        return f"协议要求“{fact.name}”不高于 {phrases.number(value.at_most, Unit.PLAIN)}"
    return f"协议要求“{fact.name}”不低于 {phrases.number(value.at_least, Unit.PLAIN)}"


def _taken(phrases: Phrases, value: Taken) -> str:
    conditions = [which(part) for part in (value.where, value.facts) if part]
    if value.any:
        conditions.append("或".join(which(part) for part in value.any))
    if value.lines:
        conditions.append(f"明细{which(value.lines)}")
    if value.repeats_within is not None:
        conditions.append(f"同一人在同一机构 {phrases.number(value.repeats_within, Unit.COUNT)} 天内再来")
    return (f"{';'.join(conditions)}的" if conditions else "") + _TAKES[value.take]


def which(columns: Mapping[Any, Sequence[str]]) -> str:
    """Columns and their words."""
    return ",".join(f"{_COLUMNS.get(name, name)}为{'、'.join(words)}" for name, words in columns.items())
