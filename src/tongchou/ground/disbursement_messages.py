"""Messages about payment orders (M2)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "M201": Entry(
        "收款账户不成立：{why}",
        "this cannot be a payee's account: {why}",
        "写明一个单位或一个人，以及户名、开户行和 6 至 34 位账号",
        "name one organisation or one person, the holder, the bank, and a number of 6 to 34 characters",
    ),
    "M202": Entry(
        "收款账户 {account} 已核实", "account {account} is decided already", "不必再办", "nothing is left to do"
    ),
    "M203": Entry(
        "没有可拨付的款项：{what}",
        "there is nothing to be paid: {what}",
        "核对险种、截至日期，以及收款账户是否已核实",
        "check the scheme, the day, and whether the payees' accounts are confirmed",
    ),
    "M204": Entry(
        "拨付单 {order} 当前为“{state}”，不能办这一步",
        "payment order {order} is at another step now ({state})",
        "按编制、复核、审批、送银行、登记回盘的顺序办理",
        "prepare, review, approve, send and record the answer in this order",
    ),
    "M205": Entry(
        "拨付单 {order} 没有这一行：{line}",
        "payment order {order} has no line {line}",
        "核对回盘文件是否属于这张拨付单",
        "check whether the bank's file answers this order",
    ),
    "M206": Entry(
        "{line} 行的{what}与送盘不符：送 {sent}，回 {told}",
        "line {line} differs from what was sent ({what}): {sent} went, {told} came back",
        "请银行核对后重新出具回盘文件",
        "have the bank check it and answer again",
    ),
    "M207": Entry(
        "{line} 行已有回盘结果",
        "line {line} was answered before",
        "从文件中去掉已登记的行",
        "take lines that are recorded out of the file",
    ),
    "M208": Entry(
        "{line} 行的日期或退回码不成立：{why}",
        "line {line} has a day or a return code that cannot be: {why}",
        "日期不早于送盘、不晚于今天；退回要有退回码，成功没有",
        "the day is from the file's to today; a return has a code and a payment has none",
    ),
    "M209": Entry(
        "拨付单 {order} 没有可重发的退回行",
        "payment order {order} has no returned line to reissue",
        "先登记并核实新的收款账户",
        "register and confirm the payee's new account first",
    ),
}
