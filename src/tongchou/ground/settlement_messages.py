"""Messages about visits and their settlement in the record (V)."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "V101": Entry(
        "报文号 {msgid} 已用于另一笔业务",
        "message {msgid} was used for something else",
        "重发要与原报文一致；新的业务用新的报文号",
        "send again what was sent, or take a new message id for something new",
    ),
    "V102": Entry(
        "报文 {msgid} 已先被撤销",
        "message {msgid} was reversed before it came",
        "要结算就用新的报文号重新发起",
        "to settle, send it under a new message id",
    ),
    "V103": Entry(
        "没有待结算的费用",
        "no charged line is left to settle",
        "先上传费用；已结算的先撤销",
        "charge the lines first, or reverse what was settled",
    ),
    "V104": Entry(
        "此人 {day} 没有参加“{scheme}”",
        "this person is not enrolled in '{scheme}' on {day}",
        "核对险种和日期",
        "check the insurance and the date",
    ),
    "V105": Entry(
        "没有可用的家庭共济授权",
        "no relative lets this person use an account",
        "先办理共济授权，或改用本人账户",
        "have it authorised first, or use the person's own account",
    ),
    "V106": Entry(
        "不予支付：{why}（{cite}）",
        "not paid for: {why} ({cite})",
        "按所引条款核对；有误可先办备案或更正资料",
        "see the article; file what it asks for, or correct the data",
    ),
    "V107": Entry("结算 {event} 已撤销", "settlement {event} is reversed already", "不必再办", "nothing is left to do"),
    "V108": Entry(
        "现金 {cash} 分与预结算的 {expected} 分不同",
        "the cash is {cash} fen and not {expected} as the trial told",
        "再预结算一次，向本人说明",
        "try again and tell the person",
    ),
    "V301": Entry(
        "重新计算没有差额",
        "settled again nothing comes out otherwise",
        "先更正身份、缴费或政策，再提出",
        "correct the facts, payments or rules first",
    ),
    "V302": Entry(
        "此案已审核",
        "this case is decided already",
        "如仍有差额，另行提出",
        "open another if there are differences still",
    ),
    "V303": Entry(
        "差额与提出时不同",
        "the differences are not those that were shown",
        "不予补差后重新提出",
        "refuse the case and open it anew",
    ),
    "V304": Entry(
        "此人已有待审核的重算补差",
        "a case of this person is open already",
        "先审核那一案",
        "decide on that one first",
    ),
    "V109": Entry("就诊 {visit} 已撤销", "visit {visit} was cancelled", "重新登记就诊", "register the visit again"),
    "V110": Entry(
        "{name} 为 {expected} 分，预结算所述为 {given} 分",
        "{name} is {expected} fen and not {given} as the trial told",
        "重新预结算后再结算",
        "try the settlement again, then settle",
    ),
}
