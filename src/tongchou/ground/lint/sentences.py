"""Each fact as a Chinese sentence that an officer can lay beside the decree."""

from __future__ import annotations

from itertools import groupby

from tongchou.ground.lint.clearing_said import clearing_said
from tongchou.ground.lint.codes_said import codes_said
from tongchou.ground.lint.contribution_said import ContributionSentences
from tongchou.ground.lint.dip_said import dip_said
from tongchou.ground.lint.filing_said import filing_said
from tongchou.ground.lint.quota_said import quota_said
from tongchou.ground.lint.reckoned_said import reckoned_said
from tongchou.ground.lint.words import (
    BASES,
    DOES,
    FACTS,
    MEASURED_ON,
    MEASURES,
    PERIODS,
    POINTS,
    RECIPIENTS,
    ROUNDING,
)
from tongchou.ground.region.model import (
    EVERY,
    INTERFACE_KINDS,
    NEGOTIATION_KINDS,
    QUOTA_KINDS,
    RECKONED,
    Adjust,
    Adjustment,
    Allocation,
    Bands,
    Cap,
    ClaimGuard,
    Clamp,
    Deductible,
    DeductionAppeal,
    Divert,
    Exclusion,
    Factor,
    FilingType,
    FirstPay,
    Floor,
    Grant,
    LayerGuard,
    MonthlyPayment,
    OwnRatio,
    Package,
    Points,
    PriceLimit,
    Ratio,
    Rounding,
    Take,
    Takes,
    Unit,
    Visits,
    Waiting,
)
from tongchou.ground.region.pack import Declared, Pack


def read_back(pack: Pack) -> list[str]:
    """Every fact as a sentence, under a heading for each article in the order of the files."""
    lines: list[str] = []
    in_files = sorted(pack.facts, key=lambda f: (f.place.file or "", f.place.line or 0, f.from_date))
    for (source, cite, says), facts in groupby(in_files, key=lambda f: (f.source, f.cite, f.says)):
        title = pack.sources[source].title
        lines.append(f"《{title}》{cite}:{says.strip()}")
        lines += [f"  {sentence(pack, fact)}" for fact in facts]
    return lines if pack.dip is None else [*lines, *dip_said(pack.dip.said)]


def sentence(pack: Pack, fact: Declared) -> str:
    """One fact, with its days and the articles that changed single cells of it."""
    said = _Sentences(pack, fact).say()
    changed = "".join(
        f";其中{'、'.join(f'{FACTS.get(d, d)} {w}' for d, w in c.path)} 依 {c.cite}{'已失效' if c.raw is None else ''}"
        for c in fact.resets
    )
    return f"{_subject(pack, fact)}:{said}{changed}。{_days(fact)}"


def _subject(pack: Pack, fact: Declared) -> str:
    scheme = "各险种" if fact.scheme == EVERY else pack.region.schemes[fact.scheme]
    if fact.layer is None:
        return scheme
    return f"{scheme}·{pack.layers[fact.scheme][fact.layer].name}"


def _days(fact: Declared) -> str:
    through = f"至 {fact.through}" if fact.through is not None else "起"
    return f"({BASES[fact.by]},{fact.from_date} {through})"


class _Sentences(ContributionSentences):
    """The sentence of each kind of fact."""

    def say(self) -> str:
        value = self.fact.value
        if self.fact.scheme == EVERY:
            return clearing_said(self.pack, self.fact)
        if self.fact.kind in INTERFACE_KINDS:
            return codes_said(self.pack, self.phrases, self.fact, value)
        if self.fact.kind in QUOTA_KINDS or self.fact.kind in NEGOTIATION_KINDS:
            return quota_said(self.phrases, self.fact, value)
        if self.fact.kind in RECKONED:
            return reckoned_said(self.phrases, self.fact, value)
        said: str = getattr(self, f"_{type(value).__name__.lower()}")(value)
        return said

    def _takes(self, value: Takes) -> str:
        return "承担 " + " 加 ".join(self._take(term) for term in value.terms)

    def _take(self, take: Take) -> str:
        times = self.number(take.coefficient, Unit.SHARE)
        groups = "、".join(take.groups)
        limits = f"({groups}以外)" if take.excluded else f"(只限{groups})" if groups else ""
        return f"{self.phrases.pot(take.pot, self.fact.scheme)}{limits}" + (f"的 {times}" if times != "100%" else "")

    def _deductible(self, value: Deductible) -> str:
        said = f"起付线{PERIODS[value.per]} {self.number(value.amount, Unit.MONEY)}"
        if value.yearly_maximum is not None:
            said += f",全年合计最多 {self.number(value.yearly_maximum, Unit.MONEY)}"
        return said + self._shared(value.each, value.pool)

    def _adjustment(self, value: Adjustment) -> str:
        verbs = {"times": "乘以", "plus": "加", "minus": "减", "set": "改为", "at_least": "不低于", "at_most": "不高于"}
        change = value.changes()[0]
        unit = Unit.TIMES if change == "times" else Unit.MONEY
        amount = self.number(getattr(value, change), unit)
        return f"{self._named('起付线调整')}:{self.when(value.when)}{verbs[change]} {amount}"

    def _bands(self, value: Bands) -> str:
        rows = []
        for row in value.rows:
            edge = f"至 {self.number(row.upto, Unit.MONEY)}" if row.upto is not None else ""
            edge = edge or f"{self.number(row.above, Unit.MONEY)}以上"
            pays = f"支付 {self.number(row.pay, Unit.SHARE)}" if row.pay is not None else ""
            rows.append(f"{edge} {pays or '个人负担 ' + self.number(row.own, Unit.SHARE)}")
        closed = "" if value.rows[-1].above is not None else ";再往上不支付"
        scale = f"按{MEASURED_ON[value.measured_on]}分段({PERIODS[value.over]}累计)"
        return f"{scale}:{';'.join(rows)}{closed}{self._shared(value.each, value.pool)}"

    def _ratio(self, value: Ratio) -> str:
        return f"支付 {self.number(value.pay, Unit.SHARE)}"

    def _ownratio(self, value: OwnRatio) -> str:
        return f"{self._named('单列比例')}:{self.when(value.when)}支付 {self.number(value.pay, Unit.SHARE)}"

    def _factor(self, value: Factor) -> str:
        of, number = ("支付比例", value.pay) if value.pay is not None else ("个人负担", value.own_share)
        return f"{self._named('系数')}:{self.when(value.when)}{of}乘以 {self.number(number, Unit.TIMES)}"

    def _adjust(self, value: Adjust) -> str:
        group = f"(“{value.highest_of}”各项只取最高)" if value.highest_of is not None else ""
        points = self.number(value.points, Unit.POINTS)
        return f"{self._named('比例加减')}:{self.when(value.when)}支付比例{points}{group}"

    def _clamp(self, value: Clamp) -> str:
        bounds = (("不低于", value.at_least), ("不高于", value.at_most))
        return "支付比例" + ",".join(f"{w} {self.number(n, Unit.SHARE)}" for w, n in bounds if n is not None)

    def _cap(self, value: Cap) -> str:
        limit = self.number(value.at_most, Unit.MONEY)
        said = f"{self._named('限额')}:{self.when(value.when)}{PERIODS[value.per]}{MEASURES[value.of]}最高 {limit}"
        return said + self._shared(value.each, value.pool)

    def _floor(self, value: Floor) -> str:
        layers = self.pack.layers[self.fact.scheme]
        by = f",不足由{layers[value.paid_by].name}补足" if value.paid_by is not None else ""
        least = self.number(value.at_least, Unit.SHARE)
        return f"{self._named('保底')}:{self.when(value.when)}至少支付所承担费用的 {least}{by}"

    def _layerguard(self, value: LayerGuard) -> str:
        return f"{self._named('不适用')}:{self.when(value.when)}这一层不支付{self._because(value.because)}"

    def _claimguard(self, value: ClaimGuard) -> str:
        done = DOES[value.do]
        if value.pay is not None:
            done += f" {self.number(value.pay, Unit.SHARE)}"
        return f"{self._named('把关')}:{self.when(value.when)}{done}{value.to or ''}{self._because(value.because)}"

    def _allocation(self, value: Allocation) -> str:
        if isinstance(value.deductible, str):
            return "起付线按各类费用占比分摊"
        return f"起付线依次从{'、'.join(value.deductible)}里扣"

    def _rounding(self, value: Rounding) -> str:
        what = "项目拆分" if self.fact.kind.startswith("items") else "支付额"
        return f"{what}计算到{value.unit},{ROUNDING[value.mode]}"

    def _grant(self, value: Grant) -> str:
        amount = self.number(value.amount, Unit.MONEY)
        said = f"{self._named('发放')}:{self.when(value.when)}{RECIPIENTS[value.to]} {amount}"
        return f"{said},计算到{value.rounding.unit},{ROUNDING[value.rounding.mode]}"

    def _exclusion(self, value: Exclusion) -> str:
        return f"{self._named('不予支付')}:{self.when(value.when)}全部自费"

    def _firstpay(self, value: FirstPay) -> str:
        above = f"单价超过 {self.number(value.above, Unit.MONEY)}的部分" if value.above is not None else ""
        rate = self.number(value.rate, Unit.SHARE)
        return f"{self._named('先行自付')}:{self.when(value.when)}{above}个人先付 {rate}"

    def _pricelimit(self, value: PriceLimit) -> str:
        return f"{self._named('限价')}:{self.when(value.when)}每单位最高 {self.number(value.at_most, Unit.MONEY)}"

    def _package(self, value: Package) -> str:
        bearer = "医院" if value.excess == "hospital" else "个人"
        price = self.number(value.price, Unit.MONEY)
        said = f"{self._named('包干')}:{self.when(value.when)}{PERIODS[value.per]} {price},超出由{bearer}负担"
        return said + self._shared(value.each, None)

    def _divert(self, value: Divert) -> str:
        return f"{self._named('改按')}:{self.when(value.when)}这些项目按{value.to}结算"

    def _monthlypayment(self, value: MonthlyPayment) -> str:
        names = ("paid", "deposit", "reserve", "advance")
        share = {name: self.number(getattr(value, name), Unit.SHARE) for name in names}
        of = f"{'、'.join(value.of)}的" if value.of else ""
        counted = "逐月计算" if value.counted == "month" else "按当年累计计算"
        over = "缓付" if value.over == "deferred" else "照付"
        return (
            f"每月按审定金额的 {share['paid']} 预付,其中 {share['deposit']} 留作质量保证金;"
            f"{of}年度额度留 {share['reserve']} 用于清算,其余分十二个月,{counted},超出的{over};"
            f"年初可以预拨年度额度的 {share['advance']} 作周转金"
        )

    def _deductionappeal(self, value: DeductionAppeal) -> str:
        return f"对扣款有异议的,自告知次日起 {self.number(value.working_days, Unit.COUNT)} 个工作日内申诉"

    def _filingtype(self, value: FilingType) -> str:
        return filing_said(self.phrases, self._named("备案"), value)

    def _points(self, value: Points) -> str:
        begins = f"医务人员一年记分满 {self.number(value.at_least, Unit.COUNT)} 分的"
        if value.months is None:
            return f"{begins},{POINTS[value.then]}"
        most = "" if value.at_most is None else f"至 {self.number(value.at_most, Unit.COUNT)} "
        return f"{begins},{POINTS[value.then]} {self.number(value.months, Unit.COUNT)} {most}个月"

    def _waiting(self, value: Waiting) -> str:
        number, unit = (value.months, "个月") if value.months is not None else (value.days, "天")
        length = f"{self.number(number, Unit.COUNT)} {unit}"
        if value.starts == "month":
            begins = f"{length}后那个月的 1 日起享受"
        else:
            last = "月末" if value.end_of_month == "clamp" else "次月 1 日"
            begins = f"{length}后享受" + (f",没有对应日的取{last}" if value.days is None else "")
        return f"{self._named('等待期')}:{self.when(value.when)}自{self.phrases.name(value.after)}起 {begins}"

    def _visits(self, value: Visits) -> str:
        layers = self.pack.layers[self.fact.scheme]
        return f"{self.fact.name}依次由 {' → '.join(layers[n].name for n in value.layers) or '(无)'} 支付"

    def _shared(self, each: str | None, pool: str | None) -> str:
        parts = [f",按{self.phrases.name(each)}分别计算" if each is not None else ""]
        parts.append(f",与“{pool}”共用" if pool is not None else "")
        return "".join(parts)

    def _because(self, because: str | None) -> str:
        return f"({because})" if because is not None else ""
