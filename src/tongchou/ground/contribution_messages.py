"""Messages about contributions (P): what cannot be assessed, received, credited or derived."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "P001": Entry("“{address}”的份额合计 {found},应为 {whole}", "the shares of '{address}' come to {found} and should be {whole}", "核对各方的份额,或把一方写成 rest", "check the shares, or make one of them the rest"),
    "P002": Entry("{day} 没有“{address}”的规定", "nothing is declared for '{address}' on {day}", "补条款,或核对日期", "declare it or check the date"),
    "P003": Entry("收款 {receipt} 所指的应缴单“{order}”不存在", "the receipt {receipt} names the order '{order}', which does not exist", "核对应缴单号", "check the number of the order"),
    "P004": Entry("应缴单 {order} 在 {day} 退 {amount} 元,多于已收的 {paid} 元", "order {order}: {amount} yuan are given back on {day}, more than the {paid} yuan received", "核对退款金额", "check the refund"),
    "P005": Entry("账户只有 {balance} 元,不能支取 {amount} 元", "the account holds {balance} yuan; {amount} yuan cannot be drawn", "核对余额和支取", "check the balance and the amount"),
    "P006": Entry("“{value}”不在账户可共济的{what}之列", "'{value}' is not one of the {what} the account may serve", "可用:{known}", "known: {known}"),
    "P007": Entry("共济支取 {amount} 元超过余下的限额 {room} 元", "drawing {amount} yuan for relatives exceeds the room of {room} yuan", "减少支取", "draw less"),
    "P008": Entry("参保关系 {spell} 与另一段重叠", "spell {spell} overlaps another", "先理清同一险种的参保关系", "separate the spells of the scheme first"),
    "P009": Entry("没有征缴率的分母:{basis} 是零", "there is no collection rate: {basis} is zero", "核对统计期和口径", "check the period and the denominator"),
    "P010": Entry("收款、退款和应缴的金额不能是负数:{value}", "amounts of orders, receipts and refunds are never negative: {value}", "退款写成退款", "write a refund as a refund"),
}  # fmt: skip
