"""The declaration of a DIP catalogue as Chinese sentences, each under what it cites."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tongchou.ground.lint.show import figure
from tongchou.ground.region.dip.declaration import Catalogue, Declaration, TypeOrder

_TREATMENTS = {
    "related": "相关手术",
    "therapeutic": "治疗性操作",
    "diagnostic": "诊断性操作",
    "conservative": "保守治疗",
}
_KINDS = {"core": "核心病种", "basic": "基层病种", "comprehensive": "综合病种"}
_ROUNDING = {"half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "舍去零头", "up": "进位"}
_CRITERIA = {
    "most_operations": "匹配手术多的",
    "nearest_cost": "费用最接近的",
    "higher_points": "分值高的",
    "lower_points": "分值低的",
    "higher_points_if_operated": "有手术的取分值高的",
    "longest_diagnosis": "诊断位数多的",
    "comprehensive_if_unmatched": "没有匹配的取综合病种",
}


def dip_said(said: Declaration) -> list[str]:
    """The lines of a declaration: its title and source, then a sentence for each of its parts."""
    return [f"《{said.source}》{said.title}:", *(f"  DIP:{one}。" for one in _sentences(said))]


def _sentences(said: Declaration) -> Iterator[str]:
    begins = f"{said.valid_from} 起" if said.valid_from is not None else ""
    ends = f"至 {said.valid_through} " if said.valid_through is not None else ""
    if begins or ends:
        yield f"用于{begins}{ends}出院的病例"
    yield from _catalogue(said.catalogue)
    order = "、".join(map(_criterion, said.assignment.order))
    whole = "可以" if said.assignment.operations == "contained" else "不能"
    yield f"一个病例符合几个病种的,依次取{order};有其他手术的{whole}入组"
    year = "上年" if said.assignment.reference_year == "last" else "加权"
    level = "同级机构" if said.assignment.reference_level == "same" else "全部机构"
    yield f"费用偏差与{level}的{year}均费相比"
    if said.assignment.fallback is not None:
        yield f"都不符合的入 {said.assignment.fallback},没有分值"
    for name, one in said.auxiliary.items():
        classes = "、".join(
            (kind.title or key) + (f" {share(kind.factor)}" if kind.factor is not None else "")
            for key, kind in one.classes.items()
        )
        per = f"逐病种(不足 {one.cases} 例的合计)" if one.per == "group" else "各病种合计"
        yield f"辅助目录“{one.title}”({name}){per}:{classes}"
    yield "几个辅助目录的系数" + ("取最大的一个" if said.combine == "largest" else "相乘")


def _catalogue(said: Catalogue) -> Iterator[str]:
    years = "、".join(map(str, said.years))
    by = "各年均费" if said.weighting == "years" else "各病例"
    yield f"目录用 {years} 年的病例,{by}按 {':'.join(map(str, said.year_weights))} 加权"
    operations = "全部手术" if said.key.operations == "all" else "主要手术和使费用增加的相关手术"
    yield f"病种为主要诊断前 {said.key.diagnosis_characters} 位加{operations}"
    raises, kinds = share(said.related.raises), "、".join(_TREATMENTS[word] for word in said.related.classes)
    yield f"另有{kinds}、均费因此增加 {raises} 以上的,单独成组"
    if said.core.coverage is None:
        yield f"满 {said.core.cases} 例的为核心病种"
    else:
        covered = share(said.core.coverage)
        yield f"核心病种的例数在 {said.core.least} 至 {said.core.most} 之间,使 {covered} 的病例在核心病种内"
    levels = "、".join("诊断章节" if level == "chapter" else f"前 {level} 位" for level in said.comprehensive.levels)
    yield f"其余按诊断({levels})和治疗方式合为综合病种,每级满 {said.comprehensive.cases} 例"
    if said.trimming is None:
        yield "均费不裁剪"
    elif said.trimming.percentiles is not None:
        low, high = said.trimming.percentiles
        yield f"均费只算 {share(low)} 至 {share(high)} 分位之间的病例"
    elif said.trimming.interval is not None:
        of = "费用" if said.trimming.interval.of == "cost" else "费用、住院天数各自"
        yield f"均费只算{of}含 {share(said.trimming.interval.share)} 病例的最窄区间以内的病例"
    else:
        yield f"均费不算离四分位 {figure(said.trimming.quartiles)} 倍间距以外的病例"
    above = "只报告" if said.variation.above == "report" else "并入综合病种"
    yield f"核心病种的变异系数超过 {share(said.variation.limit)} 的,{above}"
    value = {"mean": "全部病例的均费", "benchmark": f"基准病种 {said.value.benchmark}", "quota": "定额表"}[
        said.value.by
    ]
    yield f"分值按{value}计,{said.points} 分为准,保留 {said.decimals} 位小数,{_ROUNDING[said.rounding]}"
    if said.separate:
        yield f"{'、'.join({'drugs': '药品', 'consumables': '耗材'}[one] for one in said.separate)}另计分值"
    if said.pre_groups:
        yield f"先期分组:{'、'.join(f'{one.group} {one.title}' for one in said.pre_groups)}"
    if said.excluded_diagnoses:
        yield f"不入目录的主要诊断:{'、'.join(said.excluded_diagnoses)}"


def _criterion(one: str | TypeOrder) -> str:
    if isinstance(one, str):
        return _CRITERIA[one]
    words = one.type_order or one.kind_order or one.treatment_order or ()
    named = {**_KINDS, **_TREATMENTS}
    return "→".join("".join(named[part] for part in word.split()) for word in words)


def share(value: Fraction) -> str:
    return f"{figure(value * 100)}%"
