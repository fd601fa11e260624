"""The words of a clearing for people, in both languages."""

from __future__ import annotations

from tongchou.engines.benefits.explain.model import Lang

WORDS: dict[str, tuple[str, str]] = {
    "": ("清算", "cleared"),
    "reversed": ("已冲正", "reversed"),
    "other_year": ("不在本年度", "of another year"),
    "inbound": ("异地来就医", "inbound, from elsewhere"),
    "other_method": ("其他结算方式", "another method"),
    "no_list": ("清算截止前没有结算清单", "no settlement list in time"),
    "dip": ("按病种分值 DIP", "DIP"),
    "drg_points": ("DRG 点数", "DRG points"),
    "drg_rate": ("DRG 费率", "DRG by rate"),
    "per_disease": ("按病种", "per disease"),
    "per_diem": ("按床日", "per diem"),
    "capitation": ("按人头", "capitation"),
    "quota": ("平均定额", "average quota"),
    "service": ("按项目", "by service"),
    "lump": ("医共体总额", "lump budget"),
    "special": ("特例单议", "special case"),
    "excluded_by_stay": ("住院日除外", "excluded by stay"),
    "ungrouped": ("未入组", "ungrouped"),
    "qy": ("歧义(QY)", "ambiguous (QY)"),
    "zero_points": ("零分值", "zero points"),
    "few_cases": ("例数不足", "few cases"),
    "incomplete": ("未完成诊疗", "incomplete stay"),
    "low": ("费用偏低", "low"),
    "normal": ("正常", "normal"),
    "high": ("费用偏高", "high"),
    "extremely_high": ("费用极高", "extremely high"),
    "readmission": ("再次住院", "readmission"),
    "day_points": ("床日点数", "points of days"),
    "left_standard": ("退出病种", "left its standard"),
    "institution": ("随机构支付", "with its institution"),
    "inpatient": ("住院", "inpatient"),
    "outpatient": ("门诊", "outpatient"),
    "employee": ("职工", "employee"),
    "resident": ("居民", "resident"),
    "setting": ("就诊", "setting"),
    "scheme": ("险种", "scheme"),
    "method": ("付费方式", "method"),
    "institution_name": ("机构", "institution"),
    "case_mix": ("病例组合指数", "case mix"),
    "cost_index": ("费用消耗指数", "cost index"),
    "time_index": ("时间消耗指数", "time index"),
    "high_outliers": ("高倍率", "high outliers"),
    "low_outliers": ("低倍率", "low outliers"),
    "low_threshold": ("低标准入院", "low-threshold admissions"),
    "split_stays": ("分解住院", "split stays"),
    "severity_coded": ("校正系数偏多", "severity coded"),
    "reviewed": ("特例单议", "special cases"),
    "budget": ("预算", "budget"),
    "paid": ("支付", "paid"),
    "deposits_kept": ("扣减保证金", "deposits kept"),
    "reserve": ("调节金", "reserve"),
    "reserve_used": ("动用调节金", "reserve used"),
    "retained": ("基金留存", "retained"),
    "at_cost": ("按实支付", "at cost"),
    "points": ("总分值", "points"),
    "total": ("分值分得", "shared by points"),
    "price_shown": ("点值(元)", "point value (yuan)"),
    "ratio": ("支付比例", "payment ratio"),
    "part": ("部分", "part"),
}


def word(key: str, lang: Lang) -> str:
    """A fixed word of ours; anything else is the region's own."""
    found = WORDS.get(key)
    return key if found is None else found[0 if lang == "zh" else 1]
