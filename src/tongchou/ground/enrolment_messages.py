"""Messages about enrolment and entitlement (E)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "E101": Entry(
        "本地区没有险种“{insurance}”",
        "the region has no insurance '{insurance}'",
        "可用:{known};别的在地区目录里声明",
        "known: {known}; declare others in the region folder",
    ),
    "E102": Entry(
        "“{insurance}”在 {period} 已参保",
        "already enrolled in '{insurance}' for {period}",
        "先停保,或改起止日期",
        "end that enrolment first, or change the days",
    ),
    "E103": Entry(
        "起止日期不成立,或在出生以前、死亡以后",
        "the days cannot be, or lie before birth or after death",
        "核对日期;死亡的停保到死亡日为止",
        "check them; an enrolment ends with the day of death",
    ),
    "E104": Entry(
        "{day} 早于 {earliest},属于更改既往",
        "{day} lies before {earliest}: that is a change of the past",
        "由有“更改既往参保”权限的人办理",
        "it is made by somebody who may change the past",
    ),
    "E105": Entry(
        "“{insurance}”在 {day} 没有这样的参保关系",
        "there is no such enrolment in '{insurance}' on {day}",
        "核对日期,以及是否已暂停",
        "check the day, and whether it is suspended",
    ),
    "E106": Entry(
        "没有“{column}”一列",
        "there is no column '{column}'",
        "表头要有:{known}",
        "the header has: {known}",
    ),
    "E107": Entry(
        "“{field}”写着“{value}”,不成立",
        "'{value}' cannot be in '{field}'",
        "应为:{known}",
        "it should be: {known}",
    ),
    "E108": Entry(
        "同一文件第 {other} 行已写了这个人的这段参保",
        "row {other} of the file enrols the same person for these days",
        "删去一行",
        "delete one of them",
    ),
    "E109": Entry(
        "姓名、出生日期或性别与登记的不符",
        "name, birthday or sex are not those that are registered",
        "对照证件改正;登记错的先更正登记",
        "correct them by the certificate, or correct the registration first",
    ),
    "E110": Entry(
        "文件不收:{why}",
        "the file is not taken: {why_en}",
        "CSV(UTF-8)或 XLSX,不超过 {most}",
        "CSV (UTF-8) or XLSX, up to {most}",
    ),
    "E111": Entry(
        "{count} 行有错,全部没有导入",
        "{count} rows are wrong; nothing was imported",
        "按错误表改正后整个文件重新导入",
        "correct them by the error sheet and import the whole file again",
    ),
    "E112": Entry(
        "“{basis}”的人数为零,算不出参保率",
        "'{basis}' counts nobody, so there is no enrolment rate",
        "给出分母",
        "give a denominator",
    ),
    "E113": Entry(
        "办理期间有人登记或参保,全部没有导入",
        "somebody was registered or enrolled meanwhile; nothing was imported",
        "再导入一次",
        "import it again",
    ),
    "E115": Entry(
        "不是“{insurance}”的参保对象{joins}({cite})",
        "not one of those whom '{insurance}' is for{joins_en} ({cite})",
        "核对参保的事实;属于别的险种的到那里参保",
        "check the facts of the enrolment; whoever belongs in another insurance is enrolled there",
    ),
    "E116": Entry(
        "已参加{held},不能再参加“{insurance}”({cite})",
        "has {held} and cannot have '{insurance}' beside it ({cite})",
        "先停那边的参保,再在这边参保",
        "end that enrolment first",
    ),
    "E117": Entry(
        "这一家在 {day} 没有可以参加“{insurance}”的人",
        "nobody of the household can be enrolled in '{insurance}' on {day}",
        "核对家庭成员、日期,以及是否都已参保",
        "check its members and the day, and whether they are enrolled already",
    ),
    "E114": Entry(
        "{day} 不在本单位任职",
        "not employed here on {day}",
        "先登记用工",
        "record the employment first",
    ),
}
