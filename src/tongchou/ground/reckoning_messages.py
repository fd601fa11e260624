"""Messages about what is reckoned from figures by name: budgets, indicators, rewards, grades, targets (I)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "I101": Entry(
        "没有给出“{name}”",
        "the figure '{name}' is not given",
        "按这个名称给出;没有发生的写 0",
        "give it by this name; write 0 where there was none",
    ),
    "I102": Entry(
        "“{name}”的 {value} 不是这里要的数",
        "{value} of '{name}' is not the kind of number that is needed here",
        "金额写到分,不带千分位;分值、评分不能是负数;按月的写成 月份: 金额",
        "amounts to the fen and without thousands separators; points and scores of nothing or more; "
        "amounts of months as MONTH: AMOUNT",
    ),
    "I103": Entry(
        "没有哪一条要用“{names}”",
        "nothing asks for '{names}'",
        "改成条文里的名称;可用:{known}",
        "write the article's name for it; known: {known}",
    ),
    "I104": Entry(
        "扣除之后不剩:{total} 元",
        "nothing is left after what goes before: {total} yuan",
        "核对收入和各项支出",
        "check the income and what is taken from it",
    ),
    "I105": Entry(
        "“{name}”合计是 0,无从相除",
        "'{name}' comes to 0 in all, so nothing can be divided by it",
        "核对给出的数",
        "check what is given",
    ),
    "I106": Entry(
        "“{name}”缺 {month}",
        "'{name}' lacks {month}",
        "按月补齐,月份写成 2013-06",
        "give every month, written as 2013-06",
    ),
    "I107": Entry(
        "{scheme} 在 {day} 没有写明 {address}",
        "{scheme} declares no {address} on {day}",
        "核对险种、地址和日期",
        "check the scheme, the address and the day",
    ),
    "I108": Entry(
        "“{value}”不是牌",
        "'{value}' is no card",
        "写 黄牌 或 红牌",
        "write 黄牌 (yellow) or 红牌 (red)",
    ),
    "I111": Entry(
        "{what}的各项份额合计是 {sum},不是 1",
        "the shares of {what} make {sum} and not 1",
        "改成合计 100%",
        "let them add up to 100%",
    ),
    "I112": Entry(
        "“{name}”没有历史,也没有可比的机构({like})",
        "'{name}' has no history, and nobody is like it ({like})",
        "给出它的历史,或改写 quota.new 的 like",
        "give its history, or let quota.new look at fewer facts",
    ),
    "I113": Entry(
        "{part}的各机构下限合计 {least} 元,只有 {fen} 元可分",
        "the lower bounds of {part} make {least} yuan, and only {fen} can be split",
        "降低 quota.bounds 的 at_least,或增加总额",
        "lower at_least of quota.bounds, or raise the total",
    ),
    "I114": Entry(
        "“{name}”的数据不成立:{why}",
        "the data of '{name}' cannot be: {why}",
        "每机构一行;历史按机构、部分、年度各一行,年度是前三年,数不小于 0",
        "one row an institution; of its history one row a part and year, of the three years before, nothing below 0",
    ),
    "I109": Entry(
        "{address} 的 {name} 没有“{value}”",
        "{address}: {name} has no word '{value}'",
        "用本区的词;可用:{known}",
        "use a word of the region; known: {known}",
    ),
    "I110": Entry(
        "{folder} 里没有就诊(claims)也没有病案(discharges)",
        "{folder} holds neither claims nor discharges",
        "给出标准表所在的文件夹",
        "name a folder with canonical tables",
    ),
    "I116": Entry(
        "{cases} 个编号不止一行,例如“{value}”",
        "{cases} ids stand in more than one row, such as '{value}'",
        "一次就诊一行",
        "one row for each visit",
    ),
    "I117": Entry("{folder} 给了两次", "{folder} is given twice", "只给一次", "give it once"),
    "I115": Entry(
        "“{name}”没有算:缺表 {table}",
        "'{name}' was not counted: the table {table} is missing",
        "补上这张表;settlements 用 --results 给出",
        "add the table; settlements come with --results",
    ),
}
