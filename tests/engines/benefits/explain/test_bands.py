"""分段: what lies in which band, how groups depart from it, and that what is shown adds up to the exact target."""

import json
from fractions import Fraction

from tests.engines.benefits.explain.reading import TWO_ITEMS, absent, layers, say, steps, sum_shown, told, told_of
from tests.engines.benefits.small import claim, pack, settled
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.explain import to_json, to_text
from tongchou.engines.benefits.state import State

BANDS = "pool.bands: {measured_on: expense, over: year, rows: [{upto: 1000, pay: 50%}, {above: 1000, pay: 70%}]}\n"


def region(sets: str, **kwargs):
    return pack("pool.takes: in_scope\n" + sets, **kwargs)


def test_bands_and_their_sum():
    explanation = told(region(BANDS), 3000)
    assert say(explanation, "bands") == "分段:0–1,000 的 1,000.00×50%、1,000 以上 2,000.00×70%,合计 1,900.00"
    assert say(explanation, "bands", "en") == (
        "bands: 0–1,000: 1,000.00×50%, above 1,000: 2,000.00×70%, together 1,900.00"
    )
    (step,) = steps(explanation, "bands")
    assert step.formula == "1,000.00×50% + 2,000.00×70% = 1,900.00"
    assert step.numbers == {"sum": 190000, "band_1": 100000, "band_2": 200000}
    assert [c.cite for c in step.citations] == ["第1条"]


def test_the_scale_goes_on_where_the_year_left_it():
    engine, state = Engine(region(BANDS)), State()
    settled(engine, claim(600, id="A"), state)
    explanation = told(engine.pack, 600, state=state, id="B")
    assert say(explanation, "scale_start") == "本年已计 600.00,分段从 600 起"
    assert say(explanation, "scale_start", "en") == "600.00 counted this year, so the bands start at 600"
    assert say(explanation, "bands") == "分段:600–1,000 的 400.00×50%、1,000 以上 200.00×70%,合计 340.00"


def test_a_single_ratio():
    explanation = told(region("pool.ratio: 80%"), 3000)
    assert say(explanation, "bands") == "支付比例:3,000.00×80% = 2,400.00"
    assert say(explanation, "bands", "en") == "ratio: 3,000.00×80% = 2,400.00"
    assert steps(explanation, "ratio") == []


def test_how_the_ratio_came_about():
    sets = """
pool.ratio: 80%
pool.factor.转诊: {pay: 90%}
pool.factor.减负: {own_share: 50%}
pool.adjust.加: {points: 2}
pool.adjust.减: {points: -5}
pool.clamp: {at_least: 10%, at_most: 80%}
claim.guard.欠费: {when: nth is not 2, do: reduce, pay: 50%, because: 欠费}
"""
    explanation = told(region(sets), 1000)
    assert say(explanation, "ratio") == (
        "支付比例 80%,乘以 90%(转诊),个人负担乘以 50%(减负),加 2 个百分点(加),减 5 个百分点(减),"
        "乘以 50%(欠费),限制在 10% 与 80% 之间(未触及),得 41.5%"
    )
    assert say(explanation, "ratio", "en") == (
        "ratio 80%, times 90% (转诊), own share times 50% (减负), plus 2 percentage points (加), "
        "minus 5 percentage points (减), times 50% (欠费), kept between 10% and 80% (not reached), giving 41.5%"
    )
    assert say(explanation, "bands") == "支付比例:1,000.00×41.5% = 415.00"


def test_a_clamp_with_one_bound_only():
    low = told(region("pool.ratio: 80%\npool.clamp: {at_least: 90%}"), 1000)
    high = told(region("pool.ratio: 80%\npool.clamp: {at_most: 70%}"), 1000)
    assert say(low, "ratio") == "支付比例 80%,不低于 90%,得 90%"
    assert say(high, "ratio") == "支付比例 80%,不超过 70%,得 70%"


def test_groups_that_differ_by_points():
    sets = BANDS + "pool.adjust.乙类: {when: item is 乙, points: -10}\npool.adjust.丙类: {when: item is 丙, points: 5}"
    explanation = told(
        region(sets, vocabulary="lists: {item: [甲, 乙, 丙]}"), ("甲", 1000), ("乙", "600.01"), ("丙", 400)
    )
    assert [(s.say + s.more).zh for s in steps(explanation, "departure")] == [
        "乙 600.01 再减 10 个百分点,−60.00",
        "丙 400.00 再加 5 个百分点,+20.00",
    ]
    assert steps(explanation, "departure")[0].formula == "600.01 × −10% = −60.001"
    assert (steps(explanation, "departure")[1].say + steps(explanation, "departure")[1].more).en == (
        "丙 400.00: 5 percentage points more, +20.00"
    )
    assert sum_shown(layers(explanation)[0]) == Fraction(50000 + 100001 * 7 / 10 - 60001 / 10 + 2000).limit_denominator(
        10
    )
    assert say(explanation, "rounding") == "四舍五入到分,1,160.01"


def test_only_the_highest_of_a_group_counts():
    sets = """
pool.ratio: 50%
pool.adjust.一: {points: 5, highest_of: 倾斜}
pool.adjust.二: {points: 8, highest_of: 倾斜}
pool.adjust.三: {points: 3, highest_of: 倾斜}
pool.adjust.四: {when: nth is 2, points: 9, highest_of: 倾斜}
"""
    explanation = told(region(sets, vocabulary="lists: {nth: ['1', '2']}"), 1000)
    assert say(explanation, "bands") == "支付比例:1,000.00×58% = 580.00"
    assert absent(explanation) == [
        "pool的百分点“一”(“倾斜”一组只取最高)",
        "pool的百分点“三”(“倾斜”一组只取最高)",
        "pool的百分点“四”(要求本年第几次住院为 2;实际本年第几次住院是 1)",
    ]


def test_a_group_with_a_ratio_of_its_own():
    sets = BANDS + "pool.own_ratio.乙类: {when: item is 乙, pay: 40%}\npool.own_ratio.无: {when: item is 丙, pay: 1%}"
    explanation = told(region(sets, vocabulary="lists: {item: [甲, 乙, 丙]}"), ("甲", 1500), ("乙", 500))
    assert say(explanation, "bands") == "分段:0–1,000 的 1,000.00、1,000 以上 1,000.00,各组按占比同享"
    assert [(s.say + s.more).zh for s in steps(explanation, "group")] == [
        "甲 1,500.00 按 50%、70%,得 900.00",
        "乙 500.00 按 40%,得 200.00",
    ]
    assert say(explanation, "bands_sum") == "合计 1,100.00"
    assert say(explanation, "bands_sum", "en") == "together 1,100.00"
    assert absent(explanation) == ["pool的单独比例“无”(没有项目组用到)"]


def test_own_ratio_without_bands_and_with_a_factor():
    sets = "pool.ratio: 80%\npool.factor.乙类: {when: item is 乙, pay: 50%}\npool.clamp: {at_most: 90%}"
    explanation = told(region(sets, vocabulary=TWO_ITEMS), ("甲", 1000), ("乙", 1000))
    assert steps(explanation, "bands") == []
    assert [(s.say + s.more).en for s in steps(explanation, "group")] == [
        "甲 1,000.00 at 80%, which is 800.00",
        "乙 1,000.00 at 40%, which is 400.00",
    ]
    sole = told(
        region("pool.ratio: 80%\npool.own_ratio.乙类: {when: item is 乙, pay: 40%}", vocabulary=TWO_ITEMS), ("乙", 9)
    )
    assert say(sole, "ratio") == "支付比例 80%,改按“乙类”的单独比例,得 40%"


def test_a_rule_only_the_reference_has_leads_to_group_lines():
    sets = "pool.ratio: 80%\npool.adjust.甲: {when: item is 甲, points: 5}\n"
    sets += "pool.adjust.乙: {when: item is 乙, points: -5}"
    explanation = told(region(sets, vocabulary=TWO_ITEMS), ("甲", 1000), ("乙", 500))
    assert [s.numbers["pays"] for s in steps(explanation, "group")] == [85000, 37500]


def test_points_cut_by_the_bounds_of_a_ratio_are_no_plain_points():
    sets = "pool.ratio: 95%\npool.adjust.乙: {when: item is 乙, points: 10}"
    explanation = told(region(sets, vocabulary=TWO_ITEMS), ("甲", 1000), ("乙", 500))
    assert [s.numbers["pays"] for s in steps(explanation, "group")] == [95000, 50000]


def test_groups_with_the_same_ratios_are_one():
    sets = "pool.ratio: 80%\npool.adjust.乙丙: {when: item is not 甲, points: -10}"
    explanation = told(region(sets, vocabulary="lists: {item: [甲, 乙, 丙]}"), ("甲", 100), ("乙", 50), ("丙", 50))
    assert say(explanation, "departure") == "乙、丙 100.00 再减 10 个百分点,−10.00"


def test_bands_of_amounts_paid():
    sets = "pool.bands: {measured_on: amount paid, over: year, rows: [{upto: 300, pay: 30%}, {above: 300, pay: 60%}]}"
    explanation = told(region(sets), 2000)
    assert say(explanation, "bands") == "分段:已付 0–300 的 1,000.00×30%、已付 300 以上 1,000.00×60%,合计 900.00"
    assert "paid 0–300: 1,000.00×30%" in say(explanation, "bands", "en")


def test_bands_of_amounts_paid_over_different_groups_add_up_to_the_target():
    sets = """
pool.bands: {measured_on: amount paid, over: year, rows: [{upto: 100, pay: 1/3}, {upto: 333, pay: 70%}]}
pool.adjust.乙: {when: item is 乙, points: -10}
"""
    explanation = told(region(sets, vocabulary=TWO_ITEMS), ("甲", "501.23"), ("乙", "777.77"))
    (step,) = steps(explanation, "bands")
    assert step.formula == "100.00 + 233.00 = 333.00"
    assert step.numbers == {"sum": 33300}
    assert step.say.zh.endswith("付 233.00,各组按占比取平均比例,合计 333.00")


def test_a_closed_scale_leaves_the_rest():
    sets = "pool.bands: {measured_on: expense, over: year, rows: [{upto: 1000, pay: 50%}]}\n"
    sets += "pool.caps.可计: {at_most: 5000, of: covered, per: year}\n"
    sets += "pool.caps.不限: {at_most: 不限, of: covered, per: year}"
    explanation = told(region(sets), 3000)
    assert say(explanation, "corridor") == "超出分段上限的 2,000.00 不计"
    assert say(explanation, "corridor", "en") == "2,000.00 above the last band does not count"


def test_a_year_that_has_left_a_closed_scale():
    sets = "pool.bands: {measured_on: expense, over: year, rows: [{upto: 1000, pay: 50%}]}"
    engine, state = Engine(region(sets)), State()
    settled(engine, claim(1500, id="A"), state)
    explanation = told(engine.pack, 200, state=state, id="B")
    assert [s.say.zh for s in layers(explanation)[0].steps if not s.detail] == [
        "住院政策内费用 200.00",
        "本年已计 1,500.00,分段从 1,500 起",
        "没有费用落在分段内",
        "超出分段上限的 200.00 不计",
    ]
    assert say(explanation, "bands", "en") == "no expense lies within the bands"


def test_rounding_as_declared():
    explanation = told(region("pool.ratio: 33%\npool.rounding: {unit: 元, mode: down}"), "100.50")
    assert say(explanation, "rounding") == "舍去到元,33.00"
    assert say(explanation, "rounding", "en") == "rounded down to the yuan, 33.00"
    assert steps(explanation, "rounding")[0].formula == "33.165 → 33.00"


def test_a_payment_between_two_fen_is_about_so_much_in_words_and_exact_in_the_formula():
    explanation = told_of(region("pool.ratio: 1/3"), claim("0.01"))
    assert say(explanation, "bands") == "支付比例:0.01×1/3 = 约 0.00"
    assert say(explanation, "bands", "en") == "ratio: 0.01×1/3 = about 0.00"
    (step,) = steps(explanation, "bands")
    assert step.formula == "0.01×1/3 = ≈0.00 [1/300]"
    assert step.numbers["sum"] == Fraction(1, 3)


GROUPS = """
pool.adjust.中医: {when: item is 乙, points: 4}
pool.clamp: {at_most: 75%}
"""


def test_a_clamp_that_changes_nothing_leaves_plain_points():
    first_pay = "items.first_pay.甲: {when: item is 甲, rate: 10%}\n"  # the group lies in two parts of the lines
    more = "pool.adjust.都: {when: 'item in [甲, 乙]', points: 1}\n"
    explanation = told(region(BANDS + GROUPS + first_pay + more, vocabulary=TWO_ITEMS), ("甲", 2000), ("乙", "333.33"))
    assert steps(explanation, "group") == []
    assert say(explanation, "bands") == "分段:0–1,000 的 1,000.00×51%、1,000 以上 1,133.33×71%,合计约 1,314.66"
    assert say(explanation, "departure") == "乙 333.33 再加 4 个百分点,+13.33"
    assert steps(explanation, "departure")[0].formula == "333.33 × 4% = +13.3332"
    assert say(explanation, "ratio") == "支付比例 50%、70%,加 1 个百分点(都),不超过 75%(未触及),得 51%、71%"
    (target,) = [Fraction(s.numbers["target"]) for s in steps(explanation, "rounding")]
    assert sum_shown(layers(explanation)[0]) == target


def test_a_clamp_that_cuts_one_group_gives_it_its_own_ratios():
    sets = (
        GROUPS
        + "pool.adjust.都: {when: 'item in [甲, 乙]', points: 2}\npool.caps.月: {at_most: 1, of: paid, per: month}"
    )
    explanation = told(region(BANDS + sets, vocabulary=TWO_ITEMS), ("甲", 2000), ("乙", "333.33"))
    assert [(s.say + s.more).zh for s in steps(explanation, "group")] == [
        "甲 2,000.00 按 52%、72%,得约 1,268.57",
        "乙 333.33 按 56%、75%,得约 222.85",
    ]
    assert "[" not in to_text(explanation).split("pool 1.00 元")[1].split("    ·")[0]
    plain = json.loads(to_json(explanation))
    (layer,) = [s for s in plain["sections"] if s["kind"] == "layer"]
    assert [s["numbers"]["pays"] for s in layer["steps"] if s["kind"] == "group"] == [
        str(s.numbers["pays"]) for s in steps(explanation, "group")
    ]
    assert "[" in steps(explanation, "group")[0].formula
