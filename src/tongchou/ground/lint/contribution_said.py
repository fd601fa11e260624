"""What is declared of insurances, contributions and accounts, as Chinese sentences."""

from __future__ import annotations

from tongchou.ground.lint.phrases import Phrases
from tongchou.ground.lint.words import EACH, ENDS, PAYERS, ROUNDING
from tongchou.ground.region.contribution_kinds import LARGEST_REMAINDER, Eligible
from tongchou.ground.region.model import (
    AccountRule,
    Base,
    Cash,
    Connection,
    Conversion,
    Cost,
    Cover,
    Credit,
    Deferral,
    Due,
    Insurance,
    Interest,
    Levy,
    MakeUp,
    Part,
    Payer,
    Precedence,
    Rounding,
    Shift,
    Unit,
    Years,
)
from tongchou.ground.region.pack import Declared, Pack


class ContributionSentences:
    """The sentence of each kind of fact of `contributions/`."""

    def __init__(self, pack: Pack, fact: Declared) -> None:
        self.pack, self.fact = pack, fact
        self.phrases = Phrases(pack)
        self.number, self.when = self.phrases.number, self.phrases.when

    def _named(self, what: str) -> str:
        return f"{what}“{self.fact.name}”"

    def _payer(self, value: Payer) -> str:
        claims = f",向“{value.claims}”申请" if value.claims is not None else ""
        return f"{self._named('缴费方')}是{PAYERS[value.is_]}{claims}"

    def _base(self, value: Base) -> str:
        said = f"{self._named('缴费基数')}为 {self.number(value.of, Unit.MONEY)}"
        for words, limit in (("不低于", value.at_least), ("不高于", value.at_most)):
            said += f",{words} {self.number(limit, Unit.MONEY)}" if limit is not None else ""
        if value.at_least is not None or value.at_most is not None:
            month, day = value.switches
            of = "当年" if value.index == "same year" else "上一年"
            said += f",每年 {month} 月 {day} 日起换用{of}的数"
        return f"{said},{self._to(value.rounding)}"

    def _levy(self, value: Levy) -> str:
        of = f"“{value.base}”的 {self.number(value.rate, Unit.SHARE)}" if value.rate is not None else ""
        whole = of or self.number(value.amount, Unit.MONEY)
        odd = f";零头归{value.odd_fen}" if value.odd_fen != LARGEST_REMAINDER else ""
        odd = odd or ("" if any(p.is_rest for p in value.shares) else ";零头按最大余数法分")
        said = f"{self._named('缴费')}:{self.when(value.when)}{EACH[value.per]} {whole},{self._to(value.rounding)}"
        return f"{said};{self._parts(value.shares)}{odd}"

    def _shift(self, value: Shift) -> str:
        amount = f"的 {self.number(value.part, Unit.SHARE)}" if value.part is not None else ""
        limit = f",最多 {self.number(value.at_most, Unit.MONEY)}" if value.at_most is not None else ""
        moved = f"“{'、'.join(value.of)}”中{'、'.join(value.from_)}承担的部分{amount}{limit}"
        return f"{self._named('移转')}:{self.when(value.when)}{moved},改由{self._parts(value.to)}"

    def _cash(self, value: Cash) -> str:
        paid = f"“{value.of}”中{'、'.join(value.payers)}应缴的部分发给本人"
        return f"{self._named('发现金')}:{self.when(value.when)}{paid}"

    def _deferral(self, value: Deferral) -> str:
        what = f"“{'、'.join(value.of)}”中{'、'.join(value.payers)}的部分"
        return f"{self._named('缓缴')}:{self.when(value.when)}{what}缓 {self.number(value.months, Unit.COUNT)} 个月缴"

    def _due(self, value: Due) -> str:
        if value.by is not None:
            when = f"当年 {value.by[0]} 月 {value.by[1]} 日以前"
        else:
            months, day = (self.number(n, Unit.COUNT) for n in (value.months, value.day))
            when = f"{months} 个月后的 {day} 日以前"
        fee = value.late_fee
        said = f"“{'、'.join(value.of)}”{when}缴清"
        if fee is not None:
            starts = self.number(fee.starts, Unit.COUNT) if fee.starts is not None else "1"
            said += f",逾期自第 {starts} 天后按日加收 {self.number(fee.per_day, Unit.SHARE)}"
            said += f",不超过欠缴的 {self.number(fee.at_most, Unit.SHARE)}" if fee.at_most is not None else ""
        return said + (",多缴的不收" if value.over == "refused" else "")

    def _cost(self, value: Cost) -> str:
        paid, limit = self.number(value.paid, Unit.MONEY), self.number(value.at_most, Unit.MONEY)
        return f"{self._named('成本列支')}:{paid}在 {limit} 以内的部分"

    def _credit(self, value: Credit) -> str:
        if value.parts is not None:
            what = f"“{value.of}”中{self._parts(value.parts)}"
        elif value.rate is not None:
            what = f"“{value.base}”的 {self.number(value.rate, Unit.SHARE)}"
        else:
            what = self.number(value.amount, Unit.MONEY)
        paid = f"缴清“{value.of}”后" if value.of is not None and value.parts is None else ""
        said = f"{self._named('划入')}:{self.when(value.when)}{paid}{EACH[value.per]}划入{value.account} {what}"
        return f"{said},{self._to(value.rounding)}"

    def _interest(self, value: Interest) -> str:
        on = "每日余额" if value.on == "daily balance" else "年初余额"
        days = f",一年按 {value.days} 天" if value.on == "daily balance" else ""
        rate = self.number(value.rate, Unit.SHARE)
        return f"{value.account}按{on}、年利率 {rate} 计息{days},{self._to(value.rounding)}"

    def _accountrule(self, value: AccountRule) -> str:
        ends = (("年末", value.year_end), ("断缴", value.on_break), ("去世", value.on_death))
        said = f"{value.account}" + ",".join(f"{when}{ENDS[what]}" for when, what in ends)
        if value.relatives:
            said += f";可供{'、'.join(value.relatives)}用于{'、'.join(value.pays_for)}"
        said += f",全年最多 {self.number(value.at_most, Unit.MONEY)}" if value.at_most is not None else ""
        return said + (f",至少留 {self.number(value.leaves, Unit.MONEY)}" if value.leaves is not None else "")

    def _years(self, value: Years) -> str:
        said = f"{self._named('年限')}:累计 {self.number(value.cumulative, Unit.COUNT)} 个月"
        said += f"、实际 {self.number(value.actual, Unit.COUNT)} 个月" if value.actual is not None else ""
        return said + (f",可选{'、'.join(value.offers)}" if value.offers else "")

    def _conversion(self, value: Conversion) -> str:
        times = self.number(value.times, Unit.COUNT)
        return f"{self.pack.region.schemes[value.scheme]}的缴费月数乘以 {times} 折算,{ROUNDING[value.round]}"

    def _makeup(self, value: MakeUp) -> str:
        terms = [f"“{value.base}”的 {self.number(value.rate, Unit.SHARE)}"] if value.rate is not None else []
        terms += [self.number(value.plus, Unit.MONEY)] if value.plus is not None else []
        said = f"{self._named('补缴')}:{self.when(value.when)}“{value.of}”每差一个月缴 {' 加 '.join(terms)}"
        return f"{said},{self._to(value.rounding)}"

    def _cover(self, value: Cover) -> str:
        whoever = "不需缴费," if value.paid_by is None else f"缴“{value.paid_by}”的"
        said = f"{self._named('待遇期')}:{self.when(value.when)}{whoever}享受{'、'.join(value.funds)}"
        said += f",欠缴保留 {self.number(value.keeps, Unit.COUNT)} 个月" if value.keeps is not None else ""
        if value.repair is not None:
            from_ = "补上中断的待遇" if value.repaired == "retroactive" else "从补缴起恢复"
            said += f",{self.number(value.repair, Unit.COUNT)} 个月内补缴的{from_}"
        said += f",等待按{'、'.join(value.waiting) or '(不等待)'}" if value.waiting is not None else ""
        return said + (",到停保的月底为止" if value.ends == "month" else "")

    def _connection(self, value: Connection) -> str:
        within = self.number(value.within, Unit.COUNT)
        later = ",超过的算中断" if value.later == "break" else ""
        return f"从{self.pack.region.schemes[value.scheme]}转来,中断在 {within} 个月内的视同连续,不等待{later}"

    def _eligible(self, value: Eligible) -> str:
        who = f"{self._named('参保对象')}:{self.when(value.when)}"
        if value.joins is not None:
            return f"{who}应参加{self._insured(value.joins)}"
        others = "、".join(self._insured(name) for name in value.apart_from)
        return f"{who}{f'没有参加{others}的,' if others else ''}可以参加"

    def _insurance(self, value: Insurance) -> str:
        return f"另可参加{value.title}"

    def _precedence(self, value: Precedence) -> str:
        first, *others = (self._insured(name) for name in (value.of or self.fact.scheme, *value.over))
        while_ = "享受待遇" if value.while_ == "entitled" else "参保"
        return f"重复参保的,{first}{while_}期间不享受{'、'.join(others)}待遇"

    def _insured(self, name: str) -> str:
        """What an insurance is called: a scheme of the region, or one that it names."""
        titles = {str(f.name): f.value.title for f in self.pack.facts if isinstance(f.value, Insurance)}
        return self.pack.region.schemes.get(name) or titles.get(name, name)

    def _parts(self, parts: tuple[Part, ...]) -> str:
        if len(parts) == 1 and parts[0].is_rest:
            return f"{parts[0].payer}承担"
        return "、".join(f"{part.payer} {self._part(part)}" for part in parts)

    def _part(self, part: Part) -> str:
        odd = "" if part.round == "half_up" else f"({ROUNDING[part.round]})"
        if part.rate is not None:
            return f"基数的 {self.number(part.rate, Unit.SHARE)}{odd}"
        if part.amount is not None:
            return f"{self.number(part.amount, Unit.MONEY)}{odd}"
        return f"{self.number(part.part, Unit.SHARE)}{odd}" if part.part is not None else "其余"

    def _to(self, rounding: Rounding) -> str:
        return f"计算到{rounding.unit},{ROUNDING[rounding.mode]}"
