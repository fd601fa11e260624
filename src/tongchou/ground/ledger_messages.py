"""Messages about the books (M1)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "M101": Entry(
        "“{source}”已记账",
        "'{source}' is in the books already",
        "不必再记；如要更正，先冲销",
        "nothing is left to do; to correct it, reverse it first",
    ),
    "M102": Entry(
        "“{source}”的分录不平，或不在同一账簿",
        "the postings of '{source}' do not add up, or are of two books",
        "逐险种、逐基金、逐年度核对借贷",
        "compare debits and credits for each scheme, fund and year",
    ),
    "M103": Entry(
        "“{source}”记账时该月正在结账",
        "the month was closed while '{source}' was being entered",
        "再办一次，记入下一个未结月份",
        "try again; it will be entered in the next open month",
    ),
    "M104": Entry(
        "{month} 不能结账：{why}",
        "{month} cannot be closed: {why}",
        "月份过完、前面各月都已结账，才能结这个月",
        "close a month when it is over and every month before it is closed",
    ),
    "M105": Entry(
        "{month} 不是最后结账的月份，不能反结账",
        "{month} is not the month closed last and cannot be reopened",
        "从最后结账的月份起逐月反结账",
        "reopen month by month from the last one closed",
    ),
    "M106": Entry("没有账簿“{book}”", "there is no book '{book}'", "写 {known}", "write one of {known}"),
    "M107": Entry("账上没有“{name}”这一项", "the books do not know '{name}'", "写 {known}", "write one of {known}"),
    "M108": Entry(
        "{account}（{scheme}）可用 {balance} 元，不够 {amount} 元",
        "the {account} of {scheme} has {balance} yuan to spare, not {amount}",
        "先从财政专户请款，或减少金额",
        "have money transferred first, or pay less",
    ),
    "M109": Entry(
        "凭证不成立：{why}",
        "there can be no such voucher: {why}",
        "核对事项、险种、科目、金额和日期",
        "check kind, scheme, account, amount and day",
    ),
    "M110": Entry("凭证 {voucher} 已复核", "voucher {voucher} is decided already", "不必再办", "nothing is left to do"),
    "M111": Entry(
        "原始凭证 {document} 已录入",
        "document {document} is entered already",
        "不必再录；录错的请复核人退回",
        "nothing is left to do; have a wrong one refused",
    ),
}
