"""What is declared of paying institutions and clearing a year, as Chinese sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tongchou.ground.lint.indicator_said import which
from tongchou.ground.lint.phrases import Phrases
from tongchou.ground.region.care_kinds import Care
from tongchou.ground.region.clearing_kinds import Band, Path, Route
from tongchou.ground.region.model import Unit
from tongchou.ground.region.number import Cell
from tongchou.ground.region.pack import Declared, Pack

_METHODS = {
    "dip": "按病种分值(DIP)",
    "drg_points": "按 DRG 点数",
    "drg_rate": "按 DRG 费率",
    "per_disease": "按病种",
    "per_diem": "按床日",
    "capitation": "按人头",
    "quota": "按定额",
    "service": "按项目",
    "lump": "总额包干",
}
_SETTINGS = {"inpatient": "住院", "outpatient": "门诊"}
_STATUSES = {
    "low": "偏低",
    "normal": "正常",
    "high": "偏高",
    "extremely_high": "极高",
    "special": "特例单议",
    "excluded_by_stay": "住院天数在外",
    "ungrouped": "未入组",
    "qy": "手术与诊断不符(QY)",
    "zero_points": "零分值",
    "few_cases": "例数过少",
    "incomplete": "未完成诊疗",
}
_FUND = {
    "ratio": "基金按病例的支付比例支付",
    "minus": "基金支付个人和其他支付以外的部分",
    "all": "全部由基金支付",
}
_ROUNDING = {"half_up": "四舍五入", "down": "舍去零头", "up": "进位"}
_PAYS = {"cost": "按实际发生的基金费用支付", "points": "由费用折算分值", "nothing": "不支付"}
_SCOPE = {"scheme": "险种", "month": "月份", "insured_place": "参保地"}


def clearing_said(pack: Pack, fact: Declared) -> str:
    """The sentence of a fact that is declared for the whole region."""
    return _SAY[fact.kind](_Said(pack, str(fact.name)), fact.value)


class _Phrases(Phrases):
    """As everywhere, and what only a clearing speaks of: the ratio of a case, schemes as words."""

    def name(self, name: str) -> str:
        return "费用比值" if name == "ratio" else super().name(name)

    def _cell(self, cell: Cell, unit: Unit) -> str:
        schemes = self.pack.region.schemes
        return super()._cell(replace(cell, words=tuple(schemes.get(word, word) for word in cell.words)), unit)


class _Said:
    """What the sentences of a fact share: its name and how numbers are said."""

    def __init__(self, pack: Pack, name: str) -> None:
        self.pack, self.phrases, self.name = pack, _Phrases(pack), name

    def money(self, number: Any) -> str:
        return self.phrases.number(number, Unit.MONEY)

    def share(self, number: Any) -> str:
        return self.phrases.number(number, Unit.SHARE)

    def count(self, number: Any) -> str:
        return self.phrases.number(number, Unit.COUNT)

    @property
    def method(self) -> str:
        return _METHODS[self.name]

    @property
    def setting(self) -> str:
        return _SETTINGS[self.name]

    def route(self, route: Route) -> str:
        schemes = tuple(self.pack.region.schemes[scheme] for scheme in route.schemes)
        named = (schemes, route.levels, route.institutions, route.care, route.groups)
        of = ["、".join(words) for words in named if words]
        limits = f"({','.join(of)})" if of else ""
        return f"{_SETTINGS[route.setting]}{limits}{_METHODS[route.method]}付费"

    def care(self, care: Care) -> str:
        said = ["、".join(care.kinds)] if care.kinds else []
        said += [f"主要诊断以 {'、'.join(care.diagnoses)} 开头"] if care.diagnoses else []
        said += [f"有手术操作以 {'、'.join(care.procedures)} 开头"] if care.procedures else []
        said += [f"{name}为{word}" for name, word in care.facts.items()]
        said += [f"所用都在{care.package}的服务包内"] if care.package else []
        said += [f"就诊机构为{care.signed}所选的机构"] if care.signed else []
        return f"{','.join(said)}的为“{care.word}”"

    def band(self, band: Band) -> str:
        ends = f"低于 {self.share(band.below)}的" if band.below is not None else "其余的"
        ends = f"至 {self.share(band.upto)}的" if band.upto is not None else ends
        review = ",送评审" if band.review == "needed" else ""
        return f"{ends}({_STATUSES[band.status]})系数 {self.count(band.factor)}{review}"

    def path(self, path: Path) -> str:
        said = _PAYS.get(path.pays) or f"按病组分值乘以 {self.count(path.factor)}"
        said += f",最高 {self.share(path.at_most)}" if path.at_most is not None else ""
        said += f",扣减 {self.share(path.loss)}" if path.loss is not None else ""
        return f"{_STATUSES[self.name]}的病例{said}{',送评审' if path.review == 'needed' else ''}"

    def shared(self, bands: Any, does: str) -> str:
        ends = (f"至标准的 {self.share(b.upto)}" if b.upto is not None else "再往上" for b in bands)
        return "、".join(f"{end}{does} {self.share(band.pays)}" for end, band in zip(ends, bands, strict=True))


def _points(said: _Said, value: Any) -> str:
    one = f";由费用折算的,一分 {said.money(value.cost_of_one)}" if value.cost_of_one is not None else ""
    return f"分值保留 {said.count(value.decimals)} 位小数,{_ROUNDING[value.rounding]}{one}"


def _stays(said: _Said, value: Any) -> str:
    ends = ((value.upto, "天及以下"), (value.at_least, "天及以上"))
    return f"住院 {'、'.join(f'{said.count(n)} {words}' for n, words in ends if n is not None)}的不按病组付费"


def _readmission(said: _Said, value: Any) -> str:
    where = "同一机构" if value.where == "institution" else "全市"
    but = f"({'、'.join(value.exempt)}除外)" if value.exempt else ""
    review = ",送评审" if value.review == "needed" else ""
    return (
        f"同一人 {said.count(value.within)} 天内因同一病组在{where}再次住院的{but},"
        f"前一次分值乘以 {said.share(value.factor)}{review}"
    )


def _hospital_factor(said: _Said, value: Any) -> str:
    if value.combine == "given":
        how = "逐家给定"
    else:
        parts = "、".join(f"{name} {said.share(number)}" for name, number in value.parts.items())
        how = f"由{parts}{'加权' if value.combine == 'weighted' else '累加'}而成"
    ends = ((value.at_least, "不低于"), (value.at_most, "不高于"))
    limits = "".join(f",{words} {said.share(n)}" for n, words in ends if n is not None)
    same = f";{'、'.join(value.same_price)}同病同价" if value.same_price else ""
    return f"机构系数{how},保留 {said.count(value.decimals)} 位小数{limits}{same}"


def _adjustment(_: _Said, value: Any) -> str:
    plus = f"乘以(1 + 机构的 {value.plus})" if value.plus is not None else ""
    times = f"乘以机构的 {value.times}" if value.times is not None else ""
    return f"病组分值{plus}{times}"


def _auxiliary(_: _Said, value: Any) -> str:
    how = "取最大的一个" if value.combine == "largest" else "相乘"
    return f"辅助目录的校正系数({'、'.join(value.names)}){how}"


def _price(said: _Said, value: Any) -> str:
    if value.fixed is not None:
        return f"{said.method}付费的一分定为 {said.money(value.fixed)}"
    if value.past:
        years = "、".join(
            f"{said.money(one.cost)}、{said.count(one.points)} 分、权重 {said.count(one.weight)}" for one in value.past
        )
        return f"{said.method}付费的点值按以往年度的费用和分值加权:{years}"
    scope = "、".join(_SCOPE[word] for word in value.scope)
    ratio = "实际支付比例" if value.ratio is None else said.share(value.ratio)
    basis = "可用基金除以总分值" if value.basis == "fund" else f"可用基金除以支付比例({ratio})再除以总分值"
    places = f",保留 {said.count(value.decimals)} 位小数,其余舍去" if value.decimals is not None else ""
    return f"{said.method}付费的点值分{scope}计算:{basis}{places}"


def _standard(said: _Said, value: Any) -> str:
    ends = ((value.leaves_below, "低于"), (value.leaves_above, "高于"))
    leaves = "或".join(f"{words}标准 {said.share(n)}" for n, words in ends if n is not None)
    out = f";费用{leaves}的退出,按项目付费" if leaves else ""
    standard = said.money(value.standard)
    return f"{said.name}({'、'.join(value.groups)})按病种付费,标准 {standard},{_FUND[value.fund]}{out}"


def _per_diem(said: _Said, value: Any) -> str:
    phases = ";".join(
        f"{f'至第 {said.count(phase.upto)} 天' if phase.upto is not None else '其后'}每天 {said.money(phase.price)}"
        for phase in value.phases
    )
    return f"{said.name}按床日付费:{phases};{_FUND[value.fund]}"


def _capitation(said: _Said, value: Any) -> str:
    package = f",服务包:{'、'.join(f'{which(lines)}的' for lines in value.package)}" if value.package else ""
    return f"{said.name}签约的每人每月 {said.money(value.fee)}{package}"


def _sharing(said: _Said, value: Any) -> str:
    text = f"{said.method}付费的结余{said.shared(value.surplus, '留用')};超支{said.shared(value.overrun, '基金分担')}"
    if value.surplus_at_most is not None:
        text += f";留用最多为标准的 {said.share(value.surplus_at_most)}"
    if value.no_surplus_above is not None:
        text += f";指标高于 {said.share(value.no_surplus_above)}的不留用"
    if value.compensates is not None:
        grown, pays = said.share(value.compensates.growth_above), said.share(value.compensates.pays)
        text += f";病例数增长超过 {grown}的,其余超支补偿 {pays}"
    return text


def _split(said: _Said, value: Any) -> str:
    parts = [f"占预算的 {said.share(value.share)}"] if value.share is not None else []
    parts += [f"留 {said.share(value.reserve)}用于清算"] if value.reserve is not None else []
    parts += ["先支付" + "、".join(_METHODS[word] for word in value.first)] if value.first else []
    parts += [f"{_METHODS[name]} {said.share(number)}" for name, number in value.methods.items()]
    return f"{said.setting}{','.join(parts)}"


def _prepayment(said: _Said, value: Any) -> str:
    over = "缓付" if value.over_limit == "deferred" else "照付"
    return (
        f"每月按应付额的 {said.share(value.share)}预付,其中 {said.share(value.deposit)}为质量保证金;"
        f"年度指标留 {said.share(value.clearing_reserve)}用于清算,超过月指标的{over};"
        f"年初预拨年度指标的 {said.share(value.revolving)}作周转金"
    )


def _assessment(said: _Said, value: Any) -> str:
    steps = "、".join(f"{said.count(one.at_least)} 分以上退还 {said.share(one.returns)}" for one in value.returns)
    return f"质量保证金按考核退还:{steps},再低的不退;没有考核的退还 {said.share(value.unassessed)}"


def _clearing(said: _Said, value: Any) -> str:
    ends = f",{value.ends_by} 前完成" if value.ends_by is not None else ""
    feedback = f";对预分组有异议的,{said.count(value.feedback)} 个工作日内提出" if value.feedback is not None else ""
    return (
        f"{said.count(value.year)} 年度清算:{value.lists_by} 以后上传结算清单的计入下一次{ends}{feedback};"
        f"金额计算到分,{_ROUNDING[value.rounding]}"
    )


def _year_weights(said: _Said, value: Any) -> str:
    return f"病组均费按往年加权,由远及近 {':'.join(map(said.count, value.weights))}"


_SAY: Mapping[str, Callable[[_Said, Any], str]] = {
    "care": lambda said, value: "诊疗依次为:" + ";".join(map(said.care, value.cares)) + ";其余的为就诊类别",
    "routes": lambda said, value: "依次为:" + ";".join(map(said.route, value.routes)),
    "points": _points,
    "bands.*": lambda said, value: f"{said.method}付费的病例,费用与均费之比" + ";".join(map(said.band, value.bands)),
    "path.*": lambda said, value: said.path(value),
    "stays": _stays,
    "readmission": _readmission,
    "few_cases": lambda said, value: f"全年不足 {said.count(value.below)} 例的病组为例数过少",
    "day_points.*": lambda said, value: f"{said.name}的住院每天 {said.count(value.points)} 分",
    "hospital_factor": _hospital_factor,
    "adjustment": _adjustment,
    "auxiliary": _auxiliary,
    "price.*": _price,
    "rate": lambda said, value: f"DRG 权重为 1 的 {said.money(value.price)},{_FUND[value.fund]}",
    "standard.*": _standard,
    "per_diem.*": _per_diem,
    "capitation.*": _capitation,
    "lump.*": lambda said, value: f"{said.name}每人每年包干 {said.money(value.fee)}",
    "sharing.*": _sharing,
    "split.*": _split,
    "special_cases.*": lambda said, value: f"{said.method}付费的特例单议不超过病例的 {said.share(value.at_most)}",
    "prepayment": _prepayment,
    "assessment": _assessment,
    "clearing": _clearing,
    "year_weights.*": _year_weights,
}
