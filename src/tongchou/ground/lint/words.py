"""The Chinese words for what a declaration writes in English."""

from __future__ import annotations

from tongchou.ground.region.fact_labels import FACT_LABELS, FUNCTION_LABELS, VALUE_LABELS

FACTS = {name: zh for name, (zh, _) in FACT_LABELS.items()}
BASES = {
    "admission": "按入院日",
    "discharge": "按出院日",
    "settlement": "按结算日",
    "fee": "按费用发生日",
    "enrolment": "按参保日",
    "payment": "按缴费日",
}
PERIODS = {
    "claim": "每次结算",
    "visit": "每次就诊",
    "day": "每日",
    "month": "每月",
    "stay": "每次住院",
    "episode": "每次连续住院",
    "year": "每年",
    "ever": "终身",
}
MEASURES = {"entering": "进入本层的费用", "covered": "起付线以上的费用", "paid": "支付"}
MEASURED_ON = {"expense": "费用", "above the deductible": "起付线以上的费用", "amount paid": "已支付额"}
DOES = {"refuse": "不予支付", "reduce": "支付比例乘以", "redirect": "改按"}
RECIPIENTS = {
    "person": "发给个人",
    "account": "计入个人账户",
    "contribution": "作为缴费",
    "fund": "归入基金",
    "employer": "发给单位",
}
ROUNDING = {"half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "舍去零头", "up": "进位"}
PAYERS = {
    "person": "个人",
    "employer": "用人单位",
    "collective": "集体",
    "township": "乡镇",
    "village": "村",
    "county": "县级财政",
    "city": "市级财政",
    "province": "省级财政",
    "centre": "中央财政",
    "fiscal": "财政",
    "assistance": "医疗救助资金",
}
EACH = {"month": "每月", "year": "每年", "once": "一次"}
ENDS = {
    "carries": "结转",
    "lapses": "清零",
    "keeps": "保留",
    "heirs": "由继承人继承",
    "fund": "归入基金",
}
FILERS = {"person": "本人", "provider": "医药机构", "employer": "用人单位", "agency": "经办机构"}
DAYS = {"workdays": "个工作日", "calendar days": "日"}
POINTS = {"warned": "约谈提醒", "suspended": "暂停医保支付资格", "ended": "终止医保支付资格"}
LATE = {"refused": "逾期不予受理", "reviewed": "逾期的须经审核", "noted": "逾期的照办并注明"}
POTS = {
    "full_self_pay": "全自费",
    "over_limit": "超限价自费",
    "first_self_pay": "先行自付",
    "in_scope": "政策范围内费用",
    "package_excess": "包干超出部分",
    "unpaid": "至此还没有付的政策范围内费用",
}
REMAINDERS = {"deductible_part": "起付线部分", "own_share": "自付部分", "over_cap": "限额以上部分"}
FUNCTIONS = {name: zh for name, (zh, _) in FUNCTION_LABELS.items()}
COMPARISONS = {">": "大于", "<": "小于", ">=": "不低于", "<=": "不高于", "=": "等于"}
DATE_COMPARISONS = {">": "晚于", "<": "早于", ">=": "不早于", "<=": "不晚于", "=": "为"}
VALUES = {word: zh for word, (zh, _) in VALUE_LABELS.items()}
"""Words that facts carry in English in every region."""
