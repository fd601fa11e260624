"""Messages about institutions, clinicians and agreements (H)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "H101": Entry(
        "“{value}”不是{what}",
        "'{value}' is no {what_en}",
        "对照证照或国家编码库重录",
        "copy it again from the certificate or the national list",
    ),
    "H102": Entry(
        "{what} 已登记", "{what} is registered", "先查找；不要重复登记", "look it up; do not register it twice"
    ),
    "H103": Entry(
        "“{name}”不是定点医药机构类的单位",
        "'{name}' is no organisation of the kind provider",
        "先在机构里设为医药机构",
        "open it as a provider first",
    ),
    "H104": Entry(
        "日期不成立：{what}",
        "the dates cannot be: {what}",
        "核对起止日期",
        "check the first and the last day",
    ),
    "H105": Entry(
        "这段时间已经有：{what}",
        "there is one at that time: {what}",
        "先结束原来的",
        "end the earlier one first",
    ),
    "H106": Entry(
        "本地区没有机构等级“{level}”",
        "the region has no level '{level}'",
        "用政策包里声明的等级",
        "use a level that the pack declares",
    ),
    "H201": Entry("{what} 已终止", "{what} has ended", "不能再办理", "nothing more can be recorded"),
    "H202": Entry(
        "这次记分已撤销，或本身就是撤销",
        "the deduction is taken back, or takes one back itself",
        "核对记分明细",
        "look at the list of deductions",
    ),
    "H203": Entry(
        "没有编码为“{what}”的机构或科室",
        "there is no organisation or department with the code '{what}'",
        "先开设，或核对编码",
        "open it first, or check the code",
    ),
    "H301": Entry(
        "协议“{state}”时不能{verb}",
        "an agreement that is {state_en} cannot be taken to '{verb_en}'",
        "按申请、评估、协商、签订的次序办",
        "apply, evaluate, negotiate, sign, in this order",
    ),
    "H302": Entry(
        "这份协议有未审的事项",
        "a step of this agreement waits for its decision",
        "先审结",
        "decide on it first",
    ),
    "H303": Entry("已审结", "it is decided", "不能再审", "it cannot be decided twice"),
    "H304": Entry(
        "{since} 至 {through} 已有同类协议",
        "an agreement of this kind is in force {since} to {through}",
        "先终止原协议，或改有效期",
        "end that one first, or choose another period",
    ),
    "H305": Entry(
        "终止日 {last} 已过，没有写明所依据的文书",
        "the last day {last} has passed, and no document is named for it",
        "写明决定书等文书的编号",
        "name the document that it rests on",
    ),
    "H306": Entry(
        "{verb}要写明{what}",
        "'{verb_en}' needs {what_en}",
        "补全后再提",
        "complete it",
    ),
    "H307": Entry(
        "{day} 没有中止",
        "it is not suspended on {day}",
        "核对中止期间",
        "check the period of the suspension",
    ),
    "H308": Entry(
        "起止日期不合“{what}”",
        "these days are not what '{what}' allows",
        "暂停写起止日期，在规定的月数之内；终止只写不再有资格的第一天；约谈不写",
        "give both days of a suspension, within its months; of an end only the first day without; of a warning none",
    ),
    "H309": Entry(
        "预算不成立：{what}",
        "this budget cannot be: {what}",
        "险种是本统筹区的，年度在协议之内，同一险种和类别写一行，金额不为负",
        "name an insurance of the region, a year of the agreement, one line for each insurance and kind, no debt",
    ),
}
