"""Messages about the daily match (M3)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "M301": Entry(
        "日结合计不成立：{why}",
        "these cannot be a day's totals: {why}",
        "日期不晚于今天，每个结算号只报一次，金额以分计",
        "report no day to come, each settlement once, amounts in fen",
    ),
    "M302": Entry(
        "差异 {difference} 已处理或已消除",
        "difference {difference} is not open any more",
        "不必再办",
        "nothing is left to do",
    ),
    "M303": Entry(
        "结算 {event} 与账上不符，不能只写说明",
        "settlement {event} differs from the books, which no word mends",
        "查明缘由，补记或冲销后重新对账",
        "find out why, enter or reverse what is wrong, and match again",
    ),
    "M304": Entry(
        "{what}与本方不符：本方 {here}，申报 {there}",
        "{what_en} is {here} here and {there} there",
        "先对账，查明差异后再申报",
        "reconcile first",
    ),
    "M305": Entry(
        "{month} 清算类别 {clearing} 已经申报",
        "{month} was applied for already, class {clearing}",
        "需要更改的，先撤销原申请",
        "withdraw the application that stands first",
    ),
    "M306": Entry(
        "清算申请 {application} 所在的月结算单 {statement} 已在审核，不能撤销",
        "application {application} is part of statement {statement}, which is under review: it is not withdrawn",
        "联系经办机构",
        "ask the agency",
    ),
    "M307": Entry(
        "{month} 清算类别 {clearing} 已随月结算单 {statement} 申报，不能另行申请",
        "{month}, class {clearing}, was declared with statement {statement}: nothing else is applied for",
        "有误的，审核之前先撤销原申请；没有申请的或已在审核的，联系经办机构",
        "where it is wrong, withdraw the application before the review; without one, or later, ask the agency",
    ),
}
