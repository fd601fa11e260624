"""Messages about persons, households and their categories (P)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "P101": Entry(
        "没有证件类型“{kind}”",
        "there is no kind of certificate '{kind}'",
        "用国家代码",
        "use a code of the national list",
    ),
    "P102": Entry(
        "证件号码不成立（{reason}）",
        "this cannot be the number of such a certificate ({reason})",
        "对照原件重录；居民身份证核对出生日期和校验位",
        "copy it again; a resident card holds a birthday and a check digit",
    ),
    "P103": Entry(
        "没有说找谁", "nobody is asked for", "给出证件，或姓名和出生日期", "give a certificate, or name and birthday"
    ),
    "P104": Entry(
        "证件 {number} 已登记",
        "the certificate {number} is registered",
        "先按证件查；若是重复登记，提出合并",
        "look it up first; open a merge if it is one person twice",
    ),
    "P105": Entry(
        "出生日期或性别与身份证号不符",
        "birthday or sex are not those of the card",
        "对照证件改正",
        "correct them by the card",
    ),
    "P106": Entry(
        "姓名、性别或出生日期不成立",
        "name, sex or birthday cannot be",
        "对照证件改正",
        "correct them by the certificate",
    ),
    "P107": Entry(
        "死亡日期不成立，或已登记过",
        "the day of death cannot be, or is recorded already",
        "核对证明；登记错的走更正",
        "check the evidence; what was recorded wrong is corrected",
    ),
    "P108": Entry(
        "此人 {since} 已有更晚的变动",
        "a later move, of {since}, is recorded",
        "先撤销后来的变动",
        "take back the later one first",
    ),
    "P109": Entry(
        "类别要写明认定部门、依据和起止日期",
        "a category names issuer, evidence and a period",
        "补全后再办",
        "complete it",
    ),
    "P110": Entry(
        "这段时间已属于“{name}”", "already '{name}' at that time", "先结束原来的", "end the earlier one first"
    ),
    "P111": Entry(
        "{name} 不是参保单位，或已登记用工",
        "{name} is no employer, or employs the person already",
        "核对单位编号",
        "check the employer",
    ),
    "P112": Entry(
        "是同一条记录，或已有未决的合并案件",
        "one and the same row, or a case is open",
        "核对后再提",
        "check and try again",
    ),
    "P113": Entry("案件已审结", "the case is decided", "不能再审", "it cannot be decided twice"),
    "P114": Entry(
        "两条记录同时有{what}",
        "both rows have {what} at the same time",
        "先把其中一条结束或改正",
        "end or correct one of them first",
    ),
    "P115": Entry(
        "证件与姓名不是同一人的",
        "certificate and name are not one person's",
        "对照证件重录",
        "copy them again from the certificate",
    ),
}
