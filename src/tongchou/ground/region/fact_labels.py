"""What people call the standard facts and the engine's own words, in Chinese and in English.

A region's own facts and its vocabulary are already in its own words and stand as they are.
"""

from __future__ import annotations

FACT_LABELS: dict[str, tuple[str, str]] = {
    "scheme": ("险种", "scheme"),
    "kind": ("就诊类别", "kind of visit"),
    "place": ("就医地", "place of treatment"),
    "level": ("医疗机构级别", "hospital level"),
    "provider": ("医疗机构", "hospital"),
    "status": ("人员状态", "enrolment status"),
    "category": ("困难类别", "hardship category"),
    "sex": ("性别", "sex"),
    "disease": ("病种", "disease"),
    "diseases": ("核准病种", "approved diseases"),
    "referral": ("转诊", "referral"),
    "filing": ("备案", "filing"),
    "third_party": ("第三方责任", "third-party liability"),
    "account_use": ("账户使用", "account used"),
    "option": ("参保人选择", "patient's choice"),
    "entitlement": ("待遇状态", "entitlement"),
    "entitlement_reason": ("待遇状态原因", "reason for the entitlement"),
    "age": ("年龄", "age"),
    "months": ("连续参保月数", "months of continuous enrolment"),
    "stay_days": ("住院天数", "days of the stay"),
    "nth": ("本年第几次住院", "number of the stay this year"),
    "total_fee": ("总费用", "total fee"),
    "full_self_pay": ("全自费", "full self-pay"),
    "over_limit": ("超限价自费", "over-limit self-pay"),
    "first_self_pay": ("先行自付", "first self-pay"),
    "in_scope": ("政策范围内费用", "in-scope expense"),
    "birth_date": ("出生日期", "date of birth"),
    "retired_on": ("退休日期", "date of retirement"),
    "enrolled_on": ("参保日", "date of enrolment"),
    "paid_on": ("缴费日", "date of contribution"),
    "resumed": ("断缴后接续", "resumed after a gap"),
    "admitted": ("入院日", "date of admission"),
    "discharged": ("出院日", "date of discharge"),
    "settled": ("结算日", "date of settlement"),
    "item": ("项目组", "item group"),
    "class": ("目录类别", "catalogue class"),
    "fee_kind": ("费用类别", "kind of fee"),
    "national_code": ("国家编码", "national code"),
    "hospital_code": ("医院编码", "hospital code"),
    "unit_price": ("单价", "unit price"),
    "limited_use": ("限制使用", "limited use"),
    "approved": ("审批结果", "approval"),
    "in_disease_scope": ("属病种范围", "within the disease's scope"),
    "fee_date": ("费用日期", "date of the fee"),
    "household": ("家庭", "household"),
    "person": ("本人", "person"),
}
VALUE_LABELS: dict[str, tuple[str, str]] = {
    "full": ("正常", "full"),
    "reduced": ("减额", "reduced"),
    "none": ("无", "none"),
    "own": ("本人", "own"),
    "relative": ("亲属", "a relative's"),
}
"""Words that facts carry in English in every region."""
FUNCTION_LABELS: dict[str, tuple[str, str]] = {
    "min": ("取小", "the smaller of "),
    "max": ("取大", "the larger of "),
    "ceil": ("进为整数", "rounded up "),
    "floor": ("舍为整数", "rounded down "),
    "days": ("相隔天数", "days between "),
    "workdays": ("相隔工作日数", "working days between "),
    "months": ("相隔月数", "months between "),
    "count": ("个数", "number of "),
    "if": ("若", "if "),
}
