"""The Chinese words for what a declaration writes in English."""

from __future__ import annotations

FACTS: dict[str, str] = {
    "scheme": "险种",
    "kind": "就诊类别",
    "place": "就医地",
    "level": "医院级别",
    "provider": "医疗机构",
    "status": "人员状态",
    "category": "人员类别",
    "sex": "性别",
    "disease": "病种",
    "diseases": "各病种",
    "referral": "转诊情况",
    "filing": "备案情况",
    "third_party": "第三人责任",
    "account_use": "账户使用",
    "option": "参保人选择",
    "entitlement": "待遇状态",
    "entitlement_reason": "待遇状态原因",
    "age": "年龄",
    "months": "月数",
    "stay_days": "住院天数",
    "nth": "当年第几次",
    "total_fee": "医疗费总额",
    "full_self_pay": "全自费",
    "over_limit": "超限价自费",
    "first_self_pay": "先行自付",
    "in_scope": "政策范围内费用",
    "birth_date": "出生日期",
    "retired_on": "退休日期",
    "enrolled_on": "参保日",
    "paid_on": "缴费日",
    "resumed": "断缴后接续",
    "admitted": "入院日",
    "discharged": "出院日",
    "settled": "结算日",
    "item": "项目组",
    "class": "目录类别",
    "fee_kind": "费用类别",
    "national_code": "国家编码",
    "hospital_code": "医院编码",
    "unit_price": "单价",
    "limited_use": "限制使用",
    "approved": "审批结果",
    "in_disease_scope": "属病种范围",
    "fee_date": "费用日期",
    "household": "家庭",
    "person": "本人",
}
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
POTS = {
    "full_self_pay": "全自费",
    "over_limit": "超限价自费",
    "first_self_pay": "先行自付",
    "in_scope": "政策范围内费用",
    "package_excess": "包干超出部分",
    "unpaid": "至此还没有付的政策范围内费用",
}
REMAINDERS = {"deductible_part": "起付线部分", "own_share": "自付部分", "over_cap": "限额以上部分"}
FUNCTIONS = {
    "min": "取小",
    "max": "取大",
    "ceil": "进为整数",
    "floor": "舍为整数",
    "days": "相隔天数",
    "workdays": "相隔工作日数",
    "months": "相隔月数",
    "count": "个数",
    "if": "若",
}
COMPARISONS = {">": "大于", "<": "小于", ">=": "不低于", "<=": "不高于", "=": "等于"}
DATE_COMPARISONS = {">": "晚于", "<": "早于", ">=": "不早于", "<=": "不晚于", "=": "为"}
VALUES = {"full": "正常", "reduced": "减额", "none": "无", "own": "本人", "relative": "亲属"}
"""Words that facts carry in English in every region."""
