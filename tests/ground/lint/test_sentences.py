"""Every kind of fact as a sentence, word for word."""

from pathlib import Path
from typing import get_args

import pytest

from tests.ground.region.folders import articles, copy
from tongchou.ground.lint import read_back
from tongchou.ground.lint.phrases import Phrases
from tongchou.ground.lint.sentences import sentence
from tongchou.ground.lint.words import BASES, FACTS, PERIODS, POTS, REMAINDERS
from tongchou.ground.region import names
from tongchou.ground.region.expression import parse
from tongchou.ground.region.headers import Basis
from tongchou.ground.region.load import load_region
from tongchou.ground.region.model import LAYER_KINDS, SCHEME_KINDS, Period
from tongchou.ground.region.vocabulary import STANDARD_FACTS

SAID: list[tuple[str, str, str]] = [
    ("pool.takes", "[in_scope, 50% × first_self_pay of 甲类、乙类, full_self_pay except 乙类]",
     "承担 政策范围内费用 加 先行自付(只限甲类、乙类)的 50% 加 全自费(乙类以外)"),
    ("large.takes", "[pool.deductible_part, unpaid]", "承担 统筹留下的起付线部分 加 至此还没有付的政策范围内费用"),
    ("large.deductible", "{per: year, amount: 500, yearly_maximum: 2000, pool: 共用, each: disease}",
     "起付线每年 500 元,全年合计最多 2000 元,按病种分别计算,与“共用”共用"),
    ("large.deductible", "{per: stay, amount: {by place: {市内:"
     " {by 次: {首次: 500, 其他: 'max(300, 20% × total_fee)'}}, 市外: 不限}}}",
     "起付线每次住院 市内(首次 500 元、其他 取大(300,20% × 总费用))、市外 不限"),
    ("large.deductible.a", "{when: nth >= 2 and not place is 市外, times: 50%}",
     "起付线调整“a”:本年第几次住院不低于 2,且并非(就医地为市外)的,乘以 50%"),
    ("large.deductible.a", "{at_least: 100.50元}", "起付线调整“a”:不低于 100.5 元"),
    ("large.deductible.a", "{set: 1/3}", "起付线调整“a”:改为 1/3 元"),
    ("pool.bands", "{measured_on: above the deductible, over: stay,"
     " rows: [{upto: 4万, own: 30%}, {above: 4万, own: 20%}]}",
     "按起付线以上的费用分段(每次住院累计):至 40000 元 个人负担 30%;40000 元以上 个人负担 20%"),
    ("pool.bands", "{measured_on: amount paid, over: year, rows: [{upto: 4万, pay: 12.5%}]}",
     "按已支付额分段(每年累计):至 40000 元 支付 12.5%;再往上不支付"),
    ("pool.ratio", "80%", "支付 80%"),
    ("pool.ratio", "1 - 14% × (age + 2) ÷ -2", "支付 1 − 14% × (年龄 + 2) ÷ −2"),
    ("pool.own_ratio.a", "{when: item is not 乙类, pay: 50%}", "单列比例“a”:项目组不为乙类的,支付 50%"),
    ("pool.factor.a", "{pay: 80%}", "系数“a”:支付比例乘以 80%"),
    ("pool.factor.a", "{when: 'status in [退休]', own_share: 80%}", "系数“a”:人员状态为退休的,个人负担乘以 80%"),
    ("pool.adjust.a", "{points: -10, highest_of: 奖}", "比例加减“a”:支付比例减 10 个百分点(“奖”各项只取最高)"),
    ("pool.adjust.a", "{when: always, points: {by 签约: {是: 5, 否: 0}}}",
     "比例加减“a”:支付比例是 加 5 个百分点、否 加 0 个百分点"),
    ("pool.clamp", "{at_least: 0, at_most: 95%}", "支付比例不低于 0%,不高于 95%"),
    ("pool.caps.a", "{at_most: {highest: {by disease: {高血压: 200, 糖尿病: 300}}, over: diseases, plus: 150},"
     " of: paid, per: month, when: diseases has 高血压}",
     "限额“a”:核准病种含高血压的,每月支付最高 核准病种中最高的一项(高血压 200 元、糖尿病 300 元),"
     "有两项以上的再加 150 元"),
    ("pool.caps.a", "{at_most: {highest: {by disease: {高血压、糖尿病: 300}}, over: diseases, plus_each: 5,"
     " at_most: 900}, of: covered, per: ever}",
     "限额“a”:终身起付线以上的费用最高 核准病种中最高的一项(高血压和糖尿病 300 元),每多一项再加 5 元,最多 900 元"),
    ("pool.caps.a", "{at_most: {highest: {by disease: {其他: 300}}, over: diseases}, of: entering, per: day}",
     "限额“a”:每日进入本层的费用最高 核准病种中最高的一项(其他 300 元)"),
    ("pool.floor.a", "{at_least: 40%, paid_by: large}", "保底“a”:至少支付所承担费用的 40%,不足由大额补足"),
    ("pool.floor.a", "{at_least: 40%}", "保底“a”:至少支付所承担费用的 40%"),
    ("pool.guard.a", "{when: entitlement is none, do: skip, because: 停保}",
     "不适用“a”:待遇状态为无的,这一层不支付(停保)"),
    ("pool.allocation", "{deductible: pro rata}", "起付线按各类费用占比分摊"),
    ("allocation", "{deductible: [甲类, 乙类]}", "起付线依次从甲类、乙类里扣"),
    ("pool.rounding", "{unit: 元, mode: down}", "支付额计算到元,舍去零头"),
    ("items.rounding", "{unit: 角}", "项目拆分计算到角,四舍五入"),
    ("claim.guard.a", "{when: 'paid_on > 2020-01-01 or age < 18', do: refuse}",
     "把关“a”:缴费日晚于 2020-01-01,或年龄小于 18的,不予支付"),
    ("claim.guard.a", "{when: paid_on < 补办日, do: reduce, pay: 50%}", "把关“a”:缴费日小于 补办日的,支付比例乘以 50%"),
    ("claim.guard.a", "{when: age > 1, do: redirect, to: 住院}", "把关“a”:年龄大于 1的,改按住院"),
    ("visits.门诊", "[large, pool]", "门诊依次由 大额 → 统筹 支付"),
    ("visits.门诊", "[]", "门诊依次由 (无) 支付"),
    ("grant.a", "{amount: 'if(age >= 60, 工资 × 2%, 月数 × 5)', to: account}",
     "发放“a”:计入个人账户 若(年龄不低于 60,工资 × 2%,月数 × 5),计算到分,四舍五入"),
    ("waiting.a", "{after: paid_on, months: 6}", "等待期“a”:自缴费日起 6 个月后享受,没有对应日的取月末"),
    ("waiting.a", "{after: paid_on, months: 1, end_of_month: next_day}",
     "等待期“a”:自缴费日起 1 个月后享受,没有对应日的取次月 1 日"),
    ("waiting.a", "{after: paid_on, months: 1, starts: month}", "等待期“a”:自缴费日起 1 个月后那个月的 1 日起享受"),
    ("waiting.a", "{after: paid_on, days: 30}", "等待期“a”:自缴费日起 30 天后享受"),
    ("items.exclude.a", "{when: item is 乙类}", "不予支付“a”:项目组为乙类的,全部自费"),
    ("items.first_pay.a", "{when: item is 乙类, rate: 15%, above: 50}",
     "先行自付“a”:项目组为乙类的,单价超过 50 元的部分个人先付 15%"),
    ("items.first_pay.a", "{when: item is 乙类, rate: 15%}", "先行自付“a”:项目组为乙类的,个人先付 15%"),
    ("items.price_limit.a", "{when: item is 乙类, at_most: 60}", "限价“a”:项目组为乙类的,每单位最高 60 元"),
    ("items.package.a", "{when: age > 1, price: 5000, per: stay, excess: hospital}",
     "包干“a”:年龄大于 1的,每次住院 5000 元,超出由医院负担"),
    ("items.package.a", "{when: age > 1, price: 5000, per: month, each: disease, excess: person}",
     "包干“a”:年龄大于 1的,每月 5000 元,超出由个人负担,按病种分别计算"),
    ("items.divert.a", "{when: in_disease_scope is 否, to: 住院}", "改按“a”:属病种范围为否的,这些项目按住院结算"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "value", "said"), SAID, ids=[f"{i}-{a}" for i, (a, _, _) in enumerate(SAID)])
def test_a_fact_as_a_sentence(tmp_path: Path, address: str, value: str, said: str) -> None:
    text = articles(f"{{cite: 三, says: x, supersedes: 旧, sets: {{{address}: {value}}}}}")
    pack = load_region(copy(tmp_path / "a", benefits__more=text))
    (fact,) = (f for f in pack.facts if f.address == f"resident.{address}")
    layer = {"pool": "·统筹", "large": "·大额"}.get(address.partition(".")[0], "")
    assert sentence(pack, fact) == f"居民{layer}:{said}。(按出院日,2020-01-01 起)"


def test_every_kind_has_its_sentence() -> None:
    kinds = {*LAYER_KINDS, *SCHEME_KINDS}
    tried = {"items.rounding", "allocation"}
    for address, _, _ in SAID:
        rest = address.partition(".")[2] if address.startswith(("pool", "large")) else address
        tried.add(rest if rest in kinds else f"{rest.rpartition('.')[0]}.*")
    assert tried == kinds


def test_articles_are_read_back_in_their_order(tmp_path: Path) -> None:
    text = articles(
        "{cite: 三, says: 市外 900 元, effective: {from: 2021-01-01, through: 2021-12-31},"
        " sets: {'pool.deductible[place=市外]': 900}}"
    )
    lines = read_back(load_region(copy(tmp_path / "a", benefits__more=text)))
    assert lines == [
        "《甲市办法》第一条:起付线市内 500 元、市外 800 元;支付在职 80%、退休 85%;每年最高 10万元",
        "  居民·统筹:承担 政策范围内费用。(按出院日,2020-01-01 起)",
        "  居民·统筹:起付线每次住院 市内 500 元、市外 800 元。(按出院日,2020-01-01 至 2020-12-31)",
        "  居民·统筹:起付线每次住院 市内 500 元、市外 900 元;其中就医地 市外 依 decree 三。"
        "(按出院日,2021-01-01 至 2021-12-31)",
        "  居民·统筹:起付线每次住院 市内 500 元;其中就医地 市外 依 decree 三已失效。(按出院日,2022-01-01 起)",
        "  居民·统筹:支付 在职 80%、退休 85%。(按出院日,2020-01-01 起)",
        "  居民·统筹:限额“年”:每年支付最高 100000 元。(按出院日,2020-01-01 起)",
        "《甲市办法》第二条:超过限额的部分大额支付 60%",
        "  居民·大额:承担 统筹留下的限额以上部分。(按出院日,2020-01-01 起)",
        "  居民·大额:支付 60%。(按出院日,2020-01-01 起)",
    ]


def test_every_word_has_its_chinese() -> None:
    assert FACTS.keys() == {*STANDARD_FACTS, *names.STATE_KEYS}
    assert BASES.keys() == set(get_args(Basis))
    assert PERIODS.keys() == set(get_args(Period))
    assert POTS.keys() == {*names.LINE_PARTS, "unpaid"}
    assert REMAINDERS.keys() == set(names.REMAINDERS)


def test_a_condition_that_always_holds(tmp_path: Path) -> None:
    assert Phrases(load_region(copy(tmp_path / "a"))).tree(parse("always")) == "总是"
