"""The standard of an explanation: the worked example of Suyu 2007, word for word, in both languages."""

from datetime import date

import pytest

from tests.engines.benefits.explain.reading import ROOT, layers, say, told
from tests.engines.benefits.small import line, pack
from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.explain import Explanation, explain, to_html, to_text
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.region.load import load_region

ZH = """统筹基金 23,037.00 元 — 四.2
  住院政策内费用 46,230.00(区外市内);起付线 800.00(先抵甲类);分段:800–5,000 的 4,200.00×40%、5,000–10,000 的 \
5,000.00×45%、10,000–30,000 的 20,000.00×50%、30,000 以上 16,230.00×60%,合计 23,668.00;\
乙类药 6,310.00 再减 10 个百分点(五.3),−631.00;年度限额 40,000.00,本年已用 0.00,未触顶。
    · 起付线先后:甲类、乙类药(五.3)
    · 进入分段 45,430.00 [46,230.00 − 800.00 = 45,430.00]
    · 支付比例 50%、55%、60%、70%,减 10 个百分点(区外市内),得 40%、45%、50%、60% \
[50%, 55%, 60%, 70% → 40%, 45%, 50%, 60%]
    · 去向:支付 23,037.00、起付线部分 800.00、按比例自付部分 22,393.00 [23,037.00 + 800.00 + 22,393.00 = 46,230.00]

谁付多少
  总额 46,230.00 = 统筹基金 23,037.00、个人现金 23,193.00;\
个人现金 23,193.00:统筹基金的起付线部分 800.00、统筹基金的按比例自付部分 22,393.00。
"""
EN = """pooling fund (统筹基金) 23,037.00 yuan — 四.2
  in-scope expense of 住院 46,230.00 (区外市内); deductible 800.00 (taken from 甲类 first); \
bands: 800–5,000: 4,200.00×40%, 5,000–10,000: 5,000.00×45%, 10,000–30,000: 20,000.00×50%, above 30,000: 16,230.00×60%, \
together 23,668.00; 乙类药 6,310.00: 10 percentage points less (五.3), −631.00; \
yearly cap 40,000.00, 0.00 used this year, not reached.
    · order of the deductible: 甲类, 乙类药 (五.3)
    · 45,430.00 goes on to the bands [46,230.00 − 800.00 = 45,430.00]
    · ratio 50%, 55%, 60%, 70%, minus 10 percentage points (区外市内), giving 40%, 45%, 50%, 60% \
[50%, 55%, 60%, 70% → 40%, 45%, 50%, 60%]
    · where it went: paid 23,037.00, deductible part 800.00, own share 22,393.00 \
[23,037.00 + 800.00 + 22,393.00 = 46,230.00]

Who pays what
  total 46,230.00 = pooling fund (统筹基金) 23,037.00, cash 23,193.00; \
cash 23,193.00: pooling fund (统筹基金): deductible part 800.00, pooling fund (统筹基金): own share 22,393.00.
"""


@pytest.fixture(scope="module")
def suyu() -> Explanation:
    region = load_region(ROOT / "regions/suyu-2007")
    day = date(2008, 5, 1)
    facts = {
        "place": "区外市内",
        "third_party": "无",
        "登记手续": "事前登记",
        "resumed": "否",
        "admitted": day,
        "discharged": day,
        "settled": day,
        "enrolled_on": date(2007, 7, 1),
        "paid_on": date(2007, 7, 1),
    }
    lines = (Line("1", 3992000, "甲类"), Line("2", 631000, "乙类药"))
    visit = Claim("c1", "p1", "resident", "住院", facts, lines)
    return explain(Engine(region).settle(visit, State()), region)


def test_the_worked_example_in_chinese(suyu):
    text = to_text(suyu)
    assert ZH in text
    assert text.startswith(
        "宿豫区城镇居民基本医疗保险(2007) — 结算说明\n"
        "就诊:c1;参保人:p1;险种:城镇居民;类别:住院;就医地:区外市内;就诊日:2008-05-01;待遇日期:2008-05-01;保险年度:2008\n"
    )


def test_the_worked_example_in_english(suyu):
    text = to_text(suyu, "en")
    assert EN in text
    assert text.startswith(
        "Suyu urban residents 2007 — How this claim was settled\nvisit: c1; person: p1; scheme: 城镇居民; "
    )


def test_what_did_not_apply_in_the_worked_example(suyu):
    text = to_text(suyu)
    assert "不适用:条款“工伤”(要求第三方责任为工伤;实际第三方责任是无)(四.3);" in text
    assert "等待期“过渡期”(已满,待遇自 2007-08-01 起)(六.1);" in text
    assert "统筹基金的百分点“市外”(要求就医地为市外;实际就医地是区外市内)(四.2)。" in text


def test_our_readings_are_flagged_as_ours(suyu):
    assert [r.id for r in suyu.readings][:2] == ["D1", "D2"]
    bands = next(c for c in suyu.citations() if c.says.startswith("分段支付"))
    assert bands.decisions == ("D1",)
    text = to_text(suyu)
    assert "全年最高 4 万元(另有我们的读法 D1)" in text
    assert "本系统的读法(不是原文):\n  D1 (四.2) " in text
    assert "not the article&#x27;s words" in to_html(suyu)


def test_a_stay_across_the_year_end_is_explained_part_by_part():
    sets = """
claim.guard.工伤: {when: third_party is 工伤, do: refuse}
pool.takes: in_scope
pool.ratio: 80%
pool.caps.年: {at_most: 100, of: paid, per: year}
"""
    region = pack(sets, region="year: {starts: 01-01, crossing: split}", vocabulary="lists: {third_party: [无, 工伤]}")
    explanation = told(
        region,
        line(100, id="旧", fee_date=date(2023, 12, 30)),
        line(200, id="新", fee_date=date(2024, 1, 2)),
        admitted="2023-12-30",
        day="2024-01-03",
        third_party="无",
    )
    assert [s.title.zh for s in layers(explanation)] == [
        "pool 80.00 元(住院,2023 年度)",
        "pool 100.00 元(住院,2024 年度)",
    ]
    assert len(explanation.not_applied) == 1
    assert say(explanation, "payers") == "总额 300.00 = pool 180.00、个人现金 120.00"
    assert say(explanation, "cash") == "个人现金 120.00:pool的按比例自付部分 45.00、pool的超限额部分 75.00"
    assert [row.id for row in explanation.lines] == ["旧", "新"]


def test_the_picture_goes_from_the_fee_over_funds_and_accounts_to_the_cash():
    sets = "account.takes: in_scope\npool.takes: account.over_cap\npool.ratio: 50%\n"
    sets += "relief.takes: pool.own_share\nrelief.ratio: 50%"
    layers_ = (
        "{account: {payer: account, bearer: account, field: acct_pay, account: 账户}, pool: {}, "
        "relief: {bearer: hospital, field: hosp_part_amt}}"
    )
    state = State({Key("account:账户", "P1", "ever"): 2000})
    explanation = told(pack(sets, layers=layers_), 100, state=state)
    assert [(b.kind, b.label.zh, b.start, b.amount) for b in explanation.bars] == [
        ("total", "费用总额", 0, 10000),
        ("fund", "pool", 6000, 4000),
        ("account", "account", 4000, 2000),
        ("hospital", "relief", 2000, 2000),
        ("cash", "个人现金", 0, 2000),
    ]
    assert "不适用" not in to_text(explanation)
