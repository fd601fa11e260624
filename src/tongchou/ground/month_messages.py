"""Messages about the month of an institution (M4)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "M401": Entry(
        "{region}没有规定 {scheme} 在 {month} 的月预付和申诉",
        "{region} declares no monthly payment or appeal of {scheme} for {month}",
        "在政策包的 payment/ 里写 month 和 month.appeal，再启用",
        "declare month and month.appeal in payment/ of the region's folder, and activate it",
    ),
    "M402": Entry(
        "不能生成月结算单：{why}",
        "no statement can be opened: {why}",
        "核对险种；业务账先月结到该月",
        "check the scheme; close the business book through that month first",
    ),
    "M403": Entry(
        "{month} {scheme} 的月结算单已生成",
        "the statement of {month} {scheme} stands already",
        "需要更改的，先重开",
        "reopen it where it must change",
    ),
    "M404": Entry(
        "{month} 还有 {count} 处对账差异未处理",
        "{count} differences of {month} are open",
        "先处理对账差异",
        "resolve them first",
    ),
    "M405": Entry(
        "{month} 的部分款项已在拨付单 {order} 中",
        "payment order {order} has taken of {month}",
        "退回该拨付单；已拨付的，不再按月结算",
        "refuse that order; what was paid is not prepaid again",
    ),
    "M406": Entry(
        "{what}与本方不符：本方 {here}，申报 {there}",
        "{what_en} is {here} here and {there} there",
        "先对账，查明差异后再申报",
        "reconcile first, then declare",
    ),
    "M407": Entry(
        "月结算单 {statement} 当前为“{state}”，不能办这一步",
        "statement {statement} is at another step now ({state})",
        "按生成、申报、审核、终审、预付的顺序办理；累计额度逐月预付",
        "open, declare, review, make final and prepay in this order; months that count together are prepaid one by one",
    ),
    "M408": Entry(
        "扣款不成立：{why}",
        "this cannot be a deduction: {why_en}",
        "写明月结算单内的结算、金额、依据和事由；已撤销的结算不扣",
        "name a settlement of a stated month, an amount, the article and the reason; none of a reversed settlement",
    ),
    "M409": Entry(
        "结算 {settlement} 还可扣 {room}，不能扣 {fen}",
        "of settlement {settlement} {room} may still be deducted, not {fen}",
        "核对记账金额和已有扣款；个人账户支付的不扣",
        "check what was charged and deducted before; what personal accounts paid is not deducted",
    ),
    "M410": Entry(
        "扣款 {deduction} 当前为“{state}”，不能办这一步",
        "deduction {deduction} is at another step now ({state_en})",
        "刷新后再看",
        "look at it again",
    ),
    "M411": Entry(
        "申诉期到 {until} 为止",
        "appeals were possible until {until}",
        "确有错误的，请经办机构重开月结算单",
        "ask the agency to reopen the statement where it is wrong",
    ),
    "M412": Entry(
        "扣款 {deduction} 还在申诉期内，或申诉未裁定",
        "deduction {deduction} may still be appealed against, or its appeal is undecided",
        "等申诉期满，或先裁定申诉",
        "wait for the term to end, or decide on the appeal",
    ),
    "M413": Entry(
        "月结算单 {statement} 生成之后，当月的账有变动",
        "the books of the month have changed since statement {statement} was opened",
        "重开月结算单",
        "reopen the statement",
    ),
    "M414": Entry(
        "没有 {year} 年度 {scheme} 的协议预算",
        "no budget of {year} was agreed on for {scheme}",
        "先公布总额指标，或在协议中定预算",
        "publish its quota, or agree on a budget, first",
    ),
    "M415": Entry(
        "月结算单 {statement} 之后已有{by}，不能重开",
        "{by_en} was built on statement {statement}: it is not reopened",
        "退回该拨付单，或先重开之后的月份",
        "refuse that order, or reopen later months first",
    ),
    "M416": Entry(
        "周转金不成立：{why}",
        "this cannot be advanced or recovered: {why}",
        "每年度每险种一次，年内预拨，年终后收回",
        "once a year and scheme: advanced within the year, recovered after it",
    ),
    "M417": Entry(
        "没有规定 {year} 年的节假日，算不出申诉期",
        "the holidays of {year} are not declared, so the term cannot be counted",
        "在 vocabulary.yaml 的 calendar 中补上",
        "add them to calendar in vocabulary.yaml",
    ),
    "M418": Entry(
        "“{address}”不成立：{why}",
        "'{address}' cannot be: {why}",
        "保证金不超过 5%，申诉至少一个工作日",
        "the deposit is at most 5%, an appeal takes one working day at least",
    ),
    "M419": Entry(
        "“{account}”只有 {held}，不能释放 {asked}",
        "'{account}' holds {held}, so {asked} cannot be released",
        "核对年度和金额",
        "check the year and the amount",
    ),
}
