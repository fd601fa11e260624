"""Messages about contributions in the record (J, 缴): orders, receipts, refunds, files, months."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "J101": Entry(
        "{whom}在 {month} 没有要核定的人",
        "nobody of {whom} is to be assessed for {month}",
        "核对单位、险种和月份",
        "check employer, insurance and month",
    ),
    "J102": Entry(
        "有人刚为同一批人核定过",
        "somebody else has just assessed the same people",
        "再办一次：已有应缴单的人会跳过",
        "try again: whoever has an order is left out",
    ),
    "J103": Entry(
        "应缴单 {order} 已作废",
        "the order {order} is cancelled",
        "不能再收款或作废",
        "nothing is received on it, and it is not cancelled twice",
    ),
    "J104": Entry(
        "应缴单 {order} 已收 {paid} 元，不能作废",
        "the order {order} has received {paid} yuan and cannot be cancelled",
        "先冲正或退费",
        "reverse or refund it first",
    ),
    "J105": Entry(
        "收款号“{number}”已登记",
        "the receipt '{number}' is recorded",
        "核对是否重复",
        "check whether it is the same one",
    ),
    "J106": Entry(
        "没有应缴明细“{part}”",
        "there is no part '{part}' of an order",
        "核对应缴号",
        "check the number",
    ),
    "J107": Entry(
        "到账日 {day} 不成立",
        "money cannot have come in on {day}",
        "填今天以前的日子",
        "give a day not later than today",
    ),
    "J108": Entry(
        "收到滞纳金 {amount} 元，多于应收的 {room} 元",
        "a late fee of {amount} yuan came in and only {room} yuan is owed",
        "核对金额",
        "check the amount",
    ),
    "J109": Entry(
        "这笔收款不能冲正",
        "this receipt cannot be reversed",
        "已冲正的、本身是冲正或退费的都不能",
        "it is reversed already, or is a reversal or refund itself",
    ),
    "J110": Entry(
        "应缴明细 {part} 可退 {room} 元，不能退 {amount} 元",
        "{room} yuan can be given back on the part {part}, and not {amount} yuan",
        "核对已收金额；已有待审的退费先审",
        "check what was received; decide the open case first",
    ),
    "J111": Entry("退费案件已审结", "the refund is decided", "不能再审", "it cannot be decided twice"),
    "J112": Entry(
        "申报不成立：{why}", "this cannot be declared: {why}", "核对申报项、金额和日期", "check fact, amount and day"
    ),
    "J113": Entry("凭证号“{number}”已用过", "the certificate '{number}' was used", "核对凭证", "check the certificate"),
    "J114": Entry(
        "月数或凭证内容不成立：{why}",
        "these months, or the certificate, cannot be: {why}",
        "对照凭证改正",
        "correct them by the certificate",
    ),
    "J115": Entry("不能选“{choice}”", "'{choice}' cannot be chosen", "可选：{offers}", "to choose from: {offers}"),
    "J116": Entry(
        "已按“{requirement}”办过退休",
        "the retirement under '{requirement}' is recorded already",
        "不能再办",
        "it is done once",
    ),
    "J117": Entry(
        "应缴明细 {part} 可减免滞纳金 {room} 元，不能减免 {amount} 元",
        "{room} yuan of late fees can be waived on the part {part}, and not {amount} yuan",
        "写明法律依据，核对未收的滞纳金；已有待审的减免先审",
        "name the legal ground and check what is owed; decide the open case first",
    ),
    "J118": Entry("减免案件已审结", "the waiver is decided", "不能再审", "it cannot be decided twice"),
    "J119": Entry(
        "这笔应发现金已在发放或已付",
        "this cash is being paid out already, or is paid",
        "退回以后才能再办",
        "it can be prepared again once it was returned",
    ),
    "J120": Entry(
        "没有写收款人、开户行或账号",
        "payee, bank or account are missing",
        "补齐收款信息",
        "give all three",
    ),
    "J121": Entry(
        "这笔发放现在是“{state}”，不能这样办",
        "the pay-out is '{state}' now, which this cannot follow",
        "先审核再付款，付款以后才会退回",
        "it is approved, then paid, and returned after that",
    ),
    "J122": Entry(
        "{day} 不是本单位的职工",
        "does not work for this employer on {day}",
        "先办增员，再申报工资",
        "let them join first, then declare their wages",
    ),
    "J123": Entry(
        "这一家应缴 {left} 元，要一次缴清，不能收 {amount} 元",
        "the household owes {left} yuan, to be paid at once; {amount} yuan cannot be taken",
        "按缴费单的合计收；滞纳金另按应缴号登记",
        "take the sum of the bill; late fees are recorded by their parts",
    ),
    "J124": Entry(
        "应缴明细 {part} 还差 {left} 元，不收 {amount} 元（{cite}）",
        "{left} yuan are left to pay on the part {part}; {amount} yuan are not taken ({cite})",
        "核对应缴号和金额，多出的不收",
        "check the number and the amount; what is too much is not taken",
    ),
    "J125": Entry(
        "应缴明细 {part} 多缴的 {room} 元里不能有 {amount} 元抵到 {to}",
        "of the {room} yuan paid too much on the part {part}, {amount} yuan cannot be set off on {to}",
        "只能抵同一险种、同一人或同一单位、同一缴费方没有缴清的应缴",
        "it pays what is unpaid of the same insurance, person or employer, and kind of payer",
    ),
    "J201": Entry("文件里没有收款", "the file holds no receipts", "核对文件", "check the file"),
    "J202": Entry("文件超过 {most} 行", "the file has more than {most} rows", "拆成几个文件", "split it"),
    "J203": Entry("缺少列“{column}”", "the column '{column}' is missing", "列名：{known}", "columns: {known}"),
    "J204": Entry("“{value}”不是{what}", "'{value}' is not {what}", "改正这一格", "correct the cell"),
    "J205": Entry(
        "与第 {row} 行的收款号相同", "the same receipt number as in row {row}", "去掉重复的", "remove one of them"
    ),
}
