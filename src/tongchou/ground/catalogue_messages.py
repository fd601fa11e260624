"""Messages about catalogues of items and how hospitals' items map onto them (K2 to K4; K1 are lakes)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "K201": Entry("止早于起", "the last lies before the first", "核对起止", "check the two"),
    "K202": Entry(
        "本地区没有项目组“{item}”",
        "the region has no item group '{item}'",
        "用政策包里声明的项目组",
        "use a group that the pack declares",
    ),
    "K203": Entry(
        "导入的选项不成立",
        "the options of the import cannot be",
        "whole 写 yes（全量）或 no（增量），不写别的",
        "whole is yes (all there is) or no (an addition); there is no other",
    ),
    "K204": Entry(
        "与现行目录相同，没有变化",
        "it is the same as what is in force",
        "核对是否选错了文件",
        "check whether it is the right file",
    ),
    "K205": Entry(
        "生效日期早于 {since}",
        "it would come into force before {since}",
        "改为当日或以后，且不早于上一版本",
        "choose today or later, and not before the version in force",
    ),
    "K206": Entry(
        "不是认识的知识点工作簿",
        "it is built like no workbook of knowledge points that is known",
        "用国家医保局发布的原表；新的样式请反馈",
        "use the sheets as they were published; report a new form",
    ),
    "K207": Entry(
        "“{name}”的编码、规则或限定读不出来",
        "code, rule or limit of '{name}' cannot be read",
        "对照发布的原表",
        "compare it with the sheet as it was published",
    ),
    "K301": Entry("这个版本已审结", "the version is decided", "不能再审", "it cannot be decided twice"),
    "K302": Entry(
        "提交以后，另一版本 {label} 已启用",
        "another version, {label}, came into force since it was proposed",
        "重新上传，与现行目录比较",
        "upload it again, to be compared with what is in force",
    ),
    "K401": Entry(
        "“{name}”所填国家编码不在当日目录里；可能是：{candidates}",
        "the national code for '{name}' is no item on that day; it may be: {candidates}",
        "填上正确的编码",
        "enter the right code",
    ),
    "K402": Entry(
        "{item} 已有待审的对照",
        "a mapping of {item} waits for its decision",
        "等审结，或先撤回",
        "wait for it, or withdraw it first",
    ),
    "K403": Entry("对照已审结", "the mapping is decided", "需要更改时重新提交", "propose it anew to change it"),
    "K404": Entry(
        "{item} 同日或以后已有对照",
        "{item} has a mapping from the same day or a later one",
        "退回这一条，或改开始日期后重新提交",
        "refuse this one, or propose it with another first day",
    ),
    "K405": Entry("一次最多审 {most} 条", "at most {most} are decided at once", "分几次审", "decide on them in parts"),
}
