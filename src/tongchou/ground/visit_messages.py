"""Messages about visits, what is charged for them, and manual claims (V2)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "V201": Entry(
        "就诊号 {number} 已用于另一次就诊",
        "visit {number} is another one already",
        "重发要与原登记一致；新的就诊用新的就诊号",
        "send again what was registered, or take a new number for a new visit",
    ),
    "V202": Entry(
        "{scheme} 没有“{kind}”这种就诊，有：{known}",
        "{scheme} knows no visit '{kind}', but {known}",
        "按本区的就诊类别登记",
        "use a kind of visit of the region",
    ),
    "V203": Entry(
        "“{name}”不由医药机构申报",
        "'{name}' is not for an institution to say",
        "去掉这一项；参保、身份和备案由系统自己查",
        "leave it out; enrolment, status and filings are looked up in the record",
    ),
    "V204": Entry(
        "{day} 没有生效的“{kind}”服务协议（{status}）",
        "no agreement for '{kind}' is in force on {day} ({status})",
        "先签订或恢复协议；参保人可自付后申请手工报销",
        "have the agreement signed or resumed; the person can pay first and claim by hand",
    ),
    "V205": Entry("此人已于 {day} 死亡", "this person died on {day}", "核对人员和日期", "check the person and the day"),
    "V206": Entry(
        "就诊 {visit} 有未撤销的结算 {event}",
        "visit {visit} has settlement {event}, which stands",
        "先撤销结算",
        "reverse the settlement first",
    ),
    "V207": Entry(
        "就诊 {visit} {state}，不能{action}",
        "visit {visit} is {state}: it cannot be {action}",
        "核对就诊的状态",
        "look at the state of the visit",
    ),
    "V208": Entry(
        "{day} 不在就诊期间 {first} 至 {last}",
        "{day} is not within the visit, {first} – {last}",
        "核对日期",
        "check the date",
    ),
    "V210": Entry(
        "结算 {event} 重新结算与所存不符，不予说明",
        "settled again, settlement {event} is not what was kept, and is not explained",
        "请管理员运行 tongchou verify",
        "ask the administrator to run tongchou verify",
    ),
    "V211": Entry(
        "明细 {line}：院内编码 {code} 在 {day} 没有已审核的对照",
        "line {line}: item {code} is mapped to no national one on {day}",
        "先提交对照，由经办机构审核",
        "propose the mapping and have it decided",
    ),
    "V212": Entry(
        "明细号 {line} 已用于另一条费用",
        "line {line} is charged already, and differs",
        "重发要与原明细一致；新的费用用新的明细号",
        "send again what was charged, or take a new number for a new line",
    ),
    "V213": Entry(
        "明细 {line}：数量 {quantity} × 单价 {price} 不等于 {fen} 分",
        "line {line}: {quantity} × {price} is not {fen} fen",
        "核对数量、单价和金额",
        "check quantity, price and amount",
    ),
    "V214": Entry(
        "明细 {line}：退费要写原明细，原明细 {original} 不在这次就诊中或已撤回",
        "line {line}: a refund names the line it returns; {original} is none of this visit, or was taken back",
        "写上原明细号",
        "name the line that is returned",
    ),
    "V215": Entry(
        "明细 {line}：退 {fen} 分多于原明细 {original} 余下的 {left} 分",
        "line {line} returns {fen} fen; of line {original} {left} are left",
        "核对退费金额",
        "check what is returned",
    ),
    "V216": Entry(
        "明细 {line}：“{name}”不能是“{value}”，可以是：{known}",
        "line {line}: '{name}' cannot be '{value}', but {known}",
        "按本区用语填写",
        "use the words of the region",
    ),
    "V217": Entry(
        "没有明细 {line}",
        "there is no line {line}",
        "核对明细号",
        "check the number of the line",
    ),
    "V218": Entry(
        "明细 {line} 已结算",
        "line {line} is settled",
        "结算后用负数明细退费，或先撤销结算",
        "return it by a negative line, or reverse the settlement first",
    ),
    "V219": Entry(
        "明细 {line} 有退费 {other}",
        "line {line} has a refund, {other}",
        "一并撤回，或先撤回退费",
        "take the refund back with it",
    ),
    "V220": Entry(
        "一次最多 {most} 条明细",
        "at most {most} lines at once",
        "分几次上传",
        "send them in parts",
    ),
    "V221": Entry(
        "明细号 {line} 在这一批里出现两次",
        "line {line} is twice in one list",
        "一条费用写一次",
        "name each line once",
    ),
    "V222": Entry(
        "明细 {line} 已撤回",
        "line {line} was taken back",
        "更正后的费用用新的明细号",
        "charge what was meant under a new number",
    ),
    "V223": Entry(
        "就诊 {visit} 有两个主诊断",
        "visit {visit} has two main diagnoses",
        "只留一个主诊断",
        "name one of them the main one",
    ),
    "V231": Entry(
        "就诊 {visit} 是手工报销，由经办机构办理",
        "visit {visit} is a manual claim, which the agency keeps",
        "请参保人到经办机构办理",
        "ask the agency",
    ),
    "V232": Entry(
        "发票 {series} {number} 已用于另一件报销",
        "invoice {series} {number} is used in another claim",
        "核对发票；一张发票报一次",
        "check the invoice: each is claimed once",
    ),
    "V233": Entry(
        "明细合计 {lines} 分不等于发票合计 {invoices} 分",
        "the lines come to {lines} fen, the invoices to {invoices}",
        "核对明细和发票",
        "check lines and invoices",
    ),
    "V234": Entry(
        "手工报销 {claim} {state}，不能结算",
        "manual claim {claim} is {state}: it cannot be settled",
        "先由另一人审核",
        "have it decided by another first",
    ),
}
